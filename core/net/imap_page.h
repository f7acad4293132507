/* What pages of a folder and of a search have in common. */
#ifndef SCEAU_NET_IMAP_PAGE_H
#define SCEAU_NET_IMAP_PAGE_H

#include "core/net/imap_wire.h"

/* A command without arguments from outside; its answer is not waited for. */
gboolean imap_send_text(Imap *imap, const char *text, GError **error);
/* STATUS, for the messages nobody has seen yet; likewise. */
gboolean imap_send_status(Imap *imap, const char *folder, GError **error);
/* What FETCH asks for of a message that gets a row; static. */
const char *imap_row_items(const Imap *imap);
/* A message whose description cannot be read to its end still gets its row:
 * one bad message must not hide fifty. */
gboolean imap_is_row(const ImapFetched *got);

#endif
