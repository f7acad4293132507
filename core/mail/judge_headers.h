/*
 * What the judge asks of header fields: are they sound, who is From, and do
 * the fields under the signature say the same as those outside.
 */
#ifndef SCEAU_MAIL_JUDGE_HEADERS_H
#define SCEAU_MAIL_JUDGE_HEADERS_H

#include "core/mime/protected.h"

/* SEC-16; without From it is sound if fallback is there to stand for it. */
gboolean judge_headers_are_sound(const Headers *headers,
                                 const char *fallback);
/* The one mailbox of the one From, or fallback where there is none. */
char *judge_headers_from(const Headers *headers, const char *fallback);
/*
 * RFC 9788: adds the names of the fields that say something else outside than
 * the payload says that they do. Where it says that all fields are in, one
 * that is only outside differs too; is_encrypted: what is not outside was
 * hidden on purpose.
 */
void judge_headers_compare(const Headers *outer, const Protected *inside,
                           gboolean is_encrypted, GPtrArray *differing);

#endif
