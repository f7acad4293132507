#include "core/net/imap_select.h"

#include "core/base/error.h"

gboolean
imap_refused(const ImapResult *result, const char *what, GError **error)
{
    AppError code = APP_ERROR_REFUSED;
    if (result->try_create)
        code = APP_ERROR_NOT_FOUND;
    else if (result->unavailable)
        code = APP_ERROR_UNREACHABLE;
    g_set_error(error, APP_ERROR, (gint)code, "IMAP: the server refuses %s",
                what);
    return FALSE;
}

gboolean
imap_select(Imap *imap, const char *folder, gboolean *kept, GError **error)
{
    gboolean same = g_strcmp0(imap->folder, folder) == 0;
    if (kept != NULL)
        *kept = same;
    if (same)
        return TRUE;

    g_autoptr(ImapCommand) command = imap_command_new(0);
    ImapResult result;
    imap_command_add(command, "SELECT ");
    if (!imap_command_folder(command, folder, error))
        return FALSE;
    g_clear_pointer(&imap->folder, g_free);
    imap->exists = 0;
    imap_forget_found(imap);
    if (!imap_call(imap, command, NULL, NULL, &result, error))
        return FALSE;
    if (result.kind != IMAP_REPLY_OK) {
        if (result.unavailable)
            return imap_refused(&result, "SELECT", error);
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "IMAP: there is no such folder");
        return FALSE;
    }
    /* Without UIDVALIDITY no message could be named for longer than now. */
    if (result.uid_validity == 0)
        return imap_break(imap, APP_ERROR_MALFORMED,
                          "SELECT without UIDVALIDITY", error);
    imap->folder = g_strdup(folder);
    imap->uid_validity = result.uid_validity;
    imap->renumbered = FALSE;
    return TRUE;
}

gboolean
imap_select_same(Imap *imap, const char *folder, guint32 uid_validity,
                 gboolean *kept, GError **error)
{
    if (!imap_select(imap, folder, kept, error))
        return FALSE;
    if (imap->uid_validity == uid_validity)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "IMAP: the folder has been made anew");
    return FALSE;
}
