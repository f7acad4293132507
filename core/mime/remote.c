#include "core/mime/remote.h"

#include <string.h>

#include "core/mime/remote_text.h"

typedef struct {
    const char *name;
    gsize size;
} Word;

static gboolean
word_is(Word word, const char *want)
{
    return strlen(want) == word.size &&
           g_ascii_strncasecmp(word.name, want, word.size) == 0;
}

static gboolean
word_is_one_of(Word word, const char *const *wants)
{
    for (; *wants != NULL; wants++)
        if (word_is(word, *wants))
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

/* Attributes whose address is fetched without a click. */
static gboolean
is_fetched(Word tag, Word attribute)
{
    static const char *const always[] = {
        "src",      "srcset",   "background", "poster",
        "data",     "lowsrc",   "dynsrc",     "imagesrcset",
        "code",     "codebase", "archive",    "classid",
        "manifest", "icon",     "object",     NULL,
    };
    static const char *const links[] = {"href", "xlink:href", NULL};
    static const char *const clicked[] = {"a", "area", NULL};
    return word_is_one_of(attribute, always) ||
           (word_is_one_of(attribute, links) &&
            !word_is_one_of(tag, clicked));
}

static gboolean
attribute_is_remote(Word tag, Word name, const char *raw, gsize size)
{
    g_autofree char *copy = g_strndup(raw, size);
    g_autofree char *value = entities_decode(copy);
    if (is_fetched(tag, name))
        return word_is(name, "srcset") || word_is(name, "imagesrcset")
                   ? list_is_remote(value)
                   : address_is_remote(value);
    /* A whole document, for which no mailer has a use. */
    if (word_is(name, "srcdoc"))
        return TRUE;
    if (word_is(tag, "meta") && word_is(name, "content"))
        return refresh_is_remote(value);
    /* style, and the SVG attributes that take url(…). */
    return css_has_remote(value);
}

/* Reads one attribute at *at and says whether it is remote. */
static gboolean
read_attribute(Word tag, const char **at)
{
    const char *start = *at;
    gsize size = 1 + strcspn(start + 1, " \t\n\v\f\r/>=");
    Word name = {start, size};
    const char *end = start + size;
    while (is_space(*end))
        end++;
    if (*end != '=') {
        *at = end;
        return FALSE;
    }
    end++;
    while (is_space(*end))
        end++;

    char quote = *end == '"' || *end == '\'' ? *end : '\0';
    const char *value = quote != '\0' ? end + 1 : end;
    const char quotes[] = {quote, '\0'};
    gsize n = strcspn(value, quote != '\0' ? quotes : " \t\n\v\f\r>");
    *at = value + n + (quote != '\0' && value[n] != '\0' ? 1 : 0);
    return attribute_is_remote(tag, name, value, n);
}

/* Where the end tag of a raw-text element begins. */
static const char *
find_end_tag(const char *at, Word tag)
{
    for (; *at != '\0'; at++)
        if (at[0] == '<' && at[1] == '/' &&
            g_ascii_strncasecmp(at + 2, tag.name, tag.size) == 0)
            return at;
    return at;
}

/* The contents of elements that hold no tags. */
static gboolean
read_raw_text(Word tag, const char **at)
{
    static const char *const raw[] = {"style",    "script", "title",
                                      "textarea", "xmp",    NULL};
    if (!word_is_one_of(tag, raw))
        return FALSE;
    const char *end = find_end_tag(*at, tag);
    g_autofree char *text = g_strndup(*at, (gsize)(end - *at));
    *at = end;
    return word_is(tag, "style") && css_has_remote(text);
}

static gboolean
read_tag(const char **at)
{
    Word tag = {*at + 1, strcspn(*at + 1, " \t\n\v\f\r/>")};
    *at = tag.name + tag.size;
    while (**at != '\0' && **at != '>') {
        if (is_space(**at) || **at == '/')
            (*at)++;
        else if (read_attribute(tag, at))
            return TRUE;
    }
    if (**at == '>')
        (*at)++;
    return read_raw_text(tag, at);
}

gboolean
html_has_remote(const char *html)
{
    const char *at = html;
    while ((at = strchr(at, '<')) != NULL) {
        if (g_str_has_prefix(at, "<!--"))
            at = skip_comment(at);
        else if (at[1] == '!' || at[1] == '?' || at[1] == '/')
            at = skip_to(at, '>');
        else if (!g_ascii_isalpha(at[1]))
            at++;
        else if (read_tag(&at))
            return TRUE;
    }
    return FALSE;
}
