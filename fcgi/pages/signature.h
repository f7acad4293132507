/* A judgement as the read page tells it: one line, details beneath. */
#ifndef SCEAU_FCGI_PAGES_SIGNATURE_H
#define SCEAU_FCGI_PAGES_SIGNATURE_H

#include "core/mail/judge.h"
#include "fcgi/pages/shell.h"

/* Adds signature (if there is one) and encryption to message. */
void signature_add(const Context *ctx, Json *message,
                   const Judgement *judgement, gboolean *verified,
                   gboolean *danger);

/* "RSA 2048 bits, SHA-256"; digest may be NULL. */
char *signature_method(const Context *ctx, const char *key,
                       const char *digest);
/* Upper case in fours: "9F3A 61C4 …". */
char *signature_fingerprint(const char *hex);

#endif
