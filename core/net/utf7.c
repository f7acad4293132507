#include "core/net/utf7.h"

#include <string.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static gboolean
is_direct(gunichar c)
{
    return c >= 0x20 && c < 0x7f;
}

/* Bits wait in acc until they fill a digit. */
typedef struct {
    guint32 acc;
    guint bits;
} Bits;

static void
put_unit(GString *out, Bits *bits, guint16 unit)
{
    bits->acc = bits->acc << 16 | unit;
    bits->bits += 16;
    while (bits->bits >= 6) {
        bits->bits -= 6;
        g_string_append_c(out, digits[bits->acc >> bits->bits & 63]);
    }
}

/* One run of characters that cannot stand for themselves. */
static const char *
encode_run(GString *out, const char *at)
{
    Bits bits = {0, 0};
    g_string_append_c(out, '&');
    for (; *at != '\0' && !is_direct(g_utf8_get_char(at));
         at += g_utf8_skip[(guchar)*at]) {
        gunichar c = g_utf8_get_char(at);
        if (c >= 0x10000) {
            put_unit(out, &bits, (guint16)(0xd800 + ((c - 0x10000) >> 10)));
            put_unit(out, &bits, (guint16)(0xdc00 + ((c - 0x10000) & 0x3ff)));
        } else {
            put_unit(out, &bits, (guint16)c);
        }
    }
    if (bits.bits > 0)
        g_string_append_c(out, digits[bits.acc << (6 - bits.bits) & 63]);
    g_string_append_c(out, '-');
    return at;
}

char *
utf7_from_utf8(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *at = text; *at != '\0';) {
        if (g_unichar_iscntrl(g_utf8_get_char(at)))
            return NULL;
        if (*at == '&') {
            g_string_append(out, "&-");
            at++;
        } else if (is_direct((guchar)*at)) {
            g_string_append_c(out, *at++);
        } else {
            at = encode_run(out, at);
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Reads the digits between '&' and '-'; returns the '-', or NULL. */
static const char *
decode_run(GArray *units, const char *at)
{
    Bits bits = {0, 0};
    for (; *at != '-'; at++) {
        const char *digit = *at != '\0' ? strchr(digits, *at) : NULL;
        if (digit == NULL)
            return NULL;
        bits.acc = bits.acc << 6 | (guint32)(digit - digits);
        bits.bits += 6;
        if (bits.bits >= 16) {
            bits.bits -= 16;
            guint16 unit = (guint16)(bits.acc >> bits.bits);
            g_array_append_val(units, unit);
        }
    }
    return at;
}

static const char *
decode_shifted(GString *out, const char *at)
{
    if (*at == '-') {
        g_string_append_c(out, '&');
        return at + 1;
    }
    g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(guint16));
    const char *end = decode_run(units, at);
    if (end == NULL || units->len == 0)
        return NULL;
    const gunichar2 *first = &g_array_index(units, gunichar2, 0);
    g_autofree char *text =
        g_utf16_to_utf8(first, units->len, NULL, NULL, NULL);
    if (text == NULL)
        return NULL;
    g_string_append(out, text);
    return end + 1;
}

char *
utf7_to_utf8(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *at = text; *at != '\0';) {
        if (*at != '&') {
            g_string_append_c(out, *at++);
            continue;
        }
        at = decode_shifted(out, at + 1);
        if (at == NULL)
            return NULL;
    }
    g_autofree char *same = utf7_from_utf8(out->str);
    if (g_strcmp0(same, text) != 0)
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
