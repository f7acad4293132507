#include "core/mime/html_color.h"

#include <string.h>

#define NEAR 24 /* of 255, in each of red, green and blue */

static const struct {
    const char *name;
    gint32 value;
} names[] = {
    {"white", 0xffffff},         {"black", 0x000000},
    {"red", 0xff0000},           {"green", 0x008000},
    {"blue", 0x0000ff},          {"yellow", 0xffff00},
    {"gray", 0x808080},          {"grey", 0x808080},
    {"silver", 0xc0c0c0},        {"maroon", 0x800000},
    {"navy", 0x000080},          {"teal", 0x008080},
    {"olive", 0x808000},         {"purple", 0x800080},
    {"lime", 0x00ff00},          {"aqua", 0x00ffff},
    {"fuchsia", 0xff00ff},       {"orange", 0xffa500},
    {"whitesmoke", 0xf5f5f5},    {"snow", 0xfffafa},
    {"ivory", 0xfffff0},         {"ghostwhite", 0xf8f8ff},
    {"transparent", COLOR_NONE},
};

static gint32
read_hex(const char *digits)
{
    gint32 value = 0;
    gsize n = strspn(digits, "0123456789abcdef");
    for (gsize i = 0; i < MIN(n, 6); i++) {
        gint32 digit = g_ascii_xdigit_value(digits[i]);
        if (n == 3 || n == 4)
            value = i < 3 ? value << 8 | digit << 4 | digit : value;
        else
            value = value << 4 | digit;
    }
    if (n != 3 && n != 4 && n != 6 && n != 8)
        return COLOR_UNKNOWN;
    gboolean clear = (n == 4 && digits[3] == '0') ||
                     (n == 8 && strncmp(digits + 6, "00", 2) == 0);
    return clear ? COLOR_NONE : value;
}

/* "255, 255, 255, 0)": numbers or percentages. */
static gint32
read_function(const char *at)
{
    gint32 value = 0;
    double part = 1;
    for (guint i = 0; i < 4; i++) {
        char *end = NULL;
        at += strspn(at, " ,/\t");
        part = g_ascii_strtod(at, &end);
        if (end == at)
            return i < 3 ? COLOR_UNKNOWN : value;
        if (i < 3) {
            double full = *end == '%' ? part * 2.55 : part;
            value = value << 8 | (gint32)CLAMP(full, 0, 255);
        }
        at = *end == '%' ? end + 1 : end;
    }
    return part < 0.1 ? COLOR_NONE : value;
}

gint32
color_read(const char *value)
{
    value += strspn(value, " \t\r\n");
    if (*value == '#')
        return read_hex(value + 1);
    if (g_str_has_prefix(value, "rgb(") || g_str_has_prefix(value, "rgba("))
        return read_function(strchr(value, '(') + 1);
    gsize size = strspn(value, "abcdefghijklmnopqrstuvwxyz");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strlen(names[i].name) == size &&
            strncmp(names[i].name, value, size) == 0)
            return names[i].value;
    return COLOR_UNKNOWN;
}

gboolean
color_is_near(gint32 a, gint32 b)
{
    if (a < 0 || b < 0)
        return FALSE;
    for (guint shift = 0; shift < 24; shift += 8)
        if (ABS((a >> shift & 0xff) - (b >> shift & 0xff)) > NEAR)
            return FALSE;
    return TRUE;
}
