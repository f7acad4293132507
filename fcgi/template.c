#include "fcgi/template.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "fcgi/template_escape.h"
#include "fcgi/template_node.h"
#include "fcgi/template_parse.h"

struct Template {
    GPtrArray *nodes;
};

/* The objects that names are looked up in, innermost last. */
typedef struct {
    const Json *objects[TEMPLATE_DEPTH + 1];
    gsize depth;
} Scope;

static void render_nodes(const GPtrArray *nodes, Scope *scope, GString *out);

void
node_free(Node *node)
{
    if (node == NULL)
        return;
    if (node->text != NULL)
        g_string_free(node->text, TRUE);
    g_strfreev(node->path);
    if (node->children != NULL)
        g_ptr_array_unref(node->children);
    g_free(node);
}

GPtrArray *
nodes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)node_free);
}

Node *
node_add(GPtrArray *nodes, NodeKind kind)
{
    Node *node = g_new0(Node, 1);
    node->kind = kind;
    g_ptr_array_add(nodes, node);
    return node;
}

void
node_add_text(GPtrArray *nodes, const char *text, gsize size)
{
    if (size == 0)
        return;
    Node *last = NULL;
    if (nodes->len > 0)
        last = g_ptr_array_index(nodes, nodes->len - 1);
    if (last == NULL || last->kind != NODE_TEXT) {
        last = node_add(nodes, NODE_TEXT);
        last->text = g_string_new(NULL);
    }
    g_string_append_len(last->text, text, (gssize)size);
}

char *
template_from_folder(gconstpointer user, const char *name, GError **error)
{
    g_autofree char *path =
        g_strdup_printf("%s/%s.html", (const char *)user, name);
    g_autofree char *text = NULL;
    gsize size = 0;
    if (!file_read(path, &text, &size, error))
        return NULL;
    if (!g_utf8_validate(text, (gssize)size, NULL)) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s: is not UTF-8",
                    path);
        return NULL;
    }
    return g_steal_pointer(&text);
}

Template *
template_compile(const char *name, TemplateSource source, gconstpointer user,
                 const Catalogue *words, GError **error)
{
    ParseInput input = {source, user, words, NULL, NULL};
    GPtrArray *nodes = template_parse(&input, name, error);
    if (nodes == NULL)
        return NULL;
    Template *self = g_new0(Template, 1);
    self->nodes = nodes;
    return self;
}

gboolean
template_words(const char *name, TemplateSource source,
               gconstpointer source_user, TemplateWord found, gpointer user,
               GError **error)
{
    ParseInput input = {source, source_user, NULL, found, user};
    g_autoptr(GPtrArray) nodes = template_parse(&input, name, error);
    return nodes != NULL;
}

void
template_free(Template *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->nodes);
    g_free(self);
}

static const Json *
scope_find(const Scope *scope, char *const *path)
{
    const Json *value = NULL;
    for (gsize i = scope->depth; i > 0 && value == NULL; i--)
        value = json_member(scope->objects[i - 1], path[0]);
    for (path++; *path != NULL && value != NULL; path++)
        value = json_member(value, *path);
    return value;
}

static gboolean
is_something(const Json *value)
{
    switch (json_kind(value)) {
    case JSON_KIND_NULL:
        return FALSE;
    case JSON_KIND_BOOL:
        return json_bool(value);
    case JSON_KIND_TEXT:
        return *json_text(value) != '\0';
    case JSON_KIND_ARRAY:
        return json_array_length(value) > 0;
    case JSON_KIND_NUMBER:
    case JSON_KIND_OBJECT:
        return TRUE;
    }
    g_assert_not_reached();
}

static void
render_inside(const Node *node, const Json *value, Scope *scope, GString *out)
{
    gboolean object = json_kind(value) == JSON_KIND_OBJECT;
    if (object)
        scope->objects[scope->depth++] = value;
    render_nodes(node->children, scope, out);
    if (object)
        scope->depth--;
}

static void
render_section(const Node *node, Scope *scope, GString *out)
{
    const Json *value = scope_find(scope, node->path);
    if (!is_something(value))
        return;
    if (json_kind(value) != JSON_KIND_ARRAY) {
        render_inside(node, value, scope, out);
        return;
    }
    for (gsize i = 0; i < json_array_length(value); i++)
        render_inside(node, json_array_item(value, i), scope, out);
}

/* A value inside a message that becomes one JSON text. */
static void
render_message(const Node *node, const Scope *scope, GString *out)
{
    g_autoptr(GString) whole = g_string_new(NULL);
    for (guint i = 0; i < node->children->len; i++) {
        const Node *piece = g_ptr_array_index(node->children, i);
        if (piece->kind == NODE_TEXT) {
            g_string_append(whole, piece->text->str);
            continue;
        }
        const Json *value = scope_find(scope, piece->path);
        gint64 number = 0;
        if (json_kind(value) == JSON_KIND_TEXT)
            g_string_append(whole, json_text(value));
        else if (json_int(value, &number))
            g_string_append_printf(whole, "%" G_GINT64_FORMAT, number);
    }
    escape_text(out, whole->str, ESCAPE_JSON);
}

static void
render_nodes(const GPtrArray *nodes, Scope *scope, GString *out)
{
    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = g_ptr_array_index(nodes, i);
        switch (node->kind) {
        case NODE_TEXT:
            g_string_append_len(out, node->text->str,
                                (gssize)node->text->len);
            break;
        case NODE_VALUE:
            escape_value(out, scope_find(scope, node->path), node->escape);
            break;
        case NODE_SECTION:
            render_section(node, scope, out);
            break;
        case NODE_INVERTED:
            if (!is_something(scope_find(scope, node->path)))
                render_nodes(node->children, scope, out);
            break;
        case NODE_MESSAGE:
            render_message(node, scope, out);
            break;
        }
    }
}

void
template_render(const Template *self, const Json *context, GString *out)
{
    Scope scope = {.objects = {context}, .depth = 1};
    render_nodes(self->nodes, &scope, out);
}
