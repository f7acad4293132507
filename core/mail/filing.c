#include "core/mail/filing.h"

#include "core/mail/connection.h"
#include "core/mail/letter_source.h"

char *
filing_folder(Imap *imap, FolderKind kind, const char *name, GError **error)
{
    g_autoptr(GPtrArray) folders = imap_list(imap, error);
    if (folders == NULL)
        return NULL;
    for (guint i = 0; i < folders->len; i++) {
        const ImapFolder *folder = g_ptr_array_index(folders, i);
        if (folder->kind == kind && folder->selectable)
            return g_strdup(folder->name);
    }
    return g_strdup(name);
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

    g_autofree char *folder =
        filing_folder(connection.imap, FOLDER_SENT, "Sent", error);
    if (folder == NULL)
        return FALSE;
    return imap_append(connection.imap, folder, "\\Seen",
                       letter_source_size(source), letter_source_read, source,
                       error);
}
