#include "core/net/imap_select.h"

/* Enough for anybody; a server with more is not listened to. */
#define MAX_FOLDERS 5000
/* Every page shows the folders, and they change a few times a year: one made
 * with another program appears this much later. */
#define KEEP_SECONDS 15

static void
list_reply(gpointer user, Imap *imap, const ImapReply *reply)
{
    GPtrArray *folders = user;
    if (reply->kind != IMAP_REPLY_LIST || folders->len >= MAX_FOLDERS)
        return;
    ImapFolder *folder = imap_parse_list(reply);
    if (folder != NULL)
        g_ptr_array_add(folders, folder);
}

static gboolean
list(Imap *imap, const char *options, GPtrArray *folders, ImapResult *result,
     GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    imap_command_add(command, "LIST \"\" \"*\"%s", options);
    return imap_call(imap, command, list_reply, folders, result, error);
}

static GPtrArray *
list_new(Imap *imap, GError **error)
{
    g_autoptr(GPtrArray) folders =
        g_ptr_array_new_with_free_func((GDestroyNotify)imap_folder_free);
    ImapResult result = {.kind = IMAP_REPLY_BAD};
    /* RETURN needs LIST-EXTENDED; who lacks it tells the uses unasked. */
    if ((imap->can & IMAP_CAN_SPECIAL_USE) &&
        !list(imap, " RETURN (SPECIAL-USE)", folders, &result, error))
        return NULL;
    if (result.kind != IMAP_REPLY_OK &&
        !list(imap, "", folders, &result, error))
        return NULL;
    if (result.kind != IMAP_REPLY_OK) {
        imap_refused(&result, "LIST", error);
        return NULL;
    }
    return g_steal_pointer(&folders);
}

GPtrArray *
imap_list(Imap *imap, GError **error)
{
    gint64 now = g_get_monotonic_time();
    if (imap->folders != NULL &&
        now - imap->listed < (gint64)KEEP_SECONDS * G_USEC_PER_SEC)
        return g_ptr_array_ref(imap->folders);
    g_clear_pointer(&imap->folders, g_ptr_array_unref);
    imap->folders = list_new(imap, error);
    imap->listed = now;
    return imap->folders != NULL ? g_ptr_array_ref(imap->folders) : NULL;
}
