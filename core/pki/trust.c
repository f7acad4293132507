#include "core/pki/trust.h"

#include "core/base/error.h"
#include "core/pki/cert_fields.h"
#include "core/pki/path.h"
#include "core/pki/pem.h"
#include "core/pki/revocation.h"

/*
 * Signatures checked for one message: it can bring 32 certificates of one
 * name, and each check of a large key costs up to a millisecond.
 */
#define MAX_CHECKS 300

struct Trust {
    TrustPolicy policy;
    GPtrArray *anchors;
    GPtrArray *distrusted;
    GPtrArray *intermediates;
    GPtrArray *crls;
};

Trust *
trust_new(const TrustPolicy *policy)
{
    Trust *trust = g_new0(Trust, 1);
    trust->policy = *policy;
    trust->anchors =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    trust->distrusted =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    trust->intermediates =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    trust->crls = g_ptr_array_new_with_free_func((GDestroyNotify)crl_free);
    return trust;
}

void
trust_free(Trust *trust)
{
    if (trust == NULL)
        return;
    g_ptr_array_unref(trust->anchors);
    g_ptr_array_unref(trust->distrusted);
    g_ptr_array_unref(trust->intermediates);
    g_ptr_array_unref(trust->crls);
    g_free(trust);
}

/* A bundle often repeats what another file has. */
static void
add_once(GPtrArray *certs, Cert *cert)
{
    for (guint i = 0; i < certs->len; i++) {
        if (cert_equal(g_ptr_array_index(certs, i), cert))
            return;
    }
    g_ptr_array_add(certs, cert_ref(cert));
}

void
trust_add_anchor(Trust *trust, Cert *cert)
{
    if (cert_is_distrusted(cert, PURPOSE_EMAIL))
        add_once(trust->distrusted, cert);
    else
        add_once(trust->anchors, cert);
}

void
trust_add_intermediate(Trust *trust, Cert *cert)
{
    add_once(trust->intermediates, cert);
}

static gboolean
add_crl(const char *label, GBytes *der, gpointer data, GError **error)
{
    Trust *trust = data;
    if (g_strcmp0(label, "X509 CRL") != 0)
        return TRUE;
    Crl *crl = crl_parse(der, error);
    if (crl == NULL)
        return FALSE;
    g_ptr_array_add(trust->crls, crl);
    return TRUE;
}

gboolean
trust_add_crls(Trust *trust, GBytes *bytes, GError **error)
{
    guint before = trust->crls->len;
    gboolean added = pem_is(bytes) ? pem_each(bytes, add_crl, trust, error)
                                   : add_crl("X509 CRL", bytes, trust, error);
    if (added && trust->crls->len == before) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                            "CRL file: no CRL in it");
        return FALSE;
    }
    return added;
}

const TrustPolicy *
trust_policy(const Trust *trust)
{
    return &trust->policy;
}

/* What a leaf is judged for, and when. */
typedef struct {
    guint usage;    /* of keyUsage: one of these bits */
    gint64 at;      /* certificates are held to it */
    gint64 arrival; /* and lists of revocations to this */
} Occasion;

static VerdictSet
judge(const Trust *trust, const Cert *leaf, GPtrArray *candidates,
      const Occasion *occasion, GPtrArray **path)
{
    GPtrArray *pools[] = {trust->intermediates, candidates};
    gboolean required = trust->policy.require_revocation;
    gboolean revocable = required || trust->crls->len > 0;
    Revocation revocation = {trust->crls, occasion->arrival, required};
    guint budget = MAX_CHECKS;
    const PathRules rules = {
        .pools = pools,
        .n_pools = G_N_ELEMENTS(pools),
        .anchors = trust->anchors,
        .distrusted = trust->distrusted,
        .at = occasion->at,
        .purpose = PURPOSE_EMAIL,
        .leaf_usage = occasion->usage,
        .policy = &trust->policy,
        .max_certs = CERT_MAX_CHAIN,
        .budget = &budget,
        .revocation = revocable ? revocation_judge : NULL,
        .data = &revocation,
    };
    if (path != NULL)
        *path = NULL;
    return path_find(&rules, leaf, 0, path);
}

VerdictSet
trust_judge_arrived(const Trust *trust, const Cert *signer,
                    GPtrArray *candidates, gint64 at, gint64 arrival,
                    GPtrArray **path)
{
    const Occasion occasion = {
        USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION, at, arrival};
    VerdictSet set = judge(trust, signer, candidates, &occasion, path);
    /* S13: a certificate without extensions says nothing of its use. */
    if (!cert_may_sign_mail(signer))
        set |= 1U << VERDICT_WRONG_USAGE;
    return set;
}

VerdictSet
trust_judge_recipient(const Trust *trust, const Cert *recipient,
                      GPtrArray *candidates, gint64 at, GPtrArray **path)
{
    const Occasion occasion = {cert_wrapping_usage(recipient), at, at};
    VerdictSet set = judge(trust, recipient, candidates, &occasion, path);
    if (!cert_may_encrypt_mail(recipient))
        set |= 1U << VERDICT_WRONG_USAGE;
    return set;
}

VerdictSet
trust_judge(const Trust *trust, const Cert *signer, GPtrArray *candidates,
            gint64 at, GPtrArray **path)
{
    return trust_judge_arrived(trust, signer, candidates, at, at, path);
}
