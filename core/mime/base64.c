#include "core/mime/base64.h"

#include <string.h>

#define PIECE (1024 * 1024)

void
base64_append_lines(GString *out, const guint8 *data, gsize size)
{
    char line[BASE64_LINE_SIZE + 8];
    while (size > 0) {
        gsize take = MIN(size, BASE64_LINE_BYTES);
        gint state = 0, save = 0;
        gsize n =
            g_base64_encode_step(data, take, FALSE, line, &state, &save);
        n += g_base64_encode_close(FALSE, line + n, &state, &save);
        g_string_append_len(out, line, (gssize)n);
        g_string_append(out, "\r\n");
        data += take;
        size -= take;
    }
}

gsize
base64_lines_size(gsize size)
{
    gsize lines = (size + BASE64_LINE_BYTES - 1) / BASE64_LINE_BYTES;
    return (size + 2) / 3 * 4 + 2 * lines;
}

enum { SPACE = 64, PAD = 65, BAD = 66 };

/* Value of every byte: 0 to 63, or one of the above. Large bodies are read by
 * it, four characters at a time: GLib's decoder is several times slower. */
static const guint8 values[256] = {
    66, 66, 66, 66, 66, 66, 66, 66, 66, 64, 64, 64, 64, 64, 66, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 64, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 62, 66, 66, 66, 63, 52, 53, 54, 55, 56, 57,
    58, 59, 60, 61, 66, 66, 66, 65, 66, 66, 66, 0,  1,  2,  3,  4,  5,  6,
    7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
    25, 66, 66, 66, 66, 66, 66, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36,
    37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
    66, 66, 66, 66,
};

typedef struct {
    guint32 bits; /* of a group that is not complete */
    guint count;  /* characters in it */
    gboolean padded;
    guint8 *out;
} Decoder;

static gboolean
decode_one(Decoder *decoder, guint8 value)
{
    if (value == SPACE)
        return TRUE;
    if (value == PAD) {
        decoder->padded = TRUE;
        return TRUE;
    }
    if (value == BAD || decoder->padded)
        return FALSE;
    decoder->bits = decoder->bits << 6 | value;
    if (++decoder->count < 4)
        return TRUE;
    *decoder->out++ = (guint8)(decoder->bits >> 16);
    *decoder->out++ = (guint8)(decoder->bits >> 8);
    *decoder->out++ = (guint8)decoder->bits;
    decoder->bits = decoder->count = 0;
    return TRUE;
}

/* Whole groups without white space between; returns how much it read. */
static gsize
decode_groups(Decoder *decoder, const guint8 *data, gsize size)
{
    gsize at = 0;
    guint8 *out = decoder->out;
    for (; at + 4 <= size; at += 4) {
        guint8 a = values[data[at]], b = values[data[at + 1]];
        guint8 c = values[data[at + 2]], d = values[data[at + 3]];
        if ((a | b | c | d) >= SPACE)
            break;
        *out++ = (guint8)(a << 2 | b >> 4);
        *out++ = (guint8)(b << 4 | c >> 2);
        *out++ = (guint8)(c << 6 | d);
    }
    decoder->out = out;
    return at;
}

static gboolean
decode_piece(Decoder *decoder, const guint8 *data, gsize size)
{
    gsize at = 0;
    while (at < size) {
        if (decoder->count == 0 && !decoder->padded)
            at += decode_groups(decoder, data + at, size - at);
        if (at < size && !decode_one(decoder, values[data[at++]]))
            return FALSE;
    }
    return TRUE;
}

static void
end_decoding(Decoder *decoder)
{
    if (decoder->count == 2) {
        *decoder->out++ = (guint8)(decoder->bits >> 4);
    } else if (decoder->count == 3) {
        *decoder->out++ = (guint8)(decoder->bits >> 10);
        *decoder->out++ = (guint8)(decoder->bits >> 2);
    }
}

GBytes *
base64_decode_body(const guint8 *data, gsize size, Base64Forget forget)
{
    g_autofree guint8 *out = g_malloc(size / 4 * 3 + 4);
    Decoder decoder = {.out = out};
    for (gsize at = 0; at < size; at += PIECE) {
        gsize piece = MIN(PIECE, size - at);
        if (!decode_piece(&decoder, data + at, piece))
            return NULL;
        if (forget != NULL)
            forget(data + at, piece);
    }
    end_decoding(&decoder);
    gsize got = (gsize)(decoder.out - out);
    return g_bytes_new_take(g_steal_pointer(&out), got);
}

/* As decode_groups(). */
static gsize
measure_groups(const guint8 *data, gsize size)
{
    gsize at = 0;
    while (at + 4 <= size &&
           (values[data[at]] | values[data[at + 1]] | values[data[at + 2]] |
            values[data[at + 3]]) < SPACE)
        at += 4;
    return at;
}

gboolean
base64_measure_body(const guint8 *data, gsize size, gsize *out)
{
    gsize at = 0, count = 0;
    gboolean padded = FALSE;
    while (at < size) {
        gsize groups = padded ? 0 : measure_groups(data + at, size - at);
        at += groups;
        count += groups;
        guint8 value = at < size ? values[data[at++]] : SPACE;
        if (value == BAD || (padded && value < SPACE))
            return FALSE;
        padded |= value == PAD;
        count += value < SPACE;
    }
    *out = count / 4 * 3 + (count % 4 > 1 ? count % 4 - 1 : 0);
    return TRUE;
}
