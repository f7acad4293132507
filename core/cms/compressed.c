#include "core/cms/compressed.h"

#include <zlib.h>

#include "core/base/error.h"
#include "core/cms/algorithm.h"
#include "core/cms/content_info.h"

#define RATIO_MAX 100 /* SEC-03 */
#define RUN (64 * 1024)

/* CompressedData (RFC 3274 §1.1), whose content is one piece or many. */
static gboolean
content_find(Span der, Tlv *content, gsize *size)
{
    Span inner, body, encapsulated, type, wrapped;
    AlgorithmId algorithm;
    guint version;
    if (content_info_read(der, &inner) != OID_COMPRESSED_DATA ||
        !tlv_take(&inner, TLV_SEQUENCE, &body) || inner.size > 0 ||
        !tlv_take_int(&body, &version) || version != 0 ||
        !algorithm_take(&body, &algorithm) || algorithm.oid != OID_ZLIB ||
        !tlv_take(&body, TLV_SEQUENCE, &encapsulated) || body.size > 0)
        return FALSE;
    return tlv_take(&encapsulated, TLV_OID, &type) &&
           oid_find(type) == OID_DATA &&
           tlv_take(&encapsulated, TLV_EXPLICIT, &wrapped) &&
           encapsulated.size == 0 && tlv_read(&wrapped, content) &&
           wrapped.size == 0 && (content->tag & ~0x20) == TLV_OCTETS &&
           octets_measure(content, size);
}

typedef struct {
    z_stream stream;
    GByteArray *out;
    gsize max;
    gboolean ended;
} Inflation;

static gboolean
refuse_size(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                        "message: the compressed layer is too large");
    return FALSE;
}

static gboolean
refuse(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_MALFORMED,
                        "message: the compressed layer is damaged");
    return FALSE;
}

/* What one piece gives, as much of it as may be. */
static gboolean
inflate_piece(Inflation *inflation, Span piece, GError **error)
{
    guint8 run[RUN];
    z_stream *stream = &inflation->stream;
    stream->next_in = (Bytef *)(gsize)piece.data;
    stream->avail_in = (uInt)piece.size;
    do {
        stream->next_out = run;
        stream->avail_out = sizeof run;
        int status = inflate(stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            return refuse(error);
        gsize got = sizeof run - stream->avail_out;
        if (got > inflation->max - inflation->out->len)
            return refuse_size(error);
        g_byte_array_append(inflation->out, run, (guint)got);
        inflation->ended = status == Z_STREAM_END;
    } while (!inflation->ended && stream->avail_out == 0);
    return !inflation->ended || stream->avail_in == 0 || refuse(error);
}

static gboolean
inflate_all(Inflation *inflation, const Tlv *content, GError **error)
{
    OctetReader reader;
    Span piece;
    octets_start(&reader, content);
    while (octets_next(&reader, &piece)) {
        if (piece.size == 0)
            continue;
        if (inflation->ended)
            return refuse(error);
        if (!inflate_piece(inflation, piece, error))
            return FALSE;
    }
    return inflation->ended || refuse(error);
}

GBytes *
compressed_data_read(GBytes *der, gsize max, GError **error)
{
    Tlv content;
    gsize size;
    if (!content_find(span_of(der), &content, &size)) {
        refuse(error);
        return NULL;
    }
    g_autoptr(GByteArray) out = g_byte_array_new();
    Inflation inflation = {
        .out = out, .max = MIN(MIN(max, G_MAXUINT / 2), size * RATIO_MAX)};
    if (inflateInit(&inflation.stream) != Z_OK)
        g_error("zlib: cannot begin");
    gboolean good = inflate_all(&inflation, &content, error);
    inflateEnd(&inflation.stream);
    return good ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}
