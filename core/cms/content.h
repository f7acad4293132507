/*
 * What a signature covers, wherever its bytes lie: spans of a message that
 * came with a detached signature, or the eContent, one piece or many. It is
 * hashed where it is. A message whose line ends became LF on its way (a file
 * on disk, openssl's own output) is hashed as if each were CRLF, which is
 * how it was signed (RFC 8551 §3.1.1), again without a copy.
 */
#ifndef SCEAU_CMS_CONTENT_H
#define SCEAU_CMS_CONTENT_H

#include "core/cms/algorithm.h"

typedef struct {
    const Span *spans;
    gsize n_spans;
    const Tlv *octets; /* instead of spans; NULL for a detached signature */
} Content;

typedef enum { CONTENT_EXACT, CONTENT_CRLF } ContentForm;

gboolean content_has_bare_lf(const Content *content);

#define DIGEST_MAX 64
/* Returns the digest's size; the digest is computable. */
gsize content_digest(const Content *content, ContentForm form,
                     const Digest *digest, guint8 out[DIGEST_MAX]);

/*
 * TRUE if the content is itself a SET OF Attribute: then a signature over
 * attributes could be presented as one over content (SEC-12).
 */
gboolean content_is_attributes(const Content *content, ContentForm form);

#endif
