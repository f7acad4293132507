/* The selected mailbox of a connection, kept between commands. */
#ifndef SCEAU_NET_IMAP_SELECT_H
#define SCEAU_NET_IMAP_SELECT_H

#include "core/net/imap_wire.h"

/*
 * Selects folder unless it is selected; *kept (may be NULL) says that it was,
 * so that what is known of it may be old. APP_ERROR_NOT_FOUND if there is no
 * such folder.
 */
gboolean imap_select(Imap *imap, const char *folder, gboolean *kept,
                     GError **error);
/* imap_select, then APP_ERROR_NOT_FOUND unless it still is the mailbox that
 * the message's number was read in. */
gboolean imap_select_same(Imap *imap, const char *folder,
                          guint32 uid_validity, gboolean *kept,
                          GError **error);
/* An error for what the server answered NO or BAD to. */
gboolean imap_refused(const ImapResult *result, const char *what,
                      GError **error);

#endif
