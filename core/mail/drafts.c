#include "core/mail/drafts.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/connection.h"
#include "core/mail/drafts_internal.h"
#include "core/mail/drafts_source.h"
#include "core/mail/filing.h"
#include "core/mail/form.h"
#include "core/mail/sealing_plan.h"

void
draft_saved_free(DraftSaved *saved)
{
    if (saved == NULL)
        return;
    g_free(saved->draft);
    g_free(saved);
}

char *
drafts_folder(Imap *imap, GError **error)
{
    return filing_folder(imap, FOLDER_DRAFTS, "Drafts", error);
}

static gboolean
read_number(const char **text, guint32 *out)
{
    guint64 value = 0;
    const char *at = *text;
    for (; g_ascii_isdigit(*at) && value <= G_MAXUINT32; at++)
        value = value * 10 + (guint64)(*at - '0');
    if (at == *text || value == 0 || value > G_MAXUINT32)
        return FALSE;
    *out = (guint32)value;
    *text = at;
    return TRUE;
}

gboolean
drafts_read_id(const char *id, ImapPlace *place, GError **error)
{
    const char *at = id;
    if (read_number(&at, &place->uid_validity) && *at++ == '-' &&
        read_number(&at, &place->uid) && *at == '\0')
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "draft: not the id of one");
    return FALSE;
}

static gboolean
is_gone(const GError *error)
{
    return g_error_matches(error, APP_ERROR, APP_ERROR_NOT_FOUND);
}

/* *clear: it was there and not encrypted. Gone is as good. */
static gboolean
look_at(Imap *imap, const char *folder, const ImapPlace *place,
        gboolean *clear, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *type =
        imap_fetch_type(imap, folder, place->uid_validity, place->uid, &why);
    *clear = type != NULL && !drafts_type_is_encrypted(type);
    if (type != NULL || is_gone(why))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

static gboolean
expunge(Imap *imap, const char *folder, const ImapPlace *place,
        GError **error)
{
    g_autoptr(GError) why = NULL;
    if (imap_expunge(imap, folder, place->uid_validity, place->uid, &why) ||
        is_gone(why))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* Z18: encryption was turned on, so nothing in clear may stay. */
static gboolean
remove_clear(const World *world, const ImapPlace *previous, GError **error)
{
    if (previous->uid == 0)
        return TRUE;
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return FALSE;
    g_autofree char *folder = drafts_folder(connection.imap, error);
    gboolean clear = FALSE;
    if (folder == NULL ||
        !look_at(connection.imap, folder, previous, &clear, error))
        return FALSE;
    return !clear || expunge(connection.imap, folder, previous, error);
}

/* The new one first: between the two there are two, never none. */
static gboolean
replace(const World *world, DraftSource *source, const ImapPlace *previous,
        DraftSaved *saved, GError **error)
{
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return FALSE;
    g_autofree char *folder = drafts_folder(connection.imap, error);
    ImapPlace place = {0, 0};
    if (folder == NULL ||
        !imap_append_named(connection.imap, folder, "\\Draft \\Seen",
                           draft_source_size(source), draft_source_read,
                           source, &place, error))
        return FALSE;
    saved->draft = g_strdup_printf("%u-%u", place.uid_validity, place.uid);
    if (previous->uid == 0)
        return TRUE;
    gboolean clear = FALSE;
    if (saved->encrypted &&
        !look_at(connection.imap, folder, previous, &clear, error))
        return FALSE;
    saved->cleared = clear;
    return expunge(connection.imap, folder, previous, error);
}

/* To whom it is encrypted: NULL without error if to nobody. */
static gboolean
find_reader(const World *world, Protection protection,
            const ImapPlace *previous, SealingReader **reader, GError **error)
{
    *reader = NULL;
    if (protection != PROTECTION_SIGN_ENCRYPT)
        return TRUE;
    if (!account_need_secure(world->account, error))
        return FALSE;
    g_autoptr(GError) why = NULL;
    *reader = sealing_self(world, &why);
    if (*reader != NULL)
        return TRUE;
    if (!g_error_matches(why, APP_ERROR, APP_ERROR_CERTIFICATE) ||
        remove_clear(world, previous, error))
        g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

DraftSaved *
drafts_save(const World *world, const ComposeForm *form,
            Protection protection, const char *previous, GError **error)
{
    ImapPlace before = {0, 0};
    if (previous != NULL && *previous != '\0' &&
        !drafts_read_id(previous, &before, error))
        return NULL;
    SealingReader *reader = NULL;
    if (!find_reader(world, protection, &before, &reader, error))
        return NULL;

    g_autoptr(DraftSaved) saved = g_new0(DraftSaved, 1);
    saved->encrypted = reader != NULL;
    saved->saved = world->now;
    g_autoptr(Draft) draft = form_unfinished(world, form, protection, error);
    g_autoptr(DraftSource) source =
        draft != NULL ? draft_source_new(draft, reader, error) : NULL;
    sealing_reader_free(reader);
    if (source == NULL || !replace(world, source, &before, saved, error))
        return NULL;
    return g_steal_pointer(&saved);
}

gboolean
drafts_discard(const World *world, const char *draft, GError **error)
{
    ImapPlace place;
    if (!drafts_read_id(draft, &place, error))
        return FALSE;
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return FALSE;
    g_autofree char *folder = drafts_folder(connection.imap, error);
    return folder != NULL && expunge(connection.imap, folder, &place, error);
}
