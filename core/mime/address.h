/*
 * Address fields as they come (RFC 5322 §3.4 with the obsolete forms mailers
 * write). Linear and without recursion, whatever the nesting.
 */
#ifndef SCEAU_MIME_ADDRESS_H
#define SCEAU_MIME_ADDRESS_H

#include "core/mime/headers.h"

/*
 * Mailboxes in the unfolded text, names decoded, groups flattened. What is no
 * mailbox is left out. *exact is FALSE if anything was left out, guessed or
 * grouped: another reader may see other addresses.
 */
GPtrArray *address_list_read(const char *text, gboolean *exact);

/* What we write: local@domain without quotes, comments or literals; UTF-8
 * allowed (RFC 6531), hidden characters refused. */
gboolean address_is_plain(const char *address);

Mailbox *mailbox_new(const char *name, const char *address);
#endif
