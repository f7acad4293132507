#include "core/mime/parsed.h"

#include "core/base/error.h"
#include "core/mime/base64.h"
#include "core/mime/gate.h"
#include "core/mime/mime.h"
#include "core/mime/scan.h"

struct Parsed {
    GByteArray bytes; /* borrowed; GMime wants this shape */
    GMimeStream *stream;
    GMimeObject *root;
};

void
parsed_free(Parsed *parsed)
{
    if (parsed == NULL)
        return;
    g_clear_object(&parsed->root);
    g_clear_object(&parsed->stream);
    g_free(parsed);
}

Parsed *
parsed_new(const guint8 *entity, gsize size, GError **error)
{
    if (!gate_check(entity, size, error))
        return NULL;
    gsize skip = scan_mbox_line(entity, size);
    if (skip > 0)
        entity += skip;
    size -= skip;
    /* GMime takes nothing for no entity; it is one without fields or text. */
    if (size == 0) {
        entity = (const guint8 *)"\n";
        size = 1;
    }
    mime_init();
    g_autoptr(Parsed) parsed = g_new0(Parsed, 1);
    parsed->bytes.data = (guint8 *)(gsize)entity;
    parsed->bytes.len = (guint)size;
    parsed->stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(parsed->stream),
                                     &parsed->bytes);

    g_autoptr(GMimeParser) parser =
        g_mime_parser_new_with_stream(parsed->stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    parsed->root = g_mime_parser_construct_part(parser, NULL);
    if (parsed->root == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_MALFORMED,
                            "message is not MIME");
        return NULL;
    }
    return g_steal_pointer(&parsed);
}

GMimeObject *
parsed_root(const Parsed *parsed)
{
    return parsed->root;
}

static GMimeDataWrapper *
leaf_content(GMimeObject *leaf)
{
    return GMIME_IS_PART(leaf) ? g_mime_part_get_content(GMIME_PART(leaf))
                               : NULL;
}

/* The encoded bytes of a base64 part: those are all the large ones, and our
 * decoder is several times as fast as GMime's, and takes no more memory than
 * the result. What it refuses GMime may still make something of. */
static gboolean
base64_of(GMimeDataWrapper *content, const guint8 **data, gsize *size)
{
    GMimeStream *stream = g_mime_data_wrapper_get_stream(content);
    if (g_mime_data_wrapper_get_encoding(content) !=
            GMIME_CONTENT_ENCODING_BASE64 ||
        !GMIME_IS_STREAM_MEM(stream))
        return FALSE;
    const GByteArray *bytes =
        g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    gint64 end = stream->bound_end >= 0 ? stream->bound_end : bytes->len;
    *data = bytes->data + stream->bound_start;
    *size = (gsize)(end - stream->bound_start);
    return TRUE;
}

GByteArray *
parsed_content(GMimeObject *leaf)
{
    const guint8 *data;
    gsize size;
    GMimeDataWrapper *content = leaf_content(leaf);
    if (content == NULL)
        return g_byte_array_new();
    GBytes *decoded = base64_of(content, &data, &size)
                          ? base64_decode_body(data, size, NULL)
                          : NULL;
    if (decoded != NULL)
        return g_bytes_unref_to_array(decoded);
    GByteArray *out = g_byte_array_new();
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), out);
    g_mime_data_wrapper_write_to_stream(content, stream);
    return out;
}

gsize
parsed_size(GMimeObject *leaf)
{
    const guint8 *data;
    gsize encoded, decoded;
    GMimeDataWrapper *content = leaf_content(leaf);
    if (content == NULL)
        return 0;
    if (base64_of(content, &data, &encoded) &&
        base64_measure_body(data, encoded, &decoded))
        return decoded;
    g_autoptr(GMimeStream) nowhere = g_mime_stream_null_new();
    gssize size = g_mime_data_wrapper_write_to_stream(content, nowhere);
    return size > 0 ? (gsize)size : 0;
}
