#include "core/mail/judge_signed.h"

#include "core/mail/judge_headers.h"

#define SKEW_MAX (24 * 3600) /* SEC-17 */
#define CLOCKS_MAY_DIFFER_BY (5 * 60)

void
judge_layer_add(Peel *peel, const char *kind, const char *algorithm,
                const char *verdict)
{
    JudgedLayer *layer = g_new0(JudgedLayer, 1);
    layer->kind = kind;
    layer->algorithm = g_strdup(algorithm);
    layer->verdict = verdict;
    g_ptr_array_add(peel->out->layers, layer);
}

void
judge_signed_add(Peel *peel, const char *algorithm, VerdictSet verdicts)
{
    peel->is_signed = TRUE;
    peel->verdicts |= verdicts;
    judge_layer_add(peel, "signed", algorithm,
                    verdict_code(verdict_first(verdicts)));
}

void
judge_signed_forget(Judgement *out)
{
    g_clear_pointer(&out->digest, g_free);
    g_clear_pointer(&out->addresses, g_strfreev);
    g_clear_pointer(&out->name, g_free);
    g_clear_pointer(&out->issuer, g_free);
    g_clear_pointer(&out->issuer_name, g_free);
    g_clear_pointer(&out->fingerprint, g_free);
    g_clear_pointer(&out->key, g_free);
    g_clear_pointer(&out->signer, cert_unref);
    g_clear_pointer(&out->certs, g_ptr_array_unref);
    g_clear_pointer(&out->capabilities, g_bytes_unref);
    out->not_before = out->not_after = out->signing_time = 0;
    out->revocation = (RevocationFinding){0};
    out->has_signing_time = FALSE;
}

/* The details that a person can ask for; those of the outermost signer. */
static void
remember_signer(Judgement *out, const SignedData *data,
                const RevocationFinding *revocation)
{
    if (out->digest == NULL)
        out->digest = g_strdup(data->digest);
    if (data->has_signing_time && !out->has_signing_time) {
        out->has_signing_time = TRUE;
        out->signing_time = data->signing_time;
    }
    const Cert *signer = data->signer;
    if (signer == NULL || out->fingerprint != NULL)
        return;
    out->addresses = g_strdupv((char **)(gsize)cert_addresses(signer));
    out->name = g_strdup(cert_name(signer));
    out->issuer = g_strdup(cert_issuer(signer));
    out->issuer_name = g_strdup(cert_issuer_name(signer));
    out->fingerprint = g_strdup(cert_fingerprint(signer));
    out->key = g_strdup(cert_algorithm(signer));
    out->not_before = cert_not_before(signer);
    out->not_after = cert_not_after(signer);
    out->revocation = *revocation;
    out->signer = cert_ref(data->signer);
    out->certs = g_ptr_array_ref(data->certs);
    if (data->capabilities.size > 0)
        out->capabilities = span_copy(data->capabilities);
}

/* SEC-17; a signer who states no time is judged by the arrival. */
static gboolean
time_is_skewed(const Peel *peel, gint64 signing_time)
{
    gint64 date;
    if (peel->outer == NULL || !headers_date(peel->outer, &date))
        date = peel->input->arrival;
    return ABS(signing_time - date) > SKEW_MAX ||
           signing_time > peel->input->now + CLOCKS_MAY_DIFFER_BY;
}

/* Certificates that came along, and those that the caller knows. */
static GPtrArray *
candidates_new(const Peel *peel, const SignedData *data)
{
    GPtrArray *all = g_ptr_array_new();
    g_ptr_array_extend(all, data->certs, NULL, NULL);
    if (peel->input->certs != NULL)
        g_ptr_array_extend(all, peel->input->certs, NULL, NULL);
    return all;
}

/* Certificates are held to the earlier time; revocation to the arrival, for
 * the signing time is the signer's own word. */
static VerdictSet
signer_judge(const Peel *peel, const SignedData *data,
             RevocationFinding *revocation)
{
    if (data->signer == NULL)
        return 0;
    gint64 arrival = peel->input->arrival;
    gint64 at = arrival;
    if (data->has_signing_time)
        at = MIN(at, data->signing_time);
    g_autoptr(GPtrArray) candidates = candidates_new(peel, data);
    VerdictSet verdicts =
        trust_judge_arrived(peel->input->trust, data->signer, candidates, at,
                            arrival, revocation);
    if (peel->out->from != NULL &&
        !cert_has_address(data->signer, peel->out->from))
        verdicts |= VERDICT_BIT(VERDICT_ADDRESS_MISMATCH);
    return verdicts;
}

SignedData *
judge_signed(Peel *peel, GBytes *cms, const Span *content, gsize n_content)
{
    const TrustPolicy *policy = trust_policy(peel->input->trust);
    SignedData *data =
        signed_data_read(cms, content, n_content, peel->input->certs,
                         policy->floor_rsa_bits, policy->floor_ec_bits);
    RevocationFinding revocation = {0};
    VerdictSet verdicts =
        data->verdicts | signer_judge(peel, data, &revocation);
    if (peel->outer != NULL &&
        !judge_headers_are_sound(peel->outer, peel->input->from))
        verdicts |= VERDICT_BIT(VERDICT_MALFORMED);
    if (data->has_signing_time && time_is_skewed(peel, data->signing_time))
        peel->reasons |= REASON_TIME_SKEW;

    remember_signer(peel->out, data, &revocation);
    judge_signed_add(peel, data->algorithm, verdicts);
    return data;
}
