#include "core/mail/filing.h"

#include "core/mail/connection.h"
#include "core/mail/letter_source.h"

/* The folder that the server marks as Sent, else the one of that name. */
static char *
sent_folder(Imap *imap, GError **error)
{
    g_autoptr(GPtrArray) folders = imap_list(imap, error);
    if (folders == NULL)
        return NULL;
    for (guint i = 0; i < folders->len; i++) {
        const ImapFolder *folder = g_ptr_array_index(folders, i);
        if (folder->kind == FOLDER_SENT && folder->selectable)
            return g_strdup(folder->name);
    }
    return g_strdup("Sent");
}

gboolean
filing_append(const World *world, gint64 spool, const Letter *letter,
              GError **error)
{
    g_autoptr(LetterSource) source =
        letter_source_new(world->db, spool, letter, error);
    if (source == NULL)
        return FALSE;
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return FALSE;

    g_autofree char *folder = sent_folder(connection.imap, error);
    if (folder == NULL)
        return FALSE;
    return imap_append(connection.imap, folder, "\\Seen",
                       letter_source_size(source), letter_source_read, source,
                       error);
}
