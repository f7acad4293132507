#include "core/mime/names.h"

#include <string.h>

#include "core/mime/headers.h"

#define MAX_FILE_NAME 255

static gboolean
is_control(gunichar c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

static gboolean
is_bidi(gunichar c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

gboolean
char_is_hidden(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);
    return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
           type == G_UNICODE_LINE_SEPARATOR ||
           type == G_UNICODE_PARAGRAPH_SEPARATOR ||
           type == G_UNICODE_SURROGATE || c == 0x34f || c == 0x115f ||
           c == 0x1160 || c == 0x2800 || c == 0x3164 || c == 0xffa0;
}

/* Appends c unless it is a space after a space or at the beginning. */
static void
append_collapsed(GString *out, gunichar c)
{
    gboolean after_space = out->len == 0 || out->str[out->len - 1] == ' ';
    if (c != ' ' || !after_space)
        g_string_append_unichar(out, c);
}

static char *
end_collapsed(GString *out)
{
    if (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    gboolean empty = out->len == 0;
    return g_string_free(out, empty);
}

/* Could c be of the same address as what stands beside it? */
static gboolean
is_of_address(char c)
{
    return (guchar)c >= 0x80 || g_ascii_isalnum(c) ||
           (c != '\0' && strchr("@.-_+", c));
}

char *
person_name_clean(const char *name)
{
    if (name == NULL)
        return NULL;
    GString *out = g_string_new(NULL);
    for (const char *at = name; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!is_control(c))
            append_collapsed(out, c);
    }
    return end_collapsed(out);
}

/* What a reader sees of a name; NULL when that is nothing. */
static char *
visible_name(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    GString *out = g_string_new(NULL);
    for (const char *at = valid; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '\t' || c == '\n' || c == '\r' || g_unichar_isspace(c))
            append_collapsed(out, ' ');
        else if (!char_is_hidden(c))
            append_collapsed(out, c);
    }
    return end_collapsed(out);
}

/* A full-width or small @ reads like an address as well. */
static gboolean
has_address(const char *text)
{
    g_autofree char *plain =
        g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE);
    return strchr(plain, '@') != NULL;
}

char *
display_name_clean(const char *name)
{
    g_autofree char *clean = name != NULL ? visible_name(name) : NULL;
    if (clean == NULL || has_address(clean))
        return NULL;
    return g_steal_pointer(&clean);
}

/* name without address wherever it stands whole in it. */
static char *
without_address(const char *name, const char *address)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    g_autofree char *own = g_ascii_strdown(address, -1);
    GString *out = g_string_new(NULL);
    const char *at = lower;
    for (const char *found; (found = strstr(at, own)) != NULL;) {
        const char *end = found + strlen(own);
        gboolean whole = (found == lower || !is_of_address(found[-1])) &&
                         !is_of_address(*end);
        g_string_append_len(out, at, (whole ? found : end) - at);
        at = end;
    }
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}

/* "a@b", not "Work @ Home" or "@nickname". */
static gboolean
joins_words(const char *text)
{
    const char *at = text;
    for (; (at = strchr(at, '@')) != NULL; at++)
        if (at > text && at[-1] != '@' && is_of_address(at[-1]) &&
            at[1] != '@' && is_of_address(at[1]))
            return TRUE;
    return FALSE;
}

char *
display_name_claim(const char *name, const char *address)
{
    g_autofree char *seen = name != NULL ? visible_name(name) : NULL;
    if (seen == NULL || *address == '\0')
        return NULL;
    g_autofree char *plain =
        g_utf8_normalize(seen, -1, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *rest = without_address(plain, address);
    return joins_words(rest) ? g_steal_pointer(&seen) : NULL;
}

static const char *
base_name(const char *name)
{
    const char *base = name;
    for (const char *at = name; *at != '\0'; at++)
        if (*at == '/' || *at == '\\')
            base = at + 1;
    return base;
}

char *
file_name_clean(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *at = base_name(valid); *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!is_control(c) && !is_bidi(c))
            g_string_append_unichar(out, c);
    }
    const char *start = out->str + strspn(out->str, " ");
    gsize size = strlen(start);
    while (size > 0 && start[size - 1] == ' ')
        size--;
    if (size > MAX_FILE_NAME) {
        size = MAX_FILE_NAME;
        while (((guint8)start[size] & 0xc0) == 0x80)
            size--;
    }
    return size == 0 ? g_strdup("file") : g_strndup(start, size);
}

char *
text_line_clean(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_new(NULL);
    for (const char *at = valid; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '\t' || c == '\n' || c == '\r')
            g_string_append_c(out, ' ');
        else if (!is_control(c) && (!is_bidi(c) || c <= 0x200f) &&
                 c != 0x2028 && c != 0x2029)
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}
