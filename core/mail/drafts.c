#include "core/mail/drafts.h"

#include "core/base/error.h"

void
draft_saved_free(DraftSaved *saved)
{
    if (saved == NULL)
        return;
    g_free(saved->draft);
    g_free(saved);
}

void
draft_form_free(DraftForm *form)
{
    if (form == NULL)
        return;
    g_clear_pointer(&form->files, g_ptr_array_unref);
    g_free(form);
}

static gboolean
not_yet(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                        "drafts: not yet");
    return FALSE;
}

DraftSaved *
drafts_save(const World *world, const ComposeForm *form,
            Protection protection, const char *previous, GError **error)
{
    not_yet(error);
    return NULL;
}

gboolean
drafts_discard(const World *world, const char *draft, GError **error)
{
    return not_yet(error);
}

DraftForm *
drafts_load(const World *world, const char *draft, GError **error)
{
    not_yet(error);
    return NULL;
}

DraftForm *
drafts_load_opened(const World *world, const char *folder,
                   guint32 uid_validity, guint32 uid, const char *ticket,
                   GBytes *content_key, GError **error)
{
    not_yet(error);
    return NULL;
}
