#include "core/net/imap_tree.h"

#include <string.h>

#define MAX_DEPTH 64
#define MAX_NODES 65536

typedef struct {
    const guint8 *at, *end;
    GArray *nodes;
    guint32 parent[MAX_DEPTH]; /* the open lists */
    guint32 last[MAX_DEPTH];   /* the youngest child of each; 0: none */
    guint depth;
} Reader;

static ImapNode *
node_at(GArray *nodes, guint32 node)
{
    return &g_array_index(nodes, ImapNode, node);
}

static gboolean
add(Reader *r, ImapNodeKind kind, const guint8 *text, gsize size)
{
    if (r->nodes->len >= MAX_NODES)
        return FALSE;
    guint32 number = r->nodes->len;
    const ImapNode node = {.kind = kind, .size = (guint32)size, .text = text};
    g_array_append_val(r->nodes, node);
    guint32 *last = &r->last[r->depth];
    if (*last == 0)
        node_at(r->nodes, r->parent[r->depth])->child = number;
    else
        node_at(r->nodes, *last)->next = number;
    *last = number;
    return TRUE;
}

static gboolean
open_list(Reader *r)
{
    if (r->depth + 1 >= MAX_DEPTH || !add(r, IMAP_NODE_LIST, r->at, 0))
        return FALSE;
    r->at++;
    r->depth++;
    r->parent[r->depth] = r->nodes->len - 1;
    r->last[r->depth] = 0;
    return TRUE;
}

static gboolean
close_list(Reader *r)
{
    if (r->depth == 0)
        return FALSE;
    r->depth--;
    r->at++;
    return TRUE;
}

static gboolean
read_quoted(Reader *r)
{
    const guint8 *begin = r->at + 1;
    for (const guint8 *at = begin; at < r->end; at++) {
        if (*at == '"') {
            r->at = at + 1;
            return add(r, IMAP_NODE_QUOTED, begin, (gsize)(at - begin));
        }
        if (*at == '\\')
            at++;
        else if (*at == '\r' || *at == '\n')
            return FALSE;
    }
    return FALSE;
}

static gboolean
read_literal(Reader *r)
{
    const guint8 *lf = memchr(r->at, '\n', (gsize)(r->end - r->at));
    gsize size;
    if (lf == NULL || lf[-1] != '\r' ||
        !imap_line_announces(r->at, (gsize)(lf - 1 - r->at), &size) ||
        size > (gsize)(r->end - lf - 1))
        return FALSE;
    r->at = lf + 1 + size;
    return add(r, IMAP_NODE_LITERAL, lf + 1, size);
}

static gboolean
read_atom(Reader *r)
{
    const guint8 *begin = r->at;
    while (r->at<r->end && * r->at> ' ' && *r->at != '(' && *r->at != ')' &&
           *r->at != '"' && *r->at != '{' && *r->at != 0x7f)
        r->at++;
    return r->at > begin &&
           add(r, IMAP_NODE_ATOM, begin, (gsize)(r->at - begin));
}

static gboolean
read_one(Reader *r)
{
    switch (*r->at) {
    case '(':
        return open_list(r);
    case ')':
        return close_list(r);
    case '"':
        return read_quoted(r);
    case '{':
        return read_literal(r);
    case '~': /* literal8 */
        if (r->at + 1 < r->end && r->at[1] == '{') {
            r->at++;
            return read_literal(r);
        }
        return read_atom(r);
    default:
        return read_atom(r);
    }
}

ImapTree *
imap_tree_parse(const guint8 *text, gsize size, gboolean *whole)
{
    ImapTree *tree = g_new(ImapTree, 1);
    const ImapNode root = {.kind = IMAP_NODE_LIST, .text = text};
    tree->nodes = g_array_sized_new(FALSE, FALSE, sizeof(ImapNode), 64);
    g_array_append_val(tree->nodes, root);

    Reader r = {.at = text, .end = text + size, .nodes = tree->nodes};
    gboolean good = TRUE;
    while (good && r.at < r.end) {
        if (*r.at == ' ')
            r.at++;
        else
            good = read_one(&r);
    }
    *whole = good && r.depth == 0;
    return tree;
}

void
imap_tree_free(ImapTree *tree)
{
    if (tree == NULL)
        return;
    g_array_unref(tree->nodes);
    g_free(tree);
}

guint32
imap_tree_child(const ImapTree *tree, guint32 node)
{
    return node_at(tree->nodes, node)->child;
}

guint32
imap_tree_next(const ImapTree *tree, guint32 node)
{
    return node_at(tree->nodes, node)->next;
}

guint32
imap_tree_nth(const ImapTree *tree, guint32 node, guint n)
{
    guint32 found = node != 0 ? imap_tree_child(tree, node) : 0;
    for (; n > 0 && found != 0; n--)
        found = imap_tree_next(tree, found);
    return found;
}

gboolean
imap_tree_is_list(const ImapTree *tree, guint32 node)
{
    return node != 0 && node_at(tree->nodes, node)->kind == IMAP_NODE_LIST;
}

gboolean
imap_tree_is(const ImapTree *tree, guint32 node, const char *word)
{
    const ImapNode *n = node_at(tree->nodes, node);
    return node != 0 && n->kind != IMAP_NODE_LIST &&
           n->size == strlen(word) &&
           g_ascii_strncasecmp((const char *)n->text, word, n->size) == 0;
}

static gboolean
is_text(const ImapTree *tree, guint32 node)
{
    if (node == 0 || imap_tree_is_list(tree, node))
        return FALSE;
    return node_at(tree->nodes, node)->kind != IMAP_NODE_ATOM ||
           !imap_tree_is(tree, node, "NIL");
}

/* What a quoted string or a literal holds, with a NUL after it. */
static char *
plain(const ImapNode *node, gsize *size)
{
    char *out = g_malloc((gsize)node->size + 1);
    gsize length = 0;
    gboolean escapes = node->kind == IMAP_NODE_QUOTED &&
                       memchr(node->text, '\\', node->size) != NULL;
    if (!escapes) {
        memcpy(out, node->text, node->size);
        length = node->size;
    }
    for (guint32 i = 0; escapes && i < node->size; i++) {
        if (node->text[i] == '\\')
            i++;
        out[length++] = (char)node->text[i];
    }
    out[length] = '\0';
    *size = length;
    return out;
}

GBytes *
imap_tree_bytes(const ImapTree *tree, guint32 node)
{
    gsize size;
    if (!is_text(tree, node))
        return NULL;
    char *bytes = plain(node_at(tree->nodes, node), &size);
    return g_bytes_new_take(bytes, size);
}

char *
imap_tree_text(const ImapTree *tree, guint32 node)
{
    gsize size;
    if (!is_text(tree, node))
        return NULL;
    char *text = plain(node_at(tree->nodes, node), &size);
    if (!g_utf8_validate_len(text, size, NULL)) {
        g_autofree char *raw = text;
        text = g_utf8_make_valid(raw, (gssize)size);
    }
    for (char *c = text; *c != '\0'; c++) {
        if ((guchar)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
    return text;
}

gboolean
imap_tree_number(const ImapTree *tree, guint32 node, guint32 *out)
{
    const ImapNode *n = node_at(tree->nodes, node);
    guint64 value = 0;
    if (node == 0 || n->kind != IMAP_NODE_ATOM || n->size > 10)
        return FALSE;
    for (guint32 i = 0; i < n->size; i++) {
        if (!g_ascii_isdigit(n->text[i]))
            return FALSE;
        value = value * 10 + (guint64)(n->text[i] - '0');
    }
    if (value > G_MAXUINT32)
        return FALSE;
    *out = (guint32)value;
    return TRUE;
}

gboolean
imap_line_announces(const guint8 *line, gsize length, gsize *size)
{
    if (length < 3 || line[length - 1] != '}')
        return FALSE;
    guint64 value = 0, unit = 1;
    gsize i = length - 1;
    while (i > 0 && g_ascii_isdigit(line[i - 1]) && length - 1 - i < 10) {
        value += unit * (guint64)(line[--i] - '0');
        unit *= 10;
    }
    if (i == 0 || i == length - 1 || line[i - 1] != '{')
        return FALSE;
    *size = (gsize)value;
    return TRUE;
}
