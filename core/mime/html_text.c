#include "core/mime/html_text.h"

#include <string.h>

#include "core/mime/html_entity.h"
#include "core/mime/html_look.h"
#include "core/mime/names.h"

#define DEPTH_MAX 256

typedef struct {
    HtmlSpan name;
    HtmlLook look;
    gboolean preformatted;
} Element;

typedef struct {
    GString *out;
    guint breaks; /* line ends to come before the next character */
    gboolean space;
    guint quotes; /* blockquotes around */
    Element stack[DEPTH_MAX];
    guint depth; /* the first element is the document */
    gboolean hidden;
} Walk;

/* Elements that begin and end lines; two: with an empty one between. */
static const struct {
    const char *name;
    guint breaks;
} blocks[] = {
    {"p", 2},          {"div", 1},     {"table", 2},  {"tr", 1},
    {"ul", 2},         {"ol", 2},      {"li", 1},     {"dl", 2},
    {"dt", 1},         {"dd", 1},      {"h1", 2},     {"h2", 2},
    {"h3", 2},         {"h4", 2},      {"h5", 2},     {"h6", 2},
    {"blockquote", 2}, {"pre", 2},     {"hr", 2},     {"form", 1},
    {"section", 1},    {"article", 1}, {"header", 1}, {"footer", 1},
    {"center", 1},     {"address", 1}, {"main", 1},   {"figure", 1},
    {"caption", 1},    {"summary", 1}, {"body", 1},   {"option", 1},
};

static const char *const nothing_shown[] = {
    "head",     "title",   "style",    "script",   "textarea",
    "template", "iframe",  "object",   "audio",    "video",
    "canvas",   "svg",     "math",     "datalist", "select",
    "xmp",      "noembed", "noframes", NULL,
};

static const char *const empty[] = {
    "area", "base", "br",     "col",   "embed",  "hr",    "img", "input",
    "link", "meta", "keygen", "param", "source", "track", "wbr", NULL,
};

static guint
breaks_of(HtmlSpan name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++)
        if (html_span_is(name, blocks[i].name))
            return blocks[i].breaks;
    return 0;
}

static void
begin_line(Walk *walk)
{
    for (guint i = 0; i < walk->quotes; i++)
        g_string_append_c(walk->out, '>');
    if (walk->quotes > 0)
        g_string_append_c(walk->out, ' ');
}

static void
put_char(Walk *walk, gunichar c)
{
    gboolean first = walk->out->len == 0;
    if (first || walk->breaks > 0) {
        for (guint i = 0; !first && i < walk->breaks; i++)
            g_string_append_c(walk->out, '\n');
        begin_line(walk);
    } else if (walk->space) {
        g_string_append_c(walk->out, ' ');
    }
    walk->breaks = 0;
    walk->space = FALSE;
    g_string_append_unichar(walk->out, c);
}

static void
break_lines(Walk *walk, guint breaks)
{
    if (breaks == 0)
        return;
    walk->breaks = MAX(walk->breaks, breaks);
    walk->space = FALSE;
}

static void
put_text(Walk *walk, const char *text, gboolean preformatted)
{
    for (const char *at = text; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '\n' && preformatted)
            walk->breaks++;
        else if (c == ' ' && preformatted)
            put_char(walk, ' ');
        else if (c == 0xa0 || c == ' ' || (c >= '\t' && c <= '\r'))
            walk->space = TRUE;
        else if (!char_is_hidden(c))
            put_char(walk, c);
    }
}

static void
take_text(Walk *walk, HtmlSpan span)
{
    const Element *around = &walk->stack[walk->depth];
    g_autoptr(GString) decoded = g_string_new(NULL);
    html_entities_append(decoded, span.at, span.size);
    if (html_look_is_hidden(&around->look)) {
        if (decoded->str[strspn(decoded->str, " \t\r\n")] != '\0')
            walk->hidden = TRUE;
        return;
    }
    put_text(walk, decoded->str, around->preformatted);
}

static void
leave(Walk *walk)
{
    HtmlSpan name = walk->stack[walk->depth].name;
    if (html_span_is(name, "blockquote") && walk->quotes > 0)
        walk->quotes--;
    walk->depth--;
    break_lines(walk, breaks_of(name));
}

/* Closes the innermost element of that name, and what is open inside it. */
static void
leave_named(Walk *walk, HtmlSpan name)
{
    guint depth = walk->depth;
    while (depth > 0 && (walk->stack[depth].name.size != name.size ||
                         g_ascii_strncasecmp(walk->stack[depth].name.at,
                                             name.at, name.size) != 0))
        depth--;
    while (depth > 0 && walk->depth >= depth)
        leave(walk);
}

/* End tags that writers leave out: <p>, <li>, <td> and their like. */
static void
close_implied(Walk *walk, HtmlSpan name)
{
    static const char *const items[] = {"li", "td", "th",     "tr",
                                        "dt", "dd", "option", NULL};
    HtmlSpan top = walk->stack[walk->depth].name;
    gboolean paragraph = html_span_is(top, "p") && breaks_of(name) > 0;
    gboolean item = html_span_is_one_of(name, items) &&
                    top.size == name.size && html_span_is_one_of(top, items);
    if (paragraph || item)
        leave(walk);
}

static void
put_mark(Walk *walk, HtmlSpan name)
{
    if (html_span_is(name, "li"))
        put_text(walk, "- ", FALSE);
    else if (html_span_is(name, "td") || html_span_is(name, "th"))
        walk->space = TRUE;
    else if (html_span_is(name, "br"))
        walk->breaks = MIN(walk->breaks + 1, 3);
}

static void
enter(Walk *walk, const HtmlToken *tag, HtmlRules *rules)
{
    close_implied(walk, tag->text);
    break_lines(walk, breaks_of(tag->text));
    Element next = walk->stack[walk->depth];
    next.name = tag->text;
    html_look_enter(&next.look, tag, rules);
    if (!html_look_is_hidden(&next.look))
        put_mark(walk, tag->text);
    if (html_span_is_one_of(tag->text, nothing_shown))
        next.look.hidden = TRUE;
    if (html_span_is(tag->text, "pre"))
        next.preformatted = TRUE;
    if (html_span_is_one_of(tag->text, empty) || walk->depth + 1 == DEPTH_MAX)
        return;
    walk->stack[++walk->depth] = next;
    if (html_span_is(tag->text, "blockquote"))
        walk->quotes++;
}

char *
html_to_text(const char *html, gboolean *hidden)
{
    g_autoptr(HtmlRules) rules = html_rules_read(html);
    g_autofree Walk *walk = g_new0(Walk, 1);
    walk->out = g_string_new(NULL);
    walk->stack[0].look = (HtmlLook)HTML_LOOK_FIRST;
    HtmlToken token;
    while (html_next(&html, &token)) {
        if (token.kind == HTML_OPEN)
            enter(walk, &token, rules);
        else if (token.kind == HTML_CLOSE)
            leave_named(walk, token.text);
        else
            take_text(walk, token.text);
    }
    if (walk->out->len > 0)
        g_string_append_c(walk->out, '\n');
    *hidden = *hidden || walk->hidden;
    return g_string_free(walk->out, FALSE);
}
