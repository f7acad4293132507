/* What a reply or a forwarded message begins with: the words around what
 * core/mail/reply takes over. */
#ifndef SCEAU_FCGI_PAGES_REPLY_H
#define SCEAU_FCGI_PAGES_REPLY_H

#include "fcgi/pages/compose_page.h"
#include "fcgi/pages/list.h"

/*
 * Sets to, cc, subject, text, in_reply_to and references of start's form, and
 * what else start says. mode is "reply", "all" or "forward".
 */
gboolean reply_fill(const Context *ctx, ComposeStart *start,
                    const MessageId *id, const Incoming *incoming,
                    const char *mode, GError **error);

#endif
