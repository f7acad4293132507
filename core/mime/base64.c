#include "core/mime/base64.h"

#include <string.h>

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

/* Padding may only be followed by padding and white space. */
static gboolean
is_base64(const guint8 *data, gsize size)
{
    gboolean padded = FALSE;
    for (gsize i = 0; i < size; i++) {
        guint8 c = data[i];
        if (c == ' ' || (c >= '\t' && c <= '\r'))
            continue;
        if (c == '=')
            padded = TRUE;
        else if (padded ||
                 !(g_ascii_isalnum((char)c) || c == '+' || c == '/'))
            return FALSE;
    }
    return TRUE;
}

GBytes *
base64_decode_body(const guint8 *data, gsize size)
{
    if (!is_base64(data, size))
        return NULL;
    guint8 *out = g_malloc(size / 4 * 3 + 8);
    gint state = 0;
    guint save = 0;
    gsize n =
        g_base64_decode_step((const char *)data, size, out, &state, &save);
    n += g_base64_decode_step("==",
                              state == 2   ? 2
                              : state == 3 ? 1
                                           : 0,
                              out + n, &state, &save);
    return g_bytes_new_take(out, n);
}
