#include "core/pki/trust.h"

#include "core/base/error.h"
#include "core/pki/cert_fields.h"
#include "core/pki/path.h"
#include "core/pki/pem.h"
#include "core/pki/revocation.h"

#include <string.h>

/*
 * Signatures checked for one message: it can bring 32 certificates of one
 * name, and each check of a large key costs up to a millisecond.
 */
#define MAX_CHECKS 300

struct Trust {
    gatomicrefcount refs;
    TrustPolicy policy;
    GPtrArray *anchors; /* all of them */
    GPtrArray *for_signing, *for_encryption;
    GPtrArray *distrusted;
    GPtrArray *intermediates;
    GPtrArray *crls;
    gboolean crls_given; /* by hand */
    GHashTable *answers; /* kid asked about → GBytes */
    GArray *settings;    /* RevocationSetting */
};

static const char *const purposes[] = {
    [TRUST_MAIL] = "mail",
    [TRUST_SIGNING] = "signing",
    [TRUST_ENCRYPTION] = "encryption",
};

const char *
trust_purpose_name(TrustPurpose purpose)
{
    return purposes[purpose];
}

gboolean
trust_purpose_from_name(const char *name, TrustPurpose *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(purposes); i++) {
        if (g_strcmp0(name, purposes[i]) == 0) {
            *out = (TrustPurpose)i;
            return TRUE;
        }
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "purpose is mail, signing or encryption");
    return FALSE;
}

static void
setting_clear(gpointer data)
{
    RevocationSetting *setting = data;
    cert_unref(setting->issuer);
}

static GPtrArray *
certs_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
}

Trust *
trust_new(const TrustPolicy *policy)
{
    Trust *trust = g_new0(Trust, 1);
    g_atomic_ref_count_init(&trust->refs);
    trust->policy = *policy;
    trust->anchors = certs_new();
    trust->for_signing = certs_new();
    trust->for_encryption = certs_new();
    trust->distrusted = certs_new();
    trust->intermediates = certs_new();
    trust->crls = g_ptr_array_new_with_free_func((GDestroyNotify)crl_free);
    trust->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)g_bytes_unref);
    trust->settings = g_array_new(FALSE, FALSE, sizeof(RevocationSetting));
    g_array_set_clear_func(trust->settings, setting_clear);
    return trust;
}

Trust *
trust_ref(Trust *trust)
{
    g_atomic_ref_count_inc(&trust->refs);
    return trust;
}

void
trust_free(Trust *trust)
{
    if (trust == NULL || !g_atomic_ref_count_dec(&trust->refs))
        return;
    g_ptr_array_unref(trust->anchors);
    g_ptr_array_unref(trust->for_signing);
    g_ptr_array_unref(trust->for_encryption);
    g_ptr_array_unref(trust->distrusted);
    g_ptr_array_unref(trust->intermediates);
    g_ptr_array_unref(trust->crls);
    g_hash_table_unref(trust->answers);
    g_array_unref(trust->settings);
    g_free(trust);
}

static void
copy_certs(GPtrArray *to, GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, cert_ref(g_ptr_array_index(from, i)));
}

static void
copy_revocation(Trust *to, const Trust *from)
{
    GHashTableIter iter;
    gpointer kid, ocsp;
    for (guint i = 0; i < from->crls->len; i++)
        trust_add_crl(to, g_ptr_array_index(from->crls, i));
    g_hash_table_iter_init(&iter, from->answers);
    while (g_hash_table_iter_next(&iter, &kid, &ocsp))
        trust_add_answer(to, kid, ocsp);
    for (guint i = 0; i < from->settings->len; i++) {
        const RevocationSetting *setting =
            &g_array_index(from->settings, RevocationSetting, i);
        trust_set_failure(to, setting->issuer, setting->hard);
    }
    to->crls_given = from->crls_given;
}

Trust *
trust_copy(const Trust *trust)
{
    Trust *copy = trust_new(&trust->policy);
    copy_certs(copy->anchors, trust->anchors);
    copy_certs(copy->for_signing, trust->for_signing);
    copy_certs(copy->for_encryption, trust->for_encryption);
    copy_certs(copy->distrusted, trust->distrusted);
    copy_certs(copy->intermediates, trust->intermediates);
    copy_revocation(copy, trust);
    return copy;
}

static Cert *
find_in(GPtrArray *certs, const char *kid)
{
    for (guint i = 0; i < certs->len; i++) {
        Cert *cert = g_ptr_array_index(certs, i);
        if (strcmp(cert_fingerprint(cert), kid) == 0)
            return cert;
    }
    return NULL;
}

Cert *
trust_find(const Trust *trust, const char *kid)
{
    Cert *cert = find_in(trust->anchors, kid);
    return cert != NULL ? cert : find_in(trust->intermediates, kid);
}

gboolean
trust_remove(Trust *trust, const char *kid)
{
    GPtrArray *const pools[] = {trust->anchors, trust->for_signing,
                                trust->for_encryption, trust->intermediates};
    gboolean removed = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(pools); i++) {
        Cert *cert = find_in(pools[i], kid);
        removed |= cert != NULL && g_ptr_array_remove(pools[i], cert);
    }
    return removed;
}

GPtrArray *
trust_anchors(const Trust *trust)
{
    return trust->anchors;
}

GPtrArray *
trust_intermediates(const Trust *trust)
{
    return trust->intermediates;
}

void
trust_add_crl(Trust *trust, Crl *crl)
{
    g_ptr_array_add(trust->crls, crl_ref(crl));
}

void
trust_add_answer(Trust *trust, const char *kid, GBytes *ocsp)
{
    g_hash_table_insert(trust->answers, g_strdup(kid), g_bytes_ref(ocsp));
}

void
trust_set_failure(Trust *trust, Cert *issuer, gboolean hard)
{
    const RevocationSetting setting = {cert_ref(issuer), hard};
    g_array_append_val(trust->settings, setting);
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
trust_add_anchor_for(Trust *trust, Cert *cert, TrustPurpose purpose)
{
    if (cert_is_distrusted(cert, PURPOSE_EMAIL)) {
        add_once(trust->distrusted, cert);
        return;
    }
    add_once(trust->anchors, cert);
    if (purpose != TRUST_ENCRYPTION)
        add_once(trust->for_signing, cert);
    if (purpose != TRUST_SIGNING)
        add_once(trust->for_encryption, cert);
}

void
trust_add_anchor(Trust *trust, Cert *cert)
{
    trust_add_anchor_for(trust, cert, TRUST_MAIL);
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
    trust->crls_given = TRUE;
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
    GPtrArray *anchors; /* those trusted for it */
    guint usage;        /* of keyUsage: one of these bits */
    gint64 at;          /* certificates are held to it */
    gint64 arrival;     /* and lists of revocations to this */
} Occasion;

static VerdictSet
judge(const Trust *trust, const Cert *leaf, GPtrArray *candidates,
      const Occasion *occasion, GPtrArray **path, RevocationFinding *finding)
{
    GPtrArray *pools[] = {trust->intermediates, candidates};
    gboolean required = trust->policy.require_revocation;
    gboolean revocable = required || trust->crls->len > 0 ||
                         trust->settings->len > 0 ||
                         g_hash_table_size(trust->answers) > 0;
    Revocation revocation = {
        .crls = trust->crls,
        .answers = trust->answers,
        .settings = trust->settings,
        .at = occasion->arrival,
        .required = required,
        .given = trust->crls_given,
    };
    guint budget = MAX_CHECKS;
    const PathRules rules = {
        .pools = pools,
        .n_pools = G_N_ELEMENTS(pools),
        .anchors = occasion->anchors,
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
    PathFound found = {0};
    VerdictSet set = path_find(&rules, leaf, 0, &found);
    g_autoptr(GPtrArray) certs = found.certs;
    if (finding != NULL)
        *finding = found.finding;
    if (path != NULL)
        *path = g_steal_pointer(&certs);
    return set;
}

static VerdictSet
judge_signer(const Trust *trust, const Cert *signer, GPtrArray *candidates,
             gint64 at, gint64 arrival, GPtrArray **path,
             RevocationFinding *finding)
{
    const Occasion occasion = {
        trust->for_signing, USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION,
        at, arrival};
    VerdictSet set =
        judge(trust, signer, candidates, &occasion, path, finding);
    /* S13: a certificate without extensions says nothing of its use. */
    if (!cert_may_sign_mail(signer))
        set |= 1U << VERDICT_WRONG_USAGE;
    return set;
}

VerdictSet
trust_judge_arrived(const Trust *trust, const Cert *signer,
                    GPtrArray *candidates, gint64 at, gint64 arrival,
                    RevocationFinding *finding)
{
    return judge_signer(trust, signer, candidates, at, arrival, NULL,
                        finding);
}

VerdictSet
trust_judge_recipient(const Trust *trust, const Cert *recipient,
                      GPtrArray *candidates, gint64 at, GPtrArray **path)
{
    const Occasion occasion = {trust->for_encryption,
                               cert_wrapping_usage(recipient), at, at};
    VerdictSet set =
        judge(trust, recipient, candidates, &occasion, path, NULL);
    if (!cert_may_encrypt_mail(recipient))
        set |= 1U << VERDICT_WRONG_USAGE;
    return set;
}

VerdictSet
trust_judge(const Trust *trust, const Cert *signer, GPtrArray *candidates,
            gint64 at, GPtrArray **path)
{
    return judge_signer(trust, signer, candidates, at, at, path, NULL);
}
