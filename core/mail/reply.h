/*
 * What a reply or a forwarded message takes over of the one it is about
 * (SEC-35): plain text only, and nothing that a weak, misplaced or
 * unauthenticated layer covers. The words around the quote are the page's.
 */
#ifndef SCEAU_MAIL_REPLY_H
#define SCEAU_MAIL_REPLY_H

#include "core/mail/incoming.h"

typedef struct {
    char *to, *cc; /* as people type them; "" when empty */
    char *subject; /* with "Re: " or "Fwd: ", once */
    char *text;    /* the quote: lines with "> ", or as they are forwarded */
    char *in_reply_to, *references; /* or NULL */
    GPtrArray *files; /* const IncomingFile, of incoming: to carry along */
    gboolean must_encrypt; /* what it takes over was encrypted */
    /* Why there is no quote: "errant-layer", "weak-encryption", "locked",
     * "unauthenticated", "too-complex"; "hidden-text" when a part that nobody
     * saw is left out; or NULL. */
    const char *quote_left_out;
} Reply;

/* mode: "reply", "all" or "forward"; another is APP_ERROR_INPUT. Borrows
 * incoming, which must outlive the result. */
Reply *reply_make(const World *world, const Incoming *incoming,
                  const char *mode, GError **error);
void reply_free(Reply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reply, reply_free)
#endif
