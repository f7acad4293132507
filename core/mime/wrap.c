#include "core/mime/wrap.h"

#include <string.h>

#include "core/mime/base64.h"
#include "core/mime/boundary.h"
#include "core/mime/gmime_auto.h"
#include "core/mime/mime.h"
#include "core/mime/scan.h"

#define PIECE (1024 * 1024)

typedef struct {
    const guint8 *data;
    gsize size;
} Slice;

/* What one scan over the body of a multipart/signed finds. */
typedef struct {
    Slice parts[2];
    guint count;
    gboolean closed;
    gboolean outside;
} Parts;

void
layer_free(Layer *layer)
{
    if (layer == NULL)
        return;
    g_free(layer->encoding);
    g_free(layer);
}

static Slice
body_of(const guint8 *entity, gsize size)
{
    gsize at = scan_body(entity, size);
    return (Slice){entity + at, size - at};
}

static GMimeContentType *
content_type(const Headers *headers)
{
    mime_init();
    const char *raw = headers_raw(headers, "Content-Type");
    return raw == NULL ? NULL : g_mime_content_type_parse(NULL, raw);
}

static gboolean
is_application(GMimeContentType *type, const char *subtype)
{
    if (type == NULL)
        return FALSE;
    const char *got = g_mime_content_type_get_media_subtype(type);
    if (got != NULL && g_ascii_strncasecmp(got, "x-", 2) == 0)
        got += 2;
    return g_mime_content_type_is_type(type, "application", "*") &&
           got != NULL && g_ascii_strcasecmp(got, subtype) == 0;
}

static gboolean
has_suffix(const char *text, const char *suffix)
{
    if (text == NULL)
        return FALSE;
    g_autofree char *lower = g_ascii_strdown(text, -1);
    return g_str_has_suffix(lower, suffix);
}

/* RFC 8551 §3.9: octets in a file that is called .p7m are one too. */
static gboolean
is_opaque(const Headers *headers, GMimeContentType *type)
{
    if (is_application(type, "pkcs7-mime"))
        return TRUE;
    if (!is_application(type, "octet-stream"))
        return FALSE;
    if (has_suffix(g_mime_content_type_get_parameter(type, "name"), ".p7m"))
        return TRUE;
    const char *raw = headers_raw(headers, "Content-Disposition");
    if (raw == NULL)
        return FALSE;
    GMimeContentDisposition *disposition =
        g_mime_content_disposition_parse(NULL, raw);
    gboolean named = has_suffix(
        g_mime_content_disposition_get_parameter(disposition, "filename"),
        ".p7m");
    g_object_unref(disposition);
    return named;
}

/* The line end before a delimiter belongs to the delimiter. */
static void
end_part(Parts *parts, const guint8 *start, const guint8 *end)
{
    if (end > start && end[-1] == '\n') {
        end--;
        if (end > start && end[-1] == '\r')
            end--;
    }
    if (parts->count < 2)
        parts->parts[parts->count] = (Slice){start, (gsize)(end - start)};
    parts->count++;
}

static gboolean
is_blank(const guint8 *data, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (data[i] > ' ')
            return FALSE;
    return TRUE;
}

static Parts
find_parts(Slice body, const Boundary *boundary)
{
    Parts parts = {.count = 0};
    const guint8 *end = body.data + body.size;
    const guint8 *start = NULL;
    for (const guint8 *line = body.data; line < end;) {
        gsize size = scan_line(line, (gsize)(end - line));
        BoundaryLine kind =
            boundary_line(line, scan_line_text(line, size), boundary);
        if (kind != LINE_OTHER && start != NULL)
            end_part(&parts, start, line);
        line += size;
        if (kind == LINE_DELIMITER)
            start = line;
        if (kind == LINE_CLOSE) {
            parts.closed = TRUE;
            parts.outside = !is_blank(line, (gsize)(end - line));
            return parts;
        }
    }
    if (start != NULL)
        end_part(&parts, start, end);
    return parts;
}

static void
set_encoded(Layer *layer, const Headers *headers, Slice body)
{
    layer->encoded = body.data;
    layer->encoded_size = body.size;
    layer->encoding =
        g_strdup(headers_raw(headers, "Content-Transfer-Encoding"));
}

/* SEC-10: exactly two parts, the second a signature. */
static void
take_signed(Layer *layer, Slice body, const Headers *headers)
{
    const char *raw = headers_raw(headers, "Content-Type");
    Boundary boundary[2];
    layer->kind = LAYER_BROKEN;
    if (boundary_find((const guint8 *)raw, strlen(raw), boundary) < 1)
        return;
    Parts parts = find_parts(body, &boundary[0]);
    layer->outside = parts.outside;
    if (parts.count != 2 || !parts.closed)
        return;

    Slice last = parts.parts[1];
    g_autoptr(Headers) own = headers_parse(last.data, last.size);
    g_autoptr(GMimeContentType) type = content_type(own);
    if (!is_application(type, "pkcs7-signature"))
        return;
    layer->kind = LAYER_SIGNED;
    layer->payload = parts.parts[0].data;
    layer->payload_size = parts.parts[0].size;
    set_encoded(layer, own, body_of(last.data, last.size));
}

static gboolean
is_signed(GMimeContentType *type)
{
    if (type == NULL ||
        !g_mime_content_type_is_type(type, "multipart", "signed"))
        return FALSE;
    const char *protocol =
        g_mime_content_type_get_parameter(type, "protocol");
    return has_suffix(protocol, "pkcs7-signature");
}

Layer *
layer_find(const guint8 *entity, gsize size)
{
    Layer *layer = g_new0(Layer, 1);
    g_autoptr(Headers) headers = headers_parse(entity, size);
    g_autoptr(GMimeContentType) type = content_type(headers);
    if (is_signed(type)) {
        take_signed(layer, body_of(entity, size), headers);
    } else if (is_opaque(headers, type)) {
        layer->kind = LAYER_OPAQUE;
        set_encoded(layer, headers, body_of(entity, size));
    }
    return layer;
}

static GBytes *
decode_quoted(const guint8 *data, gsize size)
{
    GMimeEncoding state;
    g_mime_encoding_init_decode(&state,
                                GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    guint8 *out = g_malloc(g_mime_encoding_outlen(&state, size) + 1);
    gsize n =
        g_mime_encoding_step(&state, (const char *)data, size, (char *)out);
    return g_bytes_new_take(out, n);
}

static GBytes *
copy_pieces(const guint8 *data, gsize size, LayerForget forget)
{
    guint8 *out = g_malloc(size + 1);
    for (gsize at = 0; at < size; at += PIECE) {
        gsize piece = MIN(PIECE, size - at);
        memcpy(out + at, data + at, piece);
        if (forget != NULL)
            forget(data + at, piece);
    }
    return g_bytes_new_take(out, size);
}

GBytes *
layer_cms(const Layer *layer, LayerForget forget)
{
    const char *encoding = layer->encoding;
    g_autoptr(GBytes) cms = NULL;
    if (layer->encoded == NULL)
        return NULL;
    if (encoding != NULL && g_ascii_strcasecmp(encoding, "base64") == 0)
        cms = base64_decode_body(layer->encoded, layer->encoded_size, forget);
    else if (encoding != NULL &&
             g_ascii_strcasecmp(encoding, "quoted-printable") == 0)
        cms = decode_quoted(layer->encoded, layer->encoded_size);
    else
        cms = copy_pieces(layer->encoded, layer->encoded_size, forget);
    if (cms == NULL || g_bytes_get_size(cms) == 0)
        return NULL;
    return g_steal_pointer(&cms);
}

/* A file of certificates has the type of a layer and is none. */
static gboolean
is_errant_type(const char *value)
{
    g_autofree char *lower = g_ascii_strdown(value, -1);
    if (strstr(lower, "multipart/signed") != NULL)
        return strstr(lower, "pkcs7-signature") != NULL;
    return strstr(lower, "pkcs7-mime") != NULL &&
           strstr(lower, "certs-only") == NULL;
}

static gboolean
note_errant(gpointer user, const ScanField *field, GError **error)
{
    gboolean *errant = user;
    if (field->part == 0 || !scan_name_is(field, "Content-Type"))
        return TRUE;
    g_autofree char *value =
        g_strndup((const char *)field->value, field->value_size);
    if (is_errant_type(value))
        *errant = TRUE;
    return TRUE;
}

gboolean
layer_is_errant(const guint8 *entity, gsize size)
{
    gboolean errant = FALSE;
    /* What the gate let through ends without an error. */
    scan_fields(entity, size, note_errant, &errant, NULL, NULL);
    return errant;
}
