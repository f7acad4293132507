/*
 * The digest of content that passes by in pieces, by the algorithm that the
 * signature over it will name. GnuTLS computes it: several times as fast as
 * GLib, which counts for a large message.
 */
#ifndef SCEAU_CMS_DIGEST_STREAM_H
#define SCEAU_CMS_DIGEST_STREAM_H

#include "core/cms/attributes.h"

typedef struct DigestStream DigestStream;

DigestStream *digest_stream_new(SignAlgorithm algorithm);
void digest_stream_add(DigestStream *stream, const guint8 *data, gsize size);
/* Of all that was added; the stream begins again. */
GBytes *digest_stream_value(DigestStream *stream);
void digest_stream_free(DigestStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DigestStream, digest_stream_free)

#endif
