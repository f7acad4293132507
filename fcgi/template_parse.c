#include "fcgi/template_parse.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/template_escape.h"

typedef struct {
    const ParseInput *input;
    HtmlPlace place;
    guint depth; /* of sections and partials together */
} Parser;

/* One file being read. */
typedef struct {
    const char *name;
    const char *text;
    const char *at;
} Reader;

static gboolean parse_until(Parser *parser, Reader *reader, const char *end,
                            GPtrArray *nodes, GError **error);

static gboolean
fail(const Reader *reader, const char *problem, GError **error)
{
    guint line = 1;
    for (const char *c = reader->text; c < reader->at; c++)
        if (*c == '\n')
            line++;
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s.html:%u: %s",
                reader->name, line, problem);
    return FALSE;
}

static gboolean
is_name(const char *name, gboolean dots)
{
    gboolean begin = TRUE;
    for (; *name != '\0'; name++) {
        if (*name == '.' && dots && !begin) {
            begin = TRUE;
            continue;
        }
        if (!g_ascii_islower(*name) && !g_ascii_isdigit(*name) &&
            *name != '_')
            return FALSE;
        begin = FALSE;
    }
    return !begin;
}

static gboolean
add_value(Parser *parser, const Reader *reader, const char *name,
          GPtrArray *nodes, GError **error)
{
    Escape escape;
    const char *problem = html_hole(&parser->place, &escape);
    if (problem == NULL && !is_name(name, TRUE))
        problem = "a name that is not [a-z0-9_]+ joined by dots";
    if (problem != NULL)
        return fail(reader, problem, error);
    Node *node = node_add(nodes, NODE_VALUE);
    node->escape = escape;
    node->path = g_strsplit(name, ".", -1);
    parser->place.started = TRUE;
    return TRUE;
}

static void
add_words(GPtrArray *nodes, const char *text, gsize size, Escape escape)
{
    g_autofree char *piece = g_strndup(text, size);
    g_autoptr(GString) escaped = g_string_new(NULL);
    if (escape == ESCAPE_JSON)
        g_string_append(escaped, piece);
    else
        escape_text(escaped, piece, escape);
    node_add_text(nodes, escaped->str, escaped->len);
}

/* The translation cut at its %{holes}. */
static gboolean
add_pieces(const Reader *reader, const char *text, GPtrArray *nodes,
           Escape escape, GError **error)
{
    const char *hole;
    while ((hole = strstr(text, "%{")) != NULL) {
        const char *close = strchr(hole, '}');
        g_autofree char *name =
            close == NULL ? NULL : g_strndup(hole + 2, close - hole - 2);
        if (name == NULL || !is_name(name, TRUE))
            return fail(reader, "a %{hole} that is no name", error);
        add_words(nodes, text, (gsize)(hole - text), escape);
        Node *node = node_add(nodes, NODE_VALUE);
        node->escape = escape;
        node->path = g_strsplit(name, ".", -1);
        text = close + 1;
    }
    add_words(nodes, text, strlen(text), escape);
    return TRUE;
}

static gboolean
add_message(Parser *parser, const Reader *reader, const char *msgid,
            GPtrArray *nodes, GError **error)
{
    Escape escape;
    const char *problem = html_hole(&parser->place, &escape);
    if (problem == NULL &&
        (escape == ESCAPE_URL || escape == ESCAPE_URL_PART))
        problem = "words in an address";
    if (problem == NULL && *msgid == '\0')
        problem = "words that are missing";
    if (problem != NULL)
        return fail(reader, problem, error);
    if (parser->input->found != NULL)
        parser->input->found(parser->input->found_user, msgid);

    const char *text = catalogue_text(parser->input->words, msgid);
    if (escape != ESCAPE_JSON)
        return add_pieces(reader, text, nodes, escape, error);
    Node *node = node_add(nodes, NODE_MESSAGE);
    node->children = nodes_new();
    return add_pieces(reader, text, node->children, escape, error);
}

static gboolean
add_section(Parser *parser, Reader *reader, char sign, const char *name,
            GPtrArray *nodes, GError **error)
{
    const char *problem = html_section(&parser->place);
    if (problem == NULL && !is_name(name, TRUE))
        problem = "a name that is not [a-z0-9_]+ joined by dots";
    if (problem == NULL && parser->depth >= TEMPLATE_DEPTH)
        problem = "sections too deep";
    if (problem != NULL)
        return fail(reader, problem, error);

    Node *node = node_add(nodes, sign == '#' ? NODE_SECTION : NODE_INVERTED);
    node->path = g_strsplit(name, ".", -1);
    node->children = nodes_new();
    HtmlPlace before = parser->place;
    parser->depth++;
    gboolean ok = parse_until(parser, reader, name, node->children, error);
    parser->depth--;
    if (!ok)
        return FALSE;
    problem = html_section(&parser->place);
    if (problem == NULL)
        problem = html_join(&parser->place, &before);
    return problem == NULL || fail(reader, problem, error);
}

static gboolean
add_partial(Parser *parser, const Reader *reader, const char *name,
            GPtrArray *nodes, GError **error)
{
    if (!is_name(name, FALSE))
        return fail(reader, "a partial's name is [a-z0-9_]+", error);
    if (parser->depth >= TEMPLATE_DEPTH)
        return fail(reader, "partials too deep", error);
    const ParseInput *input = parser->input;
    g_autofree char *text = input->source(input->source_user, name, error);
    if (text == NULL)
        return FALSE;
    Reader inner = {name, text, text};
    parser->depth++;
    gboolean ok = parse_until(parser, &inner, NULL, nodes, error);
    parser->depth--;
    return ok;
}

static gboolean
add_tag(Parser *parser, Reader *reader, const char *tag, GPtrArray *nodes,
        GError **error)
{
    switch (*tag) {
    case '#':
    case '^':
        return add_section(parser, reader, *tag, tag + 1, nodes, error);
    case '>':
        return add_partial(parser, reader, tag + 1, nodes, error);
    case '_':
        return add_message(parser, reader, tag + 1, nodes, error);
    case '!':
        return TRUE;
    default:
        return add_value(parser, reader, tag, nodes, error);
    }
}

static gboolean
add_literal(Parser *parser, Reader *reader, const char *end, GPtrArray *nodes,
            GError **error)
{
    gsize size = (gsize)(end - reader->at);
    const char *problem = html_advance(&parser->place, reader->at, size);
    if (problem != NULL)
        return fail(reader, problem, error);
    node_add_text(nodes, reader->at, size);
    reader->at = end;
    return TRUE;
}

/* The "}}" that ends a tag; in words "}" may end a %{hole} first. */
static const char *
tag_end(const char *tag)
{
    gboolean words = *tag == '_';
    for (; *tag != '\0'; tag++) {
        if (strncmp(tag, "}}", 2) == 0)
            return tag;
        if (words && strncmp(tag, "%{", 2) == 0) {
            tag = strchr(tag, '}');
            if (tag == NULL)
                return NULL;
        }
    }
    return NULL;
}

/* Reads up to {{/end}}, or to the end of the file when end is NULL. */
static gboolean
parse_until(Parser *parser, Reader *reader, const char *end, GPtrArray *nodes,
            GError **error)
{
    const char *open;
    while ((open = strstr(reader->at, "{{")) != NULL) {
        if (!add_literal(parser, reader, open, nodes, error))
            return FALSE;
        const char *close = tag_end(open + 2);
        if (close == NULL || open[2] == '{')
            return fail(reader, "'{{' without '}}'", error);
        g_autofree char *tag = g_strndup(open + 2, (gsize)(close - open - 2));
        reader->at = close + 2;
        if (*tag == '/') {
            if (end == NULL || strcmp(tag + 1, end) != 0)
                return fail(reader, "the end of another section", error);
            return TRUE;
        }
        if (!add_tag(parser, reader, tag, nodes, error))
            return FALSE;
    }
    if (!add_literal(parser, reader, reader->at + strlen(reader->at), nodes,
                     error))
        return FALSE;
    return end == NULL || fail(reader, "a section without its end", error);
}

GPtrArray *
template_parse(const ParseInput *input, const char *name, GError **error)
{
    g_autoptr(GPtrArray) nodes = nodes_new();
    g_autofree char *text = input->source(input->source_user, name, error);
    if (text == NULL)
        return NULL;
    Parser parser = {.input = input};
    Reader reader = {name, text, text};
    if (!parse_until(&parser, &reader, NULL, nodes, error))
        return NULL;
    if (parser.place.state != HTML_TEXT) {
        fail(&reader, "the page ends inside a tag or script", error);
        return NULL;
    }
    return g_steal_pointer(&nodes);
}
