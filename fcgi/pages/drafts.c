/* Messages that are not finished: kept, gone on with, discarded. */
#include "fcgi/pages/drafts.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/dates.h"
#include "fcgi/pages/list.h"

static void
add_files(const Context *ctx, ComposeStart *start, const DraftForm *draft,
          const char *id, const Incoming *incoming)
{
    g_autofree char *folder = shell_folder_url(ctx, draft->folder);
    for (guint i = 0; i < incoming->files->len; i++) {
        const IncomingFile *file = g_ptr_array_index(incoming->files, i);
        g_autofree char *url =
            g_strdup_printf("%s/%s%s/part/%s", folder, id,
                            incoming->opened ? "/open" : "", file->path);
        compose_start_file(start, url, file->name, file->type);
    }
}

void
drafts_fill(const Context *ctx, ComposeStart *start, const DraftForm *draft,
            const char *id, const Incoming *incoming)
{
    const struct {
        const char *name, *value;
    } fields[] = {
        {"to", draft->to},
        {"cc", draft->cc},
        {"bcc", draft->bcc},
        {"subject", draft->subject},
        {"text", draft->text},
        {"in_reply_to", draft->in_reply_to},
        {"references", draft->references},
        {"draft", id},
    };
    g_autoptr(GHashTable) form = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        if (fields[i].value != NULL)
            g_hash_table_insert(form, (gpointer)(guintptr)fields[i].name,
                                (gpointer)(guintptr)fields[i].value);
    compose_start_clear(start);
    compose_start_fields(ctx, start, form);
    start->choice = protection_name(draft->protection);
    start->draft_encrypted = draft->protection == PROTECTION_SIGN_ENCRYPT;
    if (incoming != NULL)
        add_files(ctx, start, draft, id, incoming);
}

/* The message that a draft is, for its files; NULL when it has none. */
static gboolean
open_files(const Context *ctx, const DraftForm *draft, const char *id,
           Incoming **out, GError **error)
{
    MessageId at;
    if (draft->files == NULL || draft->files->len == 0)
        return TRUE;
    if (!message_id_read(draft->folder, id, &at, error))
        return FALSE;
    *out =
        incoming_open(&ctx->world, at.folder, at.uid_validity, at.uid, error);
    return *out != NULL;
}

gboolean
drafts_resume(const Context *ctx, const Request *req, Response *res,
              ComposeStart *start, const char *draft, GError **error)
{
    g_autoptr(DraftForm) form = drafts_load(&ctx->world, draft, error);
    if (form == NULL)
        return FALSE;
    if (form->locked) {
        g_autofree char *folder =
            g_uri_escape_string(form->folder, NULL, FALSE);
        g_autofree char *path = g_strdup_printf("/mail/%s/%s", folder, draft);
        return response_redirect(res, path);
    }
    g_autoptr(Incoming) incoming = NULL;
    if (!open_files(ctx, form, draft, &incoming, error))
        return FALSE;
    drafts_fill(ctx, start, form, draft, incoming);
    g_autoptr(Json) context = compose_context(ctx, req, start, error);
    return context != NULL && shell_show(ctx, res, "compose", context);
}

static gboolean
answer_saved(const Request *req, Response *res, const DraftSaved *saved)
{
    if (!request_wants_json(req)) {
        g_autofree char *path =
            g_strconcat("/compose?draft=", saved->draft, NULL);
        return response_redirect(res, path);
    }
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "draft", saved->draft);
    json_set_bool(json, "encrypted", saved->encrypted);
    json_set_bool(json, "cleared", saved->cleared);
    json_set_time(json, "saved", saved->saved);
    g_autofree char *text = json_write(json);
    return response_json(res, text);
}

PAGE(page_drafts_save)
{
    Protection protection = PROTECTION_NONE;
    if (!protection_from_name(request_field(req, "mode"), &protection, error))
        return FALSE;
    g_autoptr(GPtrArray) files = compose_files(req, error);
    if (files == NULL)
        return FALSE;
    const ComposeForm form = compose_form(req, files);
    g_autoptr(DraftSaved) saved = drafts_save(
        &ctx->world, &form, protection, request_field(req, "draft"), error);
    return saved != NULL && answer_saved(req, res, saved);
}

PAGE(page_drafts_discard)
{
    const char *draft = req->json != NULL
                            ? request_json_text(req, "draft", error)
                            : request_field(req, "draft");
    if (draft == NULL) {
        if (error != NULL && *error == NULL)
            g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                                "draft: no number");
        return FALSE;
    }
    if (!drafts_discard(&ctx->world, draft, error))
        return FALSE;
    return request_wants_json(req) ? response_json(res, "{}")
                                   : response_redirect(res, "/mail/INBOX");
}
