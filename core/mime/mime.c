#include "core/mime/mime.h"

#include <errno.h>
#include <string.h>

#include <gmime/gmime.h>

/* Of the leak checker, where a program has one: registering a type again
 * loses 16 bytes of GMime's each, once. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

/* GMime would read nested messages, their address fields too; they are files
 * here, as exact bytes. */
static void
keep_messages_whole(void)
{
    static const char *const subtypes[] = {"rfc822", "rfc2822", "global",
                                           "news",   "partial", "*"};
    for (gsize i = 0; i < G_N_ELEMENTS(subtypes); i++)
        g_mime_object_register_type("message", subtypes[i],
                                    g_mime_part_get_type());
}

void
mime_init(void)
{
    /* Not state of ours: whether the library's tables are there yet. */
    static gsize ready = 0;
    if (g_once_init_enter(&ready)) {
        if (__lsan_disable != NULL)
            __lsan_disable();
        g_mime_init();
        keep_messages_whole();
        if (__lsan_enable != NULL)
            __lsan_enable();
        g_once_init_leave(&ready, 1);
    }
}

/* The longest piece of at most max bytes that ends between characters. */
static gsize
cut_at_character(const char *text, gsize size, gsize max)
{
    if (size <= max)
        return size;
    while (max > 0 && ((guint8)text[max] & 0xc0) == 0x80)
        max--;
    return max;
}

static char *
end_text(GString *out, gsize max)
{
    for (gsize i = 0; i < out->len; i++)
        if (out->str[i] == '\0')
            out->str[i] = ' ';
    g_string_truncate(out, cut_at_character(out->str, out->len, max));
    g_autofree char *text = g_string_free(out, FALSE);
    return g_utf8_make_valid(text, -1);
}

/* Appends all that converts, one U+FFFD for every byte that does not. */
static void
convert(GIConv conv, const guint8 *data, gsize size, GString *out, gsize max)
{
    char piece[4096];
    const guint8 *in = data;
    gsize left = size;
    while (left > 0 && out->len < max) {
        char *from = (char *)(gsize)in;
        char *to = piece;
        gsize room = sizeof piece;
        gsize rc = g_iconv(conv, &from, &left, &to, &room);
        int problem = errno;
        in = (const guint8 *)from;
        g_string_append_len(out, piece, (gssize)(sizeof piece - room));
        if (rc != (gsize)-1 || problem == E2BIG)
            continue;
        g_string_append(out, "\xef\xbf\xbd");
        in++;
        left--;
    }
}

static GIConv
open_charset(const char *charset)
{
    const char *name =
        charset == NULL ? "" : g_mime_charset_iconv_name(charset);
    /* Mailers say Latin-1 and write Windows-1252; browsers read it so too. */
    if (name == NULL || name[0] == '\0' ||
        g_ascii_strcasecmp(name, "iso-8859-1") == 0 ||
        g_ascii_strcasecmp(name, "us-ascii") == 0)
        name = "windows-1252";
    GIConv conv = g_iconv_open("utf-8", name);
    return conv != (GIConv)-1 ? conv : g_iconv_open("utf-8", "windows-1252");
}

static gboolean
may_be_utf8(const char *charset)
{
    static const char *const names[] = {"utf-8", "utf8",         "us-ascii",
                                        "ascii", "unknown-8bit", "default"};
    if (charset == NULL)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(charset, names[i]) == 0)
            return TRUE;
    return FALSE;
}

char *
mime_to_utf8(const guint8 *data, gsize size, const char *charset, gsize max)
{
    mime_init();
    const char *text = size == 0 ? "" : (const char *)data;
    GString *out = g_string_new(NULL);
    gboolean says_utf8 = charset != NULL &&
                         g_ascii_strncasecmp(charset, "utf", 3) == 0 &&
                         may_be_utf8(charset);
    if (says_utf8 ||
        (may_be_utf8(charset) && g_utf8_validate_len(text, size, NULL))) {
        gsize kept = cut_at_character(text, size, max);
        g_string_append_len(out, text, (gssize)kept);
        return end_text(out, max);
    }
    GIConv conv = open_charset(charset);
    convert(conv, data, size, out, max);
    g_iconv_close(conv);
    return end_text(out, max);
}
