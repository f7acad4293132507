#include "core/cms/digest_stream.h"

#include <gnutls/crypto.h>

#include "core/cms/scheme.h"

struct DigestStream {
    gnutls_hash_hd_t state;
    gnutls_digest_algorithm_t algorithm;
};

DigestStream *
digest_stream_new(SignAlgorithm algorithm)
{
    DigestStream *stream = g_new0(DigestStream, 1);
    stream->algorithm = sign_scheme(algorithm).digest->gnutls;
    int made = gnutls_hash_init(&stream->state, stream->algorithm);
    g_assert(made >= 0);
    return stream;
}

void
digest_stream_add(DigestStream *stream, const guint8 *data, gsize size)
{
    gnutls_hash(stream->state, data, size);
}

GBytes *
digest_stream_value(DigestStream *stream)
{
    guint8 raw[64];
    gnutls_hash_output(stream->state, raw);
    return g_bytes_new(raw, (gsize)gnutls_hash_get_len(stream->algorithm));
}

void
digest_stream_free(DigestStream *stream)
{
    if (stream == NULL)
        return;
    gnutls_hash_deinit(stream->state, NULL);
    g_free(stream);
}
