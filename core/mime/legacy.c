#include "core/mime/legacy.h"

#include <string.h>

#define TAG_MAX 200
#define CLASS "header-protection-legacy-display"

static gboolean
parameter_is(GMimeObject *object, const char *name, const char *want)
{
    const char *value =
        g_mime_object_get_content_type_parameter(object, name);
    return value != NULL && g_ascii_strcasecmp(value, want) == 0;
}

gboolean
legacy_is_marked(GMimeObject *leaf)
{
    return parameter_is(leaf, "hp-legacy-display", "1");
}

/* "Subject: x", or the fold of a line before it. */
static gboolean
is_field(const char *line, gsize size, gboolean first)
{
    if (!first && (*line == ' ' || *line == '\t'))
        return TRUE;
    gsize name = strspn(line, "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    return name > 0 && name < size && line[name] == ':';
}

static gboolean
is_blank(const char *line, gsize size)
{
    return strspn(line, " \t\r") >= size;
}

const char *
legacy_skip_text(const char *text)
{
    const char *at = text;
    while (*at != '\0') {
        gsize size = strcspn(at, "\n");
        const char *next = at + size + (at[size] == '\n' ? 1 : 0);
        if (at > text && is_blank(at, size))
            return next;
        if (!is_field(at, size, at == text))
            return text;
        at = next;
    }
    return text;
}

static const char *
find_no_case(const char *text, const char *want)
{
    gsize size = strlen(want);
    for (; *text != '\0'; text++)
        if (g_ascii_strncasecmp(text, want, size) == 0)
            return text;
    return NULL;
}

/* Where the <div class="CLASS"> begins; *behind: behind its '>'. */
static const char *
find_element(const char *html, const char **behind)
{
    const char *at = html;
    while ((at = find_no_case(at, "<div")) != NULL) {
        gsize size = 0;
        while (size < TAG_MAX && at[size] != '\0' && at[size] != '>')
            size++;
        g_autofree char *tag = g_strndup(at, size);
        if (at[size] == '>' && strstr(tag, CLASS) != NULL) {
            *behind = at + size + 1;
            return at;
        }
        at += 4;
    }
    return NULL;
}

/* Behind the </div> that closes what is open at at. */
static const char *
find_end(const char *at)
{
    for (guint open = 1; open > 0;) {
        const char *close = find_no_case(at, "</div");
        const char *inner = find_no_case(at, "<div");
        if (close == NULL)
            return NULL;
        gboolean deeper = inner != NULL && inner < close;
        open = deeper ? open + 1 : open - 1;
        at = deeper ? inner + 4 : close + 5;
        if (open > 100)
            return NULL;
    }
    const char *end = strchr(at, '>');
    return end == NULL ? NULL : end + 1;
}

char *
legacy_drop_html(const char *html)
{
    const char *inside = NULL;
    const char *start = find_element(html, &inside);
    const char *end = start == NULL ? NULL : find_end(inside);
    if (end == NULL)
        return g_strdup(html);
    g_autofree char *before = g_strndup(html, (gsize)(start - html));
    return g_strconcat(before, end, NULL);
}

gboolean
legacy_is_part(GMimeMultipart *parent, GMimeObject *first)
{
    GMimeContentType *type = g_mime_object_get_content_type(first);
    return g_mime_multipart_get_count(parent) > 1 &&
           parameter_is(GMIME_OBJECT(parent), "protected-headers", "v1") &&
           parameter_is(first, "protected-headers", "v1") &&
           (g_mime_content_type_is_type(type, "text", "plain") ||
            g_mime_content_type_is_type(type, "text", "rfc822-headers"));
}
