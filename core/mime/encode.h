/*
 * Header values of the entity profile, folded with CRLF and space. The rules
 * are written at the top of entity.c.
 */
#ifndef SCEAU_MIME_ENCODE_H
#define SCEAU_MIME_ENCODE_H

#include <glib.h>

#include "core/mime/headers.h"

#define FOLD "\r\n "

/* Or any other field of which nothing but a text is known. */
char *encode_subject(const char *subject);
char *encode_mailbox(const Mailbox *mailbox);
char *encode_mailboxes(const GPtrArray *mailboxes);
char *encode_date(gint64 unix_seconds);
/* Message ids in text, joined by joiner; NULL if there are none. */
char *encode_ids(const char *text, const char *joiner);
/* "filename=…" with its continuations. */
char *encode_file_name(const char *name);
/* The type in lower case, or application/octet-stream. */
char *encode_type(const char *type);
#endif
