#include "core/mime/html_scan.h"

#include <string.h>

gboolean
html_span_is(HtmlSpan span, const char *want)
{
    return strlen(want) == span.size &&
           g_ascii_strncasecmp(span.at, want, span.size) == 0;
}

gboolean
html_span_is_one_of(HtmlSpan span, const char *const *wants)
{
    for (; *wants != NULL; wants++)
        if (html_span_is(span, *wants))
            return TRUE;
    return FALSE;
}

static gboolean
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The comment that begins at "<!--", as HTML ends it. */
static const char *
skip_comment(const char *at)
{
    at += 4;
    if (at[0] == '>')
        return at + 1;
    if (at[0] == '-' && at[1] == '>')
        return at + 2;
    for (; *at != '\0'; at++)
        if (at[0] == '-' && at[1] == '-' &&
            (at[2] == '>' || (at[2] == '!' && at[3] == '>')))
            return at + (at[2] == '>' ? 3 : 4);
    return at;
}

static const char *
skip_to(const char *at, char end)
{
    const char *found = strchr(at, end);
    return found == NULL ? at + strlen(at) : found + 1;
}

/* Where the attributes of a tag end: at '>' outside quotes, or at NUL. */
static const char *
find_tag_end(const char *at)
{
    while (*at != '\0' && *at != '>') {
        if (is_space(*at) || *at == '/') {
            at++;
            continue;
        }
        at += 1 + strcspn(at + 1, " \t\n\v\f\r/>=");
        while (is_space(*at))
            at++;
        if (*at != '=')
            continue;
        at++;
        while (is_space(*at))
            at++;
        if (*at != '"' && *at != '\'') {
            at += strcspn(at, " \t\n\v\f\r>");
            continue;
        }
        const char *end = strchr(at + 1, *at);
        at = end == NULL ? at + strlen(at) : end + 1;
    }
    return at;
}

/* The contents of elements that hold no tags end at their end tag. */
static const char *
find_end_tag(const char *at, HtmlSpan name)
{
    for (; *at != '\0'; at++)
        if (at[0] == '<' && at[1] == '/' &&
            g_ascii_strncasecmp(at + 2, name.at, name.size) == 0)
            return at;
    return at;
}

static const char *
read_open(const char *at, HtmlToken *token)
{
    static const char *const raw[] = {"style",    "script", "title",
                                      "textarea", "xmp",    NULL};
    HtmlSpan name = {at + 1, strcspn(at + 1, " \t\n\v\f\r/>")};
    const char *begin = name.at + name.size;
    const char *end = find_tag_end(begin);
    *token = (HtmlToken){.kind = HTML_OPEN,
                         .text = name,
                         .attributes = {begin, (gsize)(end - begin)}};
    if (*end == '>')
        end++;
    if (!html_span_is_one_of(name, raw))
        return end;
    const char *close = find_end_tag(end, name);
    token->raw = (HtmlSpan){end, (gsize)(close - end)};
    return close;
}

static const char *
read_close(const char *at, HtmlToken *token)
{
    HtmlSpan name = {at + 2, strcspn(at + 2, " \t\n\v\f\r/>")};
    *token = (HtmlToken){.kind = HTML_CLOSE, .text = name};
    return skip_to(name.at + name.size, '>');
}

gboolean
html_next(const char **at, HtmlToken *token)
{
    while (**at == '<') {
        const char *tag = *at;
        if (g_ascii_isalpha(tag[1])) {
            *at = read_open(tag, token);
            return TRUE;
        }
        if (tag[1] == '/' && g_ascii_isalpha(tag[2])) {
            *at = read_close(tag, token);
            return TRUE;
        }
        if (strncmp(tag, "<!--", 4) == 0)
            *at = skip_comment(tag);
        else if (tag[1] == '!' || tag[1] == '?' || tag[1] == '/')
            *at = skip_to(tag, '>');
        else
            break;
    }
    if (**at == '\0')
        return FALSE;
    gsize size = 1 + strcspn(*at + 1, "<");
    *token = (HtmlToken){.kind = HTML_TEXT, .text = {*at, size}};
    *at += size;
    return TRUE;
}

static void
advance(HtmlSpan *span, gsize n)
{
    span->at += n;
    span->size -= n;
}

/* How many bytes at the head of span are, or are not, in set. */
static gsize
run(HtmlSpan span, const char *set, gboolean in)
{
    gsize n = 0;
    while (n < span.size && (strchr(set, span.at[n]) != NULL) == in)
        n++;
    return n;
}

#define SPACES " \t\n\v\f\r"

static void
skip_spaces(HtmlSpan *span)
{
    advance(span, run(*span, SPACES, TRUE));
}

static HtmlSpan
take_value(HtmlSpan *rest)
{
    skip_spaces(rest);
    char quote = rest->size > 0 ? *rest->at : '\0';
    gboolean quoted = quote == '"' || quote == '\'';
    const char quotes[] = {quote, '\0'};
    if (quoted)
        advance(rest, 1);
    HtmlSpan value = {rest->at, run(*rest, quoted ? quotes : SPACES, FALSE)};
    advance(rest, value.size);
    if (quoted && rest->size > 0)
        advance(rest, 1);
    return value;
}

gboolean
html_next_attribute(HtmlSpan *attributes, HtmlSpan *name, HtmlSpan *value)
{
    HtmlSpan rest = *attributes;
    advance(&rest, run(rest, SPACES "/", TRUE));
    *value = (HtmlSpan){NULL, 0};
    if (rest.size == 0) {
        *attributes = rest;
        return FALSE;
    }
    *name = (HtmlSpan){rest.at, 1};
    advance(&rest, 1);
    gsize more = run(rest, SPACES "/=", FALSE);
    name->size += more;
    advance(&rest, more);
    skip_spaces(&rest);
    if (rest.size > 0 && *rest.at == '=') {
        advance(&rest, 1);
        *value = take_value(&rest);
    }
    *attributes = rest;
    return TRUE;
}
