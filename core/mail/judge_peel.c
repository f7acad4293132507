#include "core/mail/judge_peel.h"

#include "core/base/error.h"
#include "core/cms/content_info.h"
#include "core/cms/signed_data.h"
#include "core/mail/judge_headers.h"
#include "core/mime/gate.h"
#include "core/mime/wrap.h"
#include "core/pki/trust.h"

#define LAYERS_MAX 4         /* SEC-03 */
#define SKEW_MAX (24 * 3600) /* SEC-17 */
#define CLOCKS_MAY_DIFFER_BY (5 * 60)

static void
layer_add(Peel *peel, const char *kind, const char *algorithm,
          const char *verdict)
{
    JudgedLayer *layer = g_new0(JudgedLayer, 1);
    layer->kind = kind;
    layer->algorithm = g_strdup(algorithm);
    layer->verdict = verdict;
    g_ptr_array_add(peel->out->layers, layer);
}

static void
add_signed(Peel *peel, const char *algorithm, VerdictSet verdicts)
{
    peel->is_signed = TRUE;
    peel->verdicts |= verdicts;
    layer_add(peel, "signed", algorithm,
              verdict_code(verdict_first(verdicts)));
}

/* The details that a person can ask for; those of the outermost signer. */
static void
remember_signer(Judgement *out, const SignedData *data)
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
signer_judge(const Peel *peel, const SignedData *data)
{
    if (data->signer == NULL)
        return 0;
    gint64 arrival = peel->input->arrival;
    gint64 at = arrival;
    if (data->has_signing_time)
        at = MIN(at, data->signing_time);
    g_autoptr(GPtrArray) candidates = candidates_new(peel, data);
    VerdictSet verdicts = trust_judge_arrived(
        peel->input->trust, data->signer, candidates, at, arrival, NULL);
    if (peel->out->from != NULL &&
        !cert_has_address(data->signer, peel->out->from))
        verdicts |= VERDICT_BIT(VERDICT_ADDRESS_MISMATCH);
    return verdicts;
}

static SignedData *
signed_layer(Peel *peel, GBytes *cms, const Span *content, gsize n_content)
{
    const TrustPolicy *policy = trust_policy(peel->input->trust);
    SignedData *data =
        signed_data_read(cms, content, n_content, peel->input->certs,
                         policy->floor_rsa_bits, policy->floor_ec_bits);
    VerdictSet verdicts = data->verdicts | signer_judge(peel, data);
    if (peel->outer != NULL &&
        !judge_headers_are_sound(peel->outer, peel->input->from))
        verdicts |= VERDICT_BIT(VERDICT_MALFORMED);
    if (data->has_signing_time && time_is_skewed(peel, data->signing_time))
        peel->reasons |= REASON_TIME_SKEW;

    remember_signer(peel->out, data);
    add_signed(peel, data->algorithm, verdicts);
    return data;
}

static void
entity_set(Peel *peel, GBytes *entity)
{
    g_clear_pointer(&peel->entity, g_bytes_unref);
    peel->entity = entity;
}

static void
peel_detached(Peel *peel, GBytes *cms, GBytes *content)
{
    Span span = span_of(content);
    signed_data_free(signed_layer(peel, cms, &span, 1));
    entity_set(peel, g_bytes_ref(content));
}

/* Steals cms. */
static void
peel_opaque_signed(Peel *peel, GBytes *cms)
{
    g_autoptr(SignedData) data = signed_layer(peel, cms, NULL, 0);
    if (data->opaque) {
        entity_set(peel, signed_data_take_content(data, cms));
    } else {
        entity_set(peel, NULL);
        g_bytes_unref(cms);
    }
}

static void
peel_encrypted(Peel *peel, GBytes *cms)
{
    gboolean weak;
    const char *cipher = cms_cipher(cms, &weak);
    layer_add(peel, "encrypted", cipher, NULL);
    peel->is_locked = cipher != NULL;
    peel->out->encryption = weak ? "weak" : "encrypted";
    if (weak)
        peel->reasons |= REASON_WEAK_ENCRYPTION;
    entity_set(peel, NULL);
}

/* Steals cms, what an application/pkcs7-mime part or a bare file holds. */
static void
peel_cms(Peel *peel, GBytes *cms)
{
    const char *kind = cms == NULL ? NULL : cms_content_kind(cms);
    if (g_strcmp0(kind, "signed") == 0) {
        peel_opaque_signed(peel, cms);
        return;
    }
    g_autoptr(GBytes) held = cms;
    if (kind == NULL) {
        add_signed(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
    } else if (g_str_equal(kind, "compressed")) {
        layer_add(peel, "compressed", NULL, NULL);
    } else {
        peel_encrypted(peel, held);
        return;
    }
    entity_set(peel, NULL);
}

/* Where data lies inside whole. */
static GBytes *
slice(GBytes *whole, const guint8 *data, gsize size)
{
    const guint8 *base = g_bytes_get_data(whole, NULL);
    return g_bytes_new_from_bytes(whole, (gsize)(data - base), size);
}

/* Takes one layer off the entity; FALSE when there is none. */
static gboolean
peel_layer(Peel *peel)
{
    Span entity = span_of(peel->entity);
    g_autoptr(Layer) layer = layer_find(entity.data, entity.size);
    if (layer->outside)
        peel->reasons |= REASON_OUTSIDE_SIGNATURE;
    switch (layer->kind) {
    case LAYER_NONE:
        return FALSE;
    case LAYER_SIGNED: {
        g_autoptr(GBytes) cms = layer_cms(layer, NULL);
        g_autoptr(GBytes) content =
            slice(peel->entity, layer->payload, layer->payload_size);
        if (cms == NULL)
            add_signed(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
        else
            peel_detached(peel, cms, content);
        return cms != NULL;
    }
    case LAYER_OPAQUE:
        peel_cms(peel, layer_cms(layer, peel->input->forget));
        return peel->entity != NULL;
    case LAYER_BROKEN:
        add_signed(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
        return FALSE;
    }
    return FALSE;
}

/*
 * The content of an opaque layer is outside bytes anew, so it passes the gate
 * like the message did.
 */
static gboolean
peel_layers(Peel *peel, GError **error)
{
    while (peel_layer(peel)) {
        Span entity = span_of(peel->entity);
        if (!gate_check(entity.data, entity.size, error))
            return FALSE;
        if (peel->out->layers->len > LAYERS_MAX) {
            g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                        "message: more than %d layers", LAYERS_MAX);
            return FALSE;
        }
    }
    return TRUE;
}

/* A bare object: its content need not be mail, so it may fail the gate. */
static gboolean
peel_bare(Peel *peel, GBytes *cms, GError **error)
{
    if (peel->input->content != NULL &&
        g_strcmp0(cms_content_kind(cms), "signed") == 0)
        peel_detached(peel, cms, peel->input->content);
    else
        peel_cms(peel, g_bytes_ref(cms));
    if (peel->entity == NULL)
        return TRUE;

    Span entity = span_of(peel->entity);
    peel->is_raw = !gate_check(entity.data, entity.size, NULL);
    return peel->is_raw || peel_layers(peel, error);
}

gboolean
peel_source(Peel *peel, const JudgeSource *source, GError **error)
{
    if (source->cms != NULL) {
        peel->out->from = g_strdup(peel->input->from);
        return peel_bare(peel, source->cms, error);
    }
    Span entity = span_of(source->entity);
    if (!gate_check(entity.data, entity.size, error))
        return FALSE;
    peel->outer = headers_parse(entity.data, entity.size);
    peel->out->from = judge_headers_from(peel->outer, peel->input->from);
    peel->entity = g_bytes_ref(source->entity);
    return peel_layers(peel, error);
}

void
peel_clear(Peel *peel)
{
    g_clear_pointer(&peel->outer, headers_free);
    g_clear_pointer(&peel->entity, g_bytes_unref);
}
