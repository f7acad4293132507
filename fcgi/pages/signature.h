/* A judgement as the read page tells it: one line, details beneath. */
#ifndef SCEAU_FCGI_PAGES_SIGNATURE_H
#define SCEAU_FCGI_PAGES_SIGNATURE_H

#include "core/mail/incoming.h"
#include "fcgi/pages/shell.h"

/* Adds encryption, and of what is signed or was opened line and signature.
 * verified: the message has the seal; danger: it has the banner. */
void signature_add(const Context *ctx, Json *message,
                   const Incoming *incoming, gboolean *verified,
                   gboolean *danger);

/* "RSA 2048 bits, SHA-256"; digest may be NULL. */
char *signature_method(const Context *ctx, const char *key,
                       const char *digest);
/* Upper case in fours: "9F3A 61C4 …". */
char *signature_fingerprint(const char *hex);

#endif
