#include "core/pki/path.h"

#include "core/pki/cert_fields.h"
#include "core/pki/constraints.h"
#include "core/pki/policy.h"
#include "core/pki/strength.h"

#define UNKNOWN (1U << VERDICT_UNKNOWN_ISSUER)

static const Cert *
cert_at(GPtrArray *path, guint index)
{
    return g_ptr_array_index(path, index);
}

static VerdictSet
check_time(const Cert *cert, gint64 at)
{
    VerdictSet set = 0;
    if (at < cert->not_before)
        set |= 1U << VERDICT_NOT_YET_VALID;
    if (at > cert->not_after)
        set |= 1U << VERDICT_EXPIRED;
    return set;
}

static VerdictSet
check_strength(const PathRules *rules, GPtrArray *path)
{
    VerdictSet set = 0;
    for (guint i = 0; i < path->len; i++) {
        const Cert *cert = cert_at(path, i);
        gboolean is_anchor = i > 0 && i == path->len - 1;
        /* An anchor is trusted for its key, not for how it was signed. */
        Strength strength =
            is_anchor ? strength_of_key(cert->kind, cert->bits, rules->policy)
                      : strength_of_cert(cert, rules->policy);
        if (strength != STRENGTH_GOOD)
            set |= 1U << VERDICT_WEAK;
    }
    return set;
}

static VerdictSet
check_leaf(const PathRules *rules, const Cert *leaf)
{
    const CertExtensions *extensions = &leaf->extensions;
    gboolean usable = rules->leaf_usage == 0 || !extensions->has_key_usage ||
                      (extensions->key_usage & rules->leaf_usage) != 0;
    if (rules->purpose != NULL)
        usable &= cert_has_purpose(leaf, rules->purpose);
    return usable ? 0 : 1U << VERDICT_WRONG_USAGE;
}

/* §6.1.4 (k), (n): may this certificate vouch for others? An anchor of
 * version 1 cannot say so itself; the administrator said it. */
static gboolean
is_authority(const PathRules *rules, const Cert *cert, gboolean is_anchor)
{
    const CertExtensions *extensions = &cert->extensions;
    if (cert->version < 3)
        return is_anchor;
    return extensions->is_ca &&
           (!extensions->has_key_usage ||
            (extensions->key_usage & USAGE_CERT_SIGN) != 0) &&
           (rules->purpose == NULL || cert_has_purpose(cert, rules->purpose));
}

/* Authorities from the anchor down, and how many may follow each. */
static gboolean
check_authorities(const PathRules *rules, GPtrArray *path)
{
    guint left = rules->max_certs;
    for (guint i = path->len - 1; i > 0; i--) {
        const Cert *cert = cert_at(path, i);
        gboolean is_anchor = i == path->len - 1;
        if (!is_authority(rules, cert, is_anchor))
            return FALSE;
        /* §6.1.4 (l): a self-issued one, as at key rollover, is free. */
        if (!is_anchor && !cert_is_self_issued(cert)) {
            if (left == 0)
                return FALSE;
            left--;
        }
        gint limit = cert->extensions.path_len;
        if (limit >= 0 && (guint)limit < left)
            left = (guint)limit;
    }
    return TRUE;
}

static gboolean
check_extensions(GPtrArray *path)
{
    for (guint i = 0; i < path->len; i++) {
        if (cert_at(path, i)->extensions.unknown_critical)
            return FALSE;
    }
    return TRUE;
}

/* Names compared for the price of one signature check: 64 names under 64
 * constraints at every step of a path would cost seconds. */
#define COMPARISONS_PER_CHECK 50

static gboolean
can_afford(const PathRules *rules, const Cert *authority, const Cert *cert)
{
    guint cost = authority->extensions.constraint_count *
                 (cert->extensions.alt_name_count + 1) /
                 COMPARISONS_PER_CHECK;
    gboolean enough = cost <= *rules->budget;
    *rules->budget -= enough ? cost : *rules->budget;
    return enough;
}

/* §6.1.3 (b), (c): each authority's constraints hold for all below it, but
 * for self-issued certificates in between. */
static gboolean
check_constraints(const PathRules *rules, GPtrArray *path)
{
    for (guint above = 1; above < path->len; above++) {
        for (guint i = 0; i < above; i++) {
            const Cert *cert = cert_at(path, i);
            if (i > 0 && cert_is_self_issued(cert))
                continue;
            if (!can_afford(rules, cert_at(path, above), cert) ||
                !constraints_allow(cert_at(path, above), cert))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_policies(const PathRules *rules, GPtrArray *path)
{
    guint length = path->len - 1;
    g_autoptr(PolicyState) state =
        policy_state_new(length, rules->explicit_policy);
    for (guint i = length; i > 0; i--) {
        if (!policy_state_add(state, cert_at(path, i - 1), i == 1))
            return FALSE;
    }
    return length == 0 || policy_state_accepts(state, rules->policies);
}

VerdictSet
path_check(const PathRules *rules, GPtrArray *path)
{
    VerdictSet set = check_leaf(rules, cert_at(path, 0));
    for (guint i = 0; i < path->len; i++)
        set |= check_time(cert_at(path, i), rules->at);
    set |= check_strength(rules, path);
    if (path->len > rules->max_certs || !check_authorities(rules, path) ||
        !check_extensions(path) || !check_constraints(rules, path) ||
        !check_policies(rules, path))
        set |= UNKNOWN;
    return set;
}
