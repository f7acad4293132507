#include "fcgi/template_escape.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Control characters have no place in a page, tab and line ends excepted. */
static gboolean
is_odd_control(char c)
{
    return ((guchar)c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           c == 0x7f;
}

static void
escape_html(GString *out, const char *text)
{
    const char *plain = text;
    for (; *text != '\0'; text++) {
        const char *instead = NULL;
        switch (*text) {
        case '&':
            instead = "&amp;";
            break;
        case '<':
            instead = "&lt;";
            break;
        case '>':
            instead = "&gt;";
            break;
        case '"':
            instead = "&quot;";
            break;
        case '\'':
            instead = "&#39;";
            break;
        case '`': /* old browsers took it for a quote */
            instead = "&#96;";
            break;
        default:
            if (is_odd_control(*text))
                instead = REPLACEMENT;
        }
        if (instead == NULL)
            continue;
        g_string_append_len(out, plain, text - plain);
        g_string_append(out, instead);
        plain = text + 1;
    }
    g_string_append_len(out, plain, text - plain);
}

gboolean
escape_is_safe_url(const char *url)
{
    /* Browsers drop tabs and line ends and read '\' as '/'. */
    for (const char *c = url; *c != '\0'; c++)
        if ((guchar)*c <= 0x20 || *c == 0x7f || *c == '\\')
            return FALSE;
    if (url[0] == '/')
        return url[1] != '/';
    if (url[0] == '?' || url[0] == '#')
        return TRUE;
    return g_ascii_strncasecmp(url, "https://", 8) == 0 ||
           g_ascii_strncasecmp(url, "mailto:", 7) == 0;
}

static void
escape_url_part(GString *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    /* A first '/' might make "//host" with what is before it. */
    gboolean first = TRUE;
    for (; *text != '\0'; text++, first = FALSE) {
        guchar c = (guchar)*text;
        if (g_ascii_isalnum(c) || strchr("-._~", c) != NULL ||
            (c == '/' && !first)) {
            g_string_append_c(out, (char)c);
        } else {
            g_string_append_c(out, '%');
            g_string_append_c(out, hex[c >> 4]);
            g_string_append_c(out, hex[c & 15]);
        }
    }
}

/* JSON inside a script: "</script>" and "<!--" must not be seen in it. */
static void
escape_script(GString *out, const char *json)
{
    const char *plain = json;
    for (; *json != '\0'; json++) {
        const char *instead = NULL;
        gsize taken = 1;
        if (*json == '<')
            instead = "\\u003c";
        else if (*json == '>')
            instead = "\\u003e";
        else if (*json == '&')
            instead = "\\u0026";
        else if (strncmp(json, "\xe2\x80\xa8", 3) == 0)
            instead = "\\u2028";
        else if (strncmp(json, "\xe2\x80\xa9", 3) == 0)
            instead = "\\u2029";
        if (instead == NULL)
            continue;
        if (*json == '\xe2')
            taken = 3;
        g_string_append_len(out, plain, json - plain);
        g_string_append(out, instead);
        plain = json + taken;
        json += taken - 1;
    }
    g_string_append_len(out, plain, json - plain);
}

static void
escape_json_text(GString *out, const char *text)
{
    g_autoptr(Json) holder = json_array_new();
    json_append_text(holder, text);
    g_autofree char *whole = json_write(json_array_item(holder, 0));
    escape_script(out, whole);
}

void
escape_text(GString *out, const char *text, Escape escape)
{
    switch (escape) {
    case ESCAPE_HTML:
        escape_html(out, text);
        return;
    case ESCAPE_URL:
        escape_html(out, escape_is_safe_url(text) ? text : "#");
        return;
    case ESCAPE_URL_PART:
        escape_url_part(out, text);
        return;
    case ESCAPE_JSON:
        escape_json_text(out, text);
        return;
    }
}

void
escape_value(GString *out, const Json *value, Escape escape)
{
    if (escape == ESCAPE_JSON) {
        g_autofree char *json = value != NULL ? json_write(value) : NULL;
        escape_script(out, json != NULL ? json : "null");
        return;
    }
    if (json_kind(value) == JSON_KIND_TEXT) {
        escape_text(out, json_text(value), escape);
    } else if (json_kind(value) == JSON_KIND_NUMBER ||
               json_kind(value) == JSON_KIND_BOOL) {
        g_autofree char *json = json_write(value);
        escape_text(out, json,
                    escape == ESCAPE_URL ? ESCAPE_URL_PART : escape);
    }
}
