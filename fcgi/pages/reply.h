/* What a reply or a forwarded message begins with. */
#ifndef SCEAU_FCGI_PAGES_REPLY_H
#define SCEAU_FCGI_PAGES_REPLY_H

#include "core/mail/incoming.h"
#include "fcgi/pages/shell.h"

typedef enum { REPLY_ONE, REPLY_ALL, REPLY_FORWARD } ReplyMode;

/* Sets to, cc, subject, text, in_reply_to and references of form. */
void reply_fill(const Context *ctx, Json *form, const Incoming *incoming,
                ReplyMode mode);

#endif
