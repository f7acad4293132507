#include "core/mime/remote_text.h"

#include <string.h>

/* Reads "#x2f;" after '&'; returns how much, 0 if it is none. */
static gsize
read_number(const char *text, gunichar *out)
{
    gboolean hex = (text[1] | 0x20) == 'x';
    const char *digits = text + (hex ? 2 : 1);
    char *end = NULL;
    if (hex ? !g_ascii_isxdigit(*digits) : !g_ascii_isdigit(*digits))
        return 0;
    guint64 value = g_ascii_strtoull(digits, &end, hex ? 16 : 10);
    *out = value < 0x110000 ? (gunichar)value : 0xfffd;
    return (gsize)(end - text) + (*end == ';' ? 1 : 0);
}

static gsize
read_named(const char *text, gunichar *out)
{
    static const struct {
        const char *name;
        gunichar value;
    } names[] = {
        {"colon;", ':'}, {"sol;", '/'},      {"bsol;", '\\'},
        {"lpar;", '('},  {"rpar;", ')'},     {"period;", '.'},
        {"Tab;", '\t'},  {"NewLine;", '\n'}, {"quot;", '"'},
        {"apos;", '\''}, {"commat;", '@'},   {"amp;", '&'},
        {"quot", '"'},   {"amp", '&'},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_prefix(text, names[i].name)) {
            *out = names[i].value;
            return strlen(names[i].name);
        }
    return 0;
}

char *
entities_decode(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        gunichar c = 0;
        gsize n = 0;
        if (*text == '&')
            n = text[1] == '#' ? read_number(text + 1, &c)
                               : read_named(text + 1, &c);
        if (n > 0 && c != 0 && g_unichar_validate(c))
            g_string_append_unichar(out, c);
        else if (n == 0)
            g_string_append_c(out, *text);
        text += n + 1;
    }
    return g_string_free(out, FALSE);
}

/* As browsers read addresses: no tabs, no line ends, no leading controls. */
static char *
normalise(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0' && (guint8)*text <= ' ')
        text++;
    for (; *text != '\0'; text++)
        if (strchr("\t\r\n", *text) == NULL)
            g_string_append_c(out, *text == '\\' ? '/' : *text);
    return g_string_free(out, FALSE);
}

gboolean
address_is_remote(const char *text)
{
    static const char *const harmless[] = {"cid", "mid",    "data", "about",
                                           "tel", "mailto", "blob"};
    g_autofree char *address = normalise(text);
    if (address[0] == '/' && address[1] == '/')
        return TRUE;
    gsize n = strspn(address, "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    /* One letter is a Windows drive that somebody's editor left behind. */
    if (n < 2 || address[n] != ':')
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++)
        if (strlen(harmless[i]) == n &&
            g_ascii_strncasecmp(address, harmless[i], n) == 0)
            return FALSE;
    return TRUE;
}

gboolean
list_is_remote(const char *srcset)
{
    g_auto(GStrv) items = g_strsplit_set(srcset, ", \t\r\n\f", -1);
    for (gsize i = 0; items[i] != NULL; i++)
        if (address_is_remote(items[i]))
            return TRUE;
    return FALSE;
}

gboolean
refresh_is_remote(const char *content)
{
    g_autofree char *lower = g_ascii_strdown(content, -1);
    const char *url = strstr(lower, "url");
    if (url == NULL)
        return FALSE;
    url += 3 + strspn(url + 3, " \t\r\n=\"'");
    return address_is_remote(url);
}

char *
css_plain(const char *css)
{
    GString *out = g_string_new(NULL);
    while (*css != '\0') {
        if (*css != '\\' || css[1] == '\0') {
            g_string_append_c(out, g_ascii_tolower(*css++));
            continue;
        }
        css++;
        gunichar c = 0;
        gsize n = 0;
        for (; n < 6 && g_ascii_isxdigit(css[n]); n++)
            c = c * 16 + (gunichar)g_ascii_xdigit_value(css[n]);
        if (n == 0) {
            if (*css != '\n')
                g_string_append_c(out, *css);
            css++;
            continue;
        }
        css += n;
        if (*css == ' ' || (*css >= '\t' && *css <= '\r'))
            css++;
        if (c != 0 && g_unichar_validate(c))
            g_string_append_unichar(out, g_unichar_tolower(c));
    }
    return g_string_free(out, FALSE);
}

/* Whether what follows a keyword begins with a remote address; its beginning
 * tells. */
static gboolean
target_is_remote(const char *at)
{
    char target[64];
    gsize n = 0;
    at += strspn(at, " \t\r\n\f(\"'");
    while (n < sizeof target - 1 && strchr("\"') \t\r\n\f;", at[n]) == NULL) {
        target[n] = at[n];
        n++;
    }
    target[n] = '\0';
    return address_is_remote(target);
}

gboolean
css_has_remote(const char *css)
{
    static const char *const keywords[] = {"url(", "@import"};
    static const char *const lists[] = {"image-set(", "src(", "image("};
    if (strpbrk(css, "(@\\") == NULL)
        return FALSE;
    g_autofree char *plain = css_plain(css);
    for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++) {
        const char *at = plain;
        while ((at = strstr(at, keywords[i])) != NULL) {
            at += strlen(keywords[i]);
            if (target_is_remote(at))
                return TRUE;
        }
    }
    /* Functions that take addresses as texts: any in the style counts. */
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        if (strstr(plain, lists[i]) != NULL &&
            (strstr(plain, "//") != NULL || strstr(plain, "http") != NULL))
            return TRUE;
    return FALSE;
}
