#include "fcgi/template_html.h"

#include <string.h>

static void
append(char *buffer, gsize size, char c)
{
    gsize used = strlen(buffer);
    if (used + 1 < size) {
        buffer[used] = g_ascii_tolower(c);
        buffer[used + 1] = '\0';
    }
}

static gboolean
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static gboolean
one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return TRUE;
    return FALSE;
}

/* What the content of the element just opened is. */
static HtmlState
content_state(const HtmlPlace *place)
{
    static const char *const rcdata[] = {"title", "textarea", NULL};
    static const char *const raw[] = {
        "style", "xmp", "iframe", "noembed", "noframes", "noscript", NULL};
    if (place->closing)
        return HTML_TEXT;
    if (one_of(place->tag, rcdata))
        return HTML_RCDATA;
    if (strcmp(place->tag, "script") == 0)
        return place->json_type ? HTML_JSON : HTML_RAW;
    /* noscript is ordinary HTML where it is shown; iframe has no text. */
    if (strcmp(place->tag, "noscript") == 0)
        return HTML_TEXT;
    return one_of(place->tag, raw) ? HTML_RAW : HTML_TEXT;
}

static void
close_tag(HtmlPlace *place)
{
    HtmlState next = content_state(place);
    gboolean keep = next != HTML_TEXT;
    char tag[sizeof place->tag];
    memcpy(tag, place->tag, sizeof tag);
    memset(place, 0, sizeof *place);
    place->state = next;
    if (keep)
        memcpy(place->tag, tag, sizeof tag);
}

static void
open_tag(HtmlPlace *place)
{
    memset(place, 0, sizeof *place);
    place->state = HTML_TAG_OPEN;
}

static void
end_attribute(HtmlPlace *place)
{
    if (strcmp(place->attr, "type") == 0 &&
        strcmp(place->value, "application/json") == 0)
        place->json_type = TRUE;
    memset(place->attr, 0, sizeof place->attr);
    memset(place->value, 0, sizeof place->value);
    place->started = FALSE;
    place->state = HTML_IN_TAG;
}

static const char *
in_tag(HtmlPlace *place, char c)
{
    if (place->gap && !is_space(c) && c != '>' && c != '/')
        return "a name is cut by a section";
    place->gap = FALSE;
    if (c == '>') {
        close_tag(place);
    } else if (!is_space(c) && c != '/') {
        if (!g_ascii_isalpha(c))
            return "an attribute's name does not begin with a letter";
        place->state = HTML_ATTR_NAME;
        append(place->attr, sizeof place->attr, c);
    }
    return NULL;
}

static const char *
in_name(HtmlPlace *place, char c)
{
    if (place->state == HTML_TAG_NAME) {
        if (is_space(c) || c == '>' || c == '/') {
            place->state = HTML_IN_TAG;
            return in_tag(place, c);
        }
        append(place->tag, sizeof place->tag, c);
        return NULL;
    }
    if (c == '=') {
        place->state = HTML_BEFORE_VALUE;
    } else if (is_space(c)) {
        place->state = HTML_AFTER_NAME;
    } else if (c == '>' || c == '/' || place->state == HTML_AFTER_NAME) {
        end_attribute(place);
        return in_tag(place, c);
    } else {
        append(place->attr, sizeof place->attr, c);
    }
    return NULL;
}

static const char *
in_value(HtmlPlace *place, char c)
{
    if (place->state == HTML_BEFORE_VALUE) {
        if (c == '"')
            place->state = HTML_VALUE_DOUBLE;
        else if (c == '\'')
            place->state = HTML_VALUE_SINGLE;
        else if (c == '>')
            return "an attribute without its value";
        else if (!is_space(c))
            place->state = HTML_VALUE_BARE;
        if (place->state != HTML_VALUE_BARE)
            return NULL;
    }
    gboolean ends = (place->state == HTML_VALUE_DOUBLE && c == '"') ||
                    (place->state == HTML_VALUE_SINGLE && c == '\'');
    if (place->state == HTML_VALUE_BARE && (is_space(c) || c == '>')) {
        end_attribute(place);
        return in_tag(place, c);
    }
    if (ends) {
        end_attribute(place);
    } else {
        append(place->value, sizeof place->value, c);
        place->started = TRUE;
    }
    return NULL;
}

static gboolean
starts_with(const char *text, gsize size, const char *prefix)
{
    gsize length = strlen(prefix);
    return size >= length && g_ascii_strncasecmp(text, prefix, length) == 0;
}

/* In title, textarea, script and style only their own end tag ends them. */
static void
in_special(HtmlPlace *place, const char *text, gsize size)
{
    if (starts_with(text, size, "</") &&
        starts_with(text + 2, size - 2, place->tag)) {
        open_tag(place);
    } else if (place->state == HTML_JSON && *text == '"') {
        gsize slashes = 0;
        while (place->value[slashes] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            place->json_string = !place->json_string;
    }
    /* value holds the run of backslashes just before the next character. */
    if (place->state == HTML_JSON && *text == '\\')
        append(place->value, sizeof place->value, '\\');
    else if (place->state == HTML_JSON)
        memset(place->value, 0, sizeof place->value);
}

static const char *
in_tag_open(HtmlPlace *place, char c)
{
    if (c == '/' && !place->closing) {
        place->closing = TRUE;
    } else if (c == '!' && !place->closing) {
        place->state = HTML_DECLARATION;
    } else if (g_ascii_isalpha(c)) {
        place->state = HTML_TAG_NAME;
        append(place->tag, sizeof place->tag, c);
    } else {
        return "'<' that begins no tag (write &lt;)";
    }
    return NULL;
}

static const char *
step(HtmlPlace *place, const char *text, gsize size)
{
    switch (place->state) {
    case HTML_TEXT:
        if (starts_with(text, size, "<!--"))
            place->state = HTML_COMMENT;
        else if (*text == '<')
            open_tag(place);
        return NULL;
    case HTML_TAG_OPEN:
        return in_tag_open(place, *text);
    case HTML_TAG_NAME:
    case HTML_ATTR_NAME:
    case HTML_AFTER_NAME:
        return in_name(place, *text);
    case HTML_IN_TAG:
        return in_tag(place, *text);
    case HTML_BEFORE_VALUE:
    case HTML_VALUE_DOUBLE:
    case HTML_VALUE_SINGLE:
    case HTML_VALUE_BARE:
        return in_value(place, *text);
    case HTML_DECLARATION:
        if (*text == '>')
            close_tag(place);
        return NULL;
    case HTML_COMMENT:
        if (starts_with(text, size, "-->"))
            close_tag(place);
        return NULL;
    case HTML_RCDATA:
    case HTML_JSON:
    case HTML_RAW:
        in_special(place, text, size);
        return NULL;
    }
    g_assert_not_reached();
}

const char *
html_advance(HtmlPlace *place, const char *text, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        const char *problem = step(place, text + i, size - i);
        if (problem != NULL)
            return problem;
        /* The rest of "-->" is no text; the first dash closed the comment. */
        if (place->state == HTML_TEXT &&
            starts_with(text + i, size - i, "-->"))
            i += 2;
    }
    return NULL;
}

static const char *
hole_in_value(const HtmlPlace *place, Escape *out)
{
    static const char *const urls[] = {
        "href",     "src",        "action",     "formaction", "poster",
        "cite",     "data",       "background", "ping",       "manifest",
        "longdesc", "xlink:href", NULL};
    static const char *const refused[] = {"style", "srcdoc", "srcset",
                                          "http-equiv", NULL};
    if (g_str_has_prefix(place->attr, "on") || one_of(place->attr, refused))
        return "a value in an attribute that holds code";
    if (one_of(place->attr, urls))
        *out = place->started ? ESCAPE_URL_PART : ESCAPE_URL;
    else
        *out = ESCAPE_HTML;
    return NULL;
}

const char *
html_hole(const HtmlPlace *place, Escape *out)
{
    *out = ESCAPE_HTML;
    switch (place->state) {
    case HTML_TEXT:
    case HTML_RCDATA:
        return NULL;
    case HTML_VALUE_DOUBLE:
    case HTML_VALUE_SINGLE:
        return hole_in_value(place, out);
    case HTML_JSON:
        *out = ESCAPE_JSON;
        return place->json_string ? "a value inside the quotes of a JSON text"
                                  : NULL;
    case HTML_BEFORE_VALUE:
    case HTML_VALUE_BARE:
        return "a value in an attribute without quotes";
    case HTML_TAG_OPEN:
    case HTML_TAG_NAME:
    case HTML_IN_TAG:
    case HTML_ATTR_NAME:
    case HTML_AFTER_NAME:
        return "a value in the name of a tag or attribute";
    case HTML_DECLARATION:
    case HTML_COMMENT:
        return "a value in a comment";
    case HTML_RAW:
        return "a value in a script or style";
    }
    g_assert_not_reached();
}

const char *
html_section(HtmlPlace *place)
{
    switch (place->state) {
    case HTML_TAG_NAME:
        place->state = HTML_IN_TAG;
        place->gap = TRUE;
        return NULL;
    case HTML_ATTR_NAME:
    case HTML_AFTER_NAME:
        end_attribute(place);
        place->gap = TRUE;
        return NULL;
    case HTML_TEXT:
    case HTML_IN_TAG:
    case HTML_VALUE_DOUBLE:
    case HTML_VALUE_SINGLE:
    case HTML_RCDATA:
        return NULL;
    case HTML_JSON:
        return place->json_string ? "a section inside a JSON text" : NULL;
    case HTML_TAG_OPEN:
    case HTML_BEFORE_VALUE:
    case HTML_VALUE_BARE:
    case HTML_DECLARATION:
    case HTML_COMMENT:
    case HTML_RAW:
        return "a section cannot begin or end here";
    }
    g_assert_not_reached();
}

const char *
html_join(HtmlPlace *place, const HtmlPlace *before)
{
    if (place->state != before->state || place->closing != before->closing ||
        place->json_type != before->json_type ||
        place->json_string != before->json_string ||
        strcmp(place->tag, before->tag) != 0 ||
        strcmp(place->attr, before->attr) != 0)
        return "a section ends in another place of the HTML than it began";
    place->gap = place->gap || before->gap;
    place->started = place->started && before->started;
    return NULL;
}
