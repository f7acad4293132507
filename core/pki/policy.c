#include "core/pki/policy.h"

#include <string.h>

/*
 * A policy at the current level. roots are its ancestors just below
 * anyPolicy: the policies, in the anchor's terms, for which it stands.
 */
typedef struct {
    GHashTable *expected;
    GHashTable *roots;
} Node;

struct PolicyState {
    GHashTable *level; /* OID → Node; empty: the tree is NULL */
    guint explicit_policy, policy_mapping, inhibit_any;
};

static GHashTable *
oid_set_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
oid_set_add(GHashTable *set, const char *oid)
{
    g_hash_table_add(set, g_strdup(oid));
}

static void
oid_set_add_all(GHashTable *set, GHashTable *more)
{
    GHashTableIter iter;
    gpointer oid;
    g_hash_table_iter_init(&iter, more);
    while (g_hash_table_iter_next(&iter, &oid, NULL))
        oid_set_add(set, oid);
}

static void
node_free(gpointer data)
{
    Node *node = data;
    g_hash_table_unref(node->expected);
    g_hash_table_unref(node->roots);
    g_free(node);
}

static GHashTable *
level_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, node_free);
}

/* The node of oid in level, made, expecting itself, if there was none. */
static Node *
level_node(GHashTable *level, const char *oid)
{
    Node *node = g_hash_table_lookup(level, oid);
    if (node != NULL)
        return node;
    node = g_new0(Node, 1);
    node->expected = oid_set_new();
    node->roots = oid_set_new();
    oid_set_add(node->expected, oid);
    g_hash_table_insert(level, g_strdup(oid), node);
    return node;
}

PolicyState *
policy_state_new(guint length, gboolean explicit_policy)
{
    PolicyState *state = g_new0(PolicyState, 1);
    state->explicit_policy = explicit_policy ? 0 : length + 1;
    state->policy_mapping = length + 1;
    state->inhibit_any = length + 1;
    state->level = level_new();
    oid_set_add(level_node(state->level, POLICY_ANY)->roots, POLICY_ANY);
    return state;
}

void
policy_state_free(PolicyState *state)
{
    if (state == NULL)
        return;
    g_hash_table_unref(state->level);
    g_free(state);
}

/* §6.1.3 (d)(1): a policy goes on from the nodes that expect it, or else
 * from anyPolicy. */
static void
add_named(GHashTable *below, GHashTable *level, const char *oid)
{
    GHashTableIter iter;
    gpointer value;
    gboolean expected = FALSE;
    g_hash_table_iter_init(&iter, level);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Node *parent = value;
        if (!g_hash_table_contains(parent->expected, oid))
            continue;
        oid_set_add_all(level_node(below, oid)->roots, parent->roots);
        expected = TRUE;
    }
    if (!expected && g_hash_table_contains(level, POLICY_ANY))
        oid_set_add(level_node(below, oid)->roots, oid);
}

/* §6.1.3 (d)(2): anyPolicy stands for whatever is expected and not named. */
static void
add_expected(GHashTable *below, GHashTable *level, GHashTable *named)
{
    GHashTableIter iter, expected;
    gpointer value, oid;
    g_hash_table_iter_init(&iter, level);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Node *parent = value;
        g_hash_table_iter_init(&expected, parent->expected);
        while (g_hash_table_iter_next(&expected, &oid, NULL)) {
            if (!g_hash_table_contains(named, oid))
                oid_set_add_all(level_node(below, oid)->roots, parent->roots);
        }
    }
}

/* FALSE if a policy is named twice, which §4.2.1.4 forbids. */
static gboolean
descend(PolicyState *state, const Cert *cert, gboolean any_allowed)
{
    g_autoptr(GHashTable) below = level_new();
    g_autoptr(GHashTable) named = oid_set_new();
    gboolean any = FALSE;
    for (char **oid = cert->extensions.policies; *oid != NULL; oid++) {
        if (strcmp(*oid, POLICY_ANY) == 0) {
            any = any_allowed;
            continue;
        }
        if (g_hash_table_contains(named, *oid))
            return FALSE;
        add_named(below, state->level, *oid);
        oid_set_add(named, *oid);
    }
    if (any)
        add_expected(below, state->level, named);
    g_hash_table_unref(state->level);
    state->level = g_steal_pointer(&below);
    return TRUE;
}

/* §6.1.4 (b): nodes of from now expect its mappings instead of themselves;
 * where mapping is inhibited they end. */
static void
map_policy(PolicyState *state, char **mappings, const char *from)
{
    Node *node = g_hash_table_lookup(state->level, from);
    if (state->policy_mapping == 0) {
        g_hash_table_remove(state->level, from);
        return;
    }
    if (node == NULL) {
        if (!g_hash_table_contains(state->level, POLICY_ANY))
            return;
        node = level_node(state->level, from);
        oid_set_add(node->roots, from);
    }
    g_hash_table_remove_all(node->expected);
    for (char **pair = mappings; *pair != NULL; pair += 2) {
        if (strcmp(pair[0], from) == 0)
            oid_set_add(node->expected, pair[1]);
    }
}

static gboolean
map_policies(PolicyState *state, char **mappings)
{
    for (char **oid = mappings; *oid != NULL; oid++) {
        if (strcmp(*oid, POLICY_ANY) == 0)
            return FALSE; /* §6.1.4 (a) */
    }
    for (char **pair = mappings; *pair != NULL; pair += 2)
        map_policy(state, mappings, pair[0]);
    return TRUE;
}

static void
count_down(guint *counter)
{
    if (*counter > 0)
        (*counter)--;
}

static void
lower_to(guint *counter, gint limit)
{
    if (limit >= 0 && (guint)limit < *counter)
        *counter = (guint)limit;
}

gboolean
policy_state_add(PolicyState *state, const Cert *cert, gboolean is_last)
{
    const CertExtensions *extensions = &cert->extensions;
    gboolean self_issued = cert_is_self_issued(cert);
    gboolean any_allowed =
        state->inhibit_any > 0 || (self_issued && !is_last);
    if (extensions->policies == NULL)
        g_hash_table_remove_all(state->level);
    else if (!descend(state, cert, any_allowed))
        return FALSE;
    if (state->explicit_policy == 0 && g_hash_table_size(state->level) == 0)
        return FALSE;

    if (is_last) {
        count_down(&state->explicit_policy);
        if (extensions->require_explicit == 0)
            state->explicit_policy = 0;
        return TRUE;
    }
    if (extensions->mappings != NULL &&
        !map_policies(state, extensions->mappings))
        return FALSE;
    if (!self_issued) {
        count_down(&state->explicit_policy);
        count_down(&state->policy_mapping);
        count_down(&state->inhibit_any);
    }
    lower_to(&state->explicit_policy, extensions->require_explicit);
    lower_to(&state->policy_mapping, extensions->inhibit_mapping);
    lower_to(&state->inhibit_any, extensions->inhibit_any);
    return TRUE;
}

/* §6.1.5 (g): does the node stand for a policy that is wanted? */
static gboolean
is_wanted(const Node *node, const char *const *wanted)
{
    if (wanted == NULL || g_hash_table_contains(node->roots, POLICY_ANY))
        return TRUE;
    for (; *wanted != NULL; wanted++) {
        if (g_hash_table_contains(node->roots, *wanted))
            return TRUE;
    }
    return FALSE;
}

gboolean
policy_state_accepts(PolicyState *state, const char *const *wanted)
{
    GHashTableIter iter;
    gpointer node;
    if (state->explicit_policy > 0)
        return TRUE;
    g_hash_table_iter_init(&iter, state->level);
    while (g_hash_table_iter_next(&iter, NULL, &node)) {
        if (is_wanted(node, wanted))
            return TRUE;
    }
    return FALSE;
}
