/* Which paths there are (RFC 4158): depth first, best candidates first. */
#include "core/pki/path.h"

#include "core/pki/cert_fields.h"
#include "core/pki/signature.h"
#include "core/pki/strength.h"

#define UNKNOWN (1U << VERDICT_UNKNOWN_ISSUER)

/* Complete paths judged for one leaf. */
#define MAX_PATHS 16

typedef struct {
    const PathRules *rules;
    guint depth;
    guint paths;
    GPtrArray *current; /* leaf first */
    GPtrArray *best;
    VerdictSet best_set;
    RevocationFinding best_finding;
} Search;

static gboolean
contains(GPtrArray *certs, const Cert *cert)
{
    for (guint i = 0; i < certs->len; i++) {
        if (cert_equal(g_ptr_array_index(certs, i), cert))
            return TRUE;
    }
    return FALSE;
}

/* The later its first verdict stands in the order, the better the path. */
static gboolean
is_better(VerdictSet set, VerdictSet than)
{
    Verdict a = verdict_first(set), b = verdict_first(than);
    return a != b ? a > b : set < than;
}

static void
judge_current(Search *search)
{
    RevocationFinding finding = {0};
    search->paths++;
    VerdictSet set = path_check(search->rules, search->current);
    if (!(set & UNKNOWN) && search->rules->revocation != NULL)
        set |= search->rules->revocation(search->rules, search->current,
                                         search->depth, &finding);
    if (search->best != NULL && !is_better(set, search->best_set))
        return;
    if (search->best != NULL)
        g_ptr_array_unref(search->best);
    search->best = g_ptr_array_copy(search->current, NULL, NULL);
    search->best_set = set;
    search->best_finding = finding;
}

static gboolean
is_done(const Search *search)
{
    return *search->rules->budget == 0 || search->paths >= MAX_PATHS ||
           (search->best != NULL && search->best_set == 0);
}

/* Key identifiers are hints: 2 they agree, 1 unknown, 0 they differ. */
static guint
key_hint(const Cert *issuer, const Cert *cert)
{
    Der wanted = cert->extensions.authority_key_id;
    Der own = issuer->extensions.key_id;
    if (wanted.size == 0 || own.size == 0)
        return 1;
    return der_equal(wanted, own) ? 2 : 0;
}

static gboolean
vouches_for(Search *search, const Cert *issuer, const Cert *cert)
{
    if (*search->rules->budget == 0)
        return FALSE;
    --*search->rules->budget;
    return signature_verify(issuer->public_key, cert->signature_algorithm,
                            cert->tbs, cert->signature);
}

static gboolean
is_distrusted(const PathRules *rules, const Cert *cert)
{
    for (guint i = 0; i < rules->distrusted->len; i++) {
        if (cert_same_authority(g_ptr_array_index(rules->distrusted, i),
                                cert))
            return TRUE;
    }
    return FALSE;
}

static void extend(Search *search);

static void
try_issuer(Search *search, Cert *issuer)
{
    const Cert *top =
        g_ptr_array_index(search->current, search->current->len - 1);
    /* A key below the floor vouches for nothing: anyone may hold it by now.
     */
    if (contains(search->current, issuer) ||
        strength_of_key(issuer->kind, issuer->bits, search->rules->policy) ==
            STRENGTH_BELOW_FLOOR ||
        !vouches_for(search, issuer, top))
        return;
    g_ptr_array_add(search->current, issuer);
    extend(search);
    g_ptr_array_set_size(search->current, (gint)search->current->len - 1);
}

static void
try_pool(Search *search, GPtrArray *pool, guint hint)
{
    const Cert *top =
        g_ptr_array_index(search->current, search->current->len - 1);
    for (guint i = 0; i < pool->len && !is_done(search); i++) {
        Cert *issuer = g_ptr_array_index(pool, i);
        if (name_equal(issuer->subject_key, top->issuer_key) &&
            key_hint(issuer, top) == hint)
            try_issuer(search, issuer);
    }
}

/* Adds issuers to the current path until an anchor ends it. */
static void
extend(Search *search)
{
    const PathRules *rules = search->rules;
    const Cert *top =
        g_ptr_array_index(search->current, search->current->len - 1);
    if (is_distrusted(rules, top))
        return;
    if (contains(rules->anchors, top)) {
        judge_current(search);
        return;
    }
    if (search->current->len >= rules->max_certs ||
        name_is_empty(top->issuer_key))
        return;
    for (guint hint = 3; hint-- > 0;) {
        try_pool(search, rules->anchors, hint);
        for (gsize i = 0; i < rules->n_pools; i++) {
            if (rules->pools[i] != NULL)
                try_pool(search, rules->pools[i], hint);
        }
    }
}

/* Without a path the leaf's own faults are still worth naming. */
static VerdictSet
judge_alone(const PathRules *rules, Cert *leaf)
{
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    g_ptr_array_add(alone, leaf);
    return path_check(rules, alone) | UNKNOWN;
}

VerdictSet
path_find(const PathRules *rules, const Cert *leaf, guint depth,
          PathFound *found)
{
    g_autoptr(GPtrArray) current = g_ptr_array_new();
    Search search = {.rules = rules, .depth = depth, .current = current};
    /* Paths hold references of their own only once they are returned. */
    Cert *first = (Cert *)(guintptr)leaf;
    g_ptr_array_add(current, first);
    extend(&search);
    g_autoptr(GPtrArray) best = search.best;
    if (best == NULL)
        return judge_alone(rules, first);
    if (found != NULL && !(search.best_set & UNKNOWN)) {
        found->finding = search.best_finding;
        found->certs =
            g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
        for (guint i = 0; i < best->len; i++)
            g_ptr_array_add(found->certs,
                            cert_ref(g_ptr_array_index(best, i)));
    }
    return search.best_set;
}
