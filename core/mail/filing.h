/* Where the mail server keeps what was written here, and the copy of a sent
 * message in the Sent folder. */
#ifndef SCEAU_MAIL_FILING_H
#define SCEAU_MAIL_FILING_H

#include "core/mail/letter.h"
#include "core/mail/world.h"
#include "core/net/imap.h"

/* The folder that the server marks so (Sent, Drafts), else the one of that
 * name, which may not exist yet. */
char *filing_folder(Imap *imap, FolderKind kind, const char *name,
                    GError **error);

gboolean filing_append(const World *world, gint64 spool, const Letter *letter,
                       GError **error);

#endif
