#include "core/cms/tlv.h"

#include <string.h>

#define CONSTRUCTED 0x20
#define INDEFINITE G_MAXSIZE

typedef struct {
    guint8 tag;
    gsize header; /* octets of tag and length */
    gsize length; /* or INDEFINITE */
} Header;

/* Long form: the number of octets is in the low bits of the first. */
static gboolean
length_read(Span in, Header *out)
{
    guint count = in.data[1] & 0x7f;
    if (count == 0) {
        out->length = INDEFINITE;
        return (out->tag & CONSTRUCTED) != 0;
    }
    if (count > sizeof(guint64) || in.size - 2 < count)
        return FALSE;

    guint64 length = 0;
    for (guint i = 0; i < count; i++)
        length = length << 8 | in.data[2 + i];
    out->header += count;
    out->length = length;
    return length <= in.size - out->header;
}

/* Tag numbers above 30 occur in nothing that mail needs. */
static gboolean
header_read(Span in, Header *out)
{
    if (in.size < 2 || (in.data[0] & 0x1f) == 0x1f)
        return FALSE;
    out->tag = in.data[0];
    out->header = 2;
    if (in.data[1] & 0x80)
        return length_read(in, out);
    out->length = in.data[1];
    return out->length <= in.size - 2;
}

/* Where in a walk we are: the ends of the values that are open. */
typedef struct {
    gsize ends[TLV_DEPTH];   /* INDEFINITE where only a marker ends it */
    gsize limits[TLV_DEPTH]; /* of the nearest definite ancestor */
    guint depth;
    gsize position;
} Walk;

static gsize
walk_limit(const Walk *walk, gsize size)
{
    return walk->depth == 0 ? size : walk->limits[walk->depth - 1];
}

static gboolean
walk_enter(Walk *walk, gsize end, gsize limit)
{
    if (walk->depth == TLV_DEPTH)
        return FALSE;
    walk->ends[walk->depth] = end;
    walk->limits[walk->depth] = end == INDEFINITE ? limit : end;
    walk->depth++;
    return TRUE;
}

static void
walk_leave_finished(Walk *walk)
{
    while (walk->depth > 0 && walk->ends[walk->depth - 1] == walk->position)
        walk->depth--;
}

/* One step: an end-of-contents marker, a leaf, or into a constructed value.
 */
static gboolean
walk_step(Walk *walk, Span bytes)
{
    gsize limit = walk_limit(walk, bytes.size);
    Span rest = {bytes.data + walk->position, limit - walk->position};
    Header header;
    if (!header_read(rest, &header))
        return FALSE;

    walk->position += header.header;
    if (header.tag == 0) {
        gboolean ends = walk->depth > 0 && header.length == 0 &&
                        walk->ends[walk->depth - 1] == INDEFINITE;
        walk->depth -= ends ? 1 : 0;
        return ends;
    }
    if (header.length == INDEFINITE)
        return walk_enter(walk, INDEFINITE, limit);
    if (header.tag & CONSTRUCTED)
        return walk_enter(walk, walk->position + header.length, limit);
    walk->position += header.length;
    return TRUE;
}

gboolean
tlv_measure(Span bytes, gsize *size)
{
    Walk walk = {0};
    if (bytes.size == 0)
        return FALSE;
    do {
        if (!walk_step(&walk, bytes))
            return FALSE;
        walk_leave_finished(&walk);
    } while (walk.depth > 0);
    *size = walk.position;
    return TRUE;
}

gboolean
tlv_is_padding(Span rest)
{
    for (gsize i = 0; i < rest.size; i++)
        if (rest.data[i] != 0 && !g_ascii_isspace(rest.data[i]))
            return FALSE;
    return TRUE;
}

gboolean
tlv_read(Span *in, Tlv *out)
{
    Header header;
    if (!header_read(*in, &header) || header.tag == 0)
        return FALSE;

    gsize total = header.header + header.length;
    gsize marker = 0;
    if (header.length == INDEFINITE) {
        if (!tlv_measure(*in, &total))
            return FALSE;
        marker = 2;
    }
    out->tag = header.tag;
    out->whole = (Span){in->data, total};
    out->body =
        (Span){in->data + header.header, total - header.header - marker};
    *in = (Span){in->data + total, in->size - total};
    return TRUE;
}

gboolean
tlv_take(Span *in, guint8 tag, Span *body)
{
    Span rest = *in;
    Tlv value;
    if (!tlv_read(&rest, &value) || value.tag != tag)
        return FALSE;
    *in = rest;
    *body = value.body;
    return TRUE;
}

guint8
tlv_peek(Span in)
{
    return in.size == 0 ? 0 : in.data[0];
}

gboolean
tlv_take_int(Span *in, guint *value)
{
    Span body;
    if (!tlv_take(in, TLV_INTEGER, &body) || body.size == 0 ||
        body.size > 4 || body.data[0] & 0x80)
        return FALSE;
    *value = 0;
    for (gsize i = 0; i < body.size; i++)
        *value = *value << 8 | body.data[i];
    return TRUE;
}

gboolean
span_equal(Span a, Span b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

Span
span_of(GBytes *bytes)
{
    Span span;
    span.data = g_bytes_get_data(bytes, &span.size);
    return span;
}

GBytes *
span_copy(Span span)
{
    return g_bytes_new(span.data, span.size);
}

char *
span_hex(Span span)
{
    GString *hex = g_string_sized_new(2 * span.size + 1);
    for (gsize i = 0; i < span.size; i++)
        g_string_append_printf(hex, "%02x", span.data[i]);
    return g_string_free(hex, FALSE);
}

void
octets_start(OctetReader *reader, const Tlv *value)
{
    *reader = (OctetReader){.depth = 1};
    reader->levels[0] = value->body;
    reader->primitive = (value->tag & CONSTRUCTED) == 0;
}

/* Goes down to the next leaf; a level that is used up is left again. */
static gboolean
octets_descend(OctetReader *reader, Span *piece)
{
    Tlv value;
    if (!tlv_read(&reader->levels[reader->depth - 1], &value))
        return FALSE;
    if (value.tag == TLV_OCTETS) {
        *piece = value.body;
        return TRUE;
    }
    if (value.tag != TLV_OCTETS_BER || reader->depth == TLV_DEPTH)
        return FALSE;
    reader->levels[reader->depth++] = value.body;
    *piece = (Span){NULL, 0};
    return TRUE;
}

gboolean
octets_next(OctetReader *reader, Span *piece)
{
    if (reader->primitive && reader->depth > 0) {
        *piece = reader->levels[0];
        reader->depth = 0;
        return TRUE;
    }
    while (reader->depth > 0) {
        if (reader->levels[reader->depth - 1].size == 0) {
            reader->depth--;
            continue;
        }
        if (!octets_descend(reader, piece)) {
            reader->broken = TRUE;
            return FALSE;
        }
        if (piece->size > 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
octets_measure(const Tlv *value, gsize *size)
{
    OctetReader reader;
    Span piece;
    octets_start(&reader, value);
    *size = 0;
    while (octets_next(&reader, &piece))
        *size += piece.size;
    return !reader.broken;
}
