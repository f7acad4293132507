/*
 * Certificates and CRLs from outside, and the judgement of them. The first
 * certificate of the input is the signer, the last the anchor, all of them
 * candidates; what is no certificate is tried as a CRL and as a PEM file.
 * Changed bytes are never well signed, so that names, policies and scopes are
 * also put together without asking for signatures.
 */
#include "core/pki/constraints.h"
#include "core/pki/crl_scope.h"
#include "core/pki/policy.h"
#include "core/pki/trust.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* As many bytes as a DER value at data says it has, at most size. */
static gsize
value_size(const guint8 *data, gsize size)
{
    if (size < 4 || data[0] != 0x30)
        return size;
    if (data[1] < 0x80)
        return MIN(size, 2U + data[1]);
    if (data[1] == 0x81)
        return MIN(size, 3U + data[2]);
    return MIN(size, 4U + (data[2] << 8 | data[3]));
}

static void
put_together(GPtrArray *certs, GPtrArray *crls)
{
    g_autoptr(PolicyState) policy = policy_state_new(certs->len, FALSE);
    for (guint i = 0; i < certs->len; i++) {
        const Cert *above = g_ptr_array_index(certs, i);
        policy_state_add(policy, above, i + 1 == certs->len);
        for (guint j = 0; j < certs->len; j++)
            constraints_allow(above, g_ptr_array_index(certs, j));
        for (guint j = 0; j < crls->len; j++)
            crl_scope_reasons(g_ptr_array_index(crls, j), above);
    }
    policy_state_accepts(policy, NULL);
}

static void
use(GPtrArray *certs, Trust *trust)
{
    if (certs->len == 0)
        return;
    g_autoptr(GPtrArray) path = NULL;
    Cert *signer = g_ptr_array_index(certs, 0);
    trust_add_anchor(trust, g_ptr_array_index(certs, certs->len - 1));
    trust_judge(trust, signer, certs, G_GINT64_CONSTANT(1795608000), &path);
    g_auto(GStrv) problems = cert_signing_problems(
        signer, "ana@example.org", G_GINT64_CONSTANT(1795608000), 2048, 256);
    g_assert(problems != NULL);
    for (const char *const *own = cert_addresses(signer); *own; own++)
        cert_has_address(signer, *own);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GPtrArray) certs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    g_autoptr(GPtrArray) crls =
        g_ptr_array_new_with_free_func((GDestroyNotify)crl_free);
    g_autoptr(GBytes) all = g_bytes_new_static(data, size);
    g_autoptr(GPtrArray) file = cert_parse_file(all, NULL);
    g_assert(file == NULL || file->len > 0);
    trust_add_crls(trust, all, NULL);
    while (size > 0 && certs->len < 9) {
        gsize part = value_size(data, size);
        g_autoptr(GBytes) der = g_bytes_new_static(data, part);
        Cert *cert = cert_parse(der, NULL);
        Crl *crl = crl_parse(der, NULL);
        if (cert != NULL)
            g_ptr_array_add(certs, cert);
        if (crl != NULL) {
            trust_add_crls(trust, der, NULL);
            g_ptr_array_add(crls, crl);
        }
        data += part;
        size -= part;
    }
    put_together(certs, crls);
    use(certs, trust);
    return 0;
}
