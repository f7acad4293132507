#include "core/mail/judge_peel.h"

#include "core/base/error.h"
#include "core/cms/compressed.h"
#include "core/cms/content_info.h"
#include "core/cms/enveloped_data.h"
#include "core/cms/signed_data.h"
#include "core/mail/judge_headers.h"
#include "core/mime/gate.h"
#include "core/mime/wrap.h"
#include "core/pki/trust.h"

#define LAYERS_MAX 4                   /* SEC-03 */
#define CONTENT_MAX (50 * 1024 * 1024) /* SEC-01 */
#define SKEW_MAX (24 * 3600)           /* SEC-17 */
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

static void
forget_signer(Judgement *out)
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
    out->has_signing_time = FALSE;
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

static gboolean
is_for_reader(const Recipient *recipient, const GPtrArray *readers)
{
    for (guint i = 0; readers != NULL && i < readers->len; i++)
        if (recipient_is_for(recipient, g_ptr_array_index(readers, i)))
            return TRUE;
    return FALSE;
}

/* What is remembered of an envelope, so that its keys open no other. */
static void
remember_envelope(Judgement *out, const EnvelopedData *data,
                  const GPtrArray *readers)
{
    out->key_hashes = g_ptr_array_new_with_free_func(g_free);
    out->content_hash = enveloped_data_content_hash(data);
    for (guint i = 0; i < data->recipients->len; i++) {
        const Recipient *one = g_ptr_array_index(data->recipients, i);
        if (is_for_reader(one, readers))
            g_ptr_array_add(out->key_hashes, recipient_key_hash(one));
    }
}

/*
 * Steals cms. A signature outside says nothing about the text inside (RFC
 * 9787 §4.4): its verdict stays, its signer is not the author.
 */
static gboolean
peel_opened(Peel *peel, GBytes *cms, GError **error)
{
    Judgement *out = peel->out;
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, error);
    g_bytes_unref(cms);
    if (data == NULL)
        return FALSE;
    remember_envelope(out, data, peel->input->readers);
    out->authenticated = data->authenticated;
    GBytes *entity = enveloped_data_take(g_steal_pointer(&data),
                                         peel->input->content_key, error);
    if (entity == NULL)
        return FALSE;
    entity_set(peel, entity);
    forget_signer(out);
    peel->is_signed = FALSE;
    peel->is_opened = out->opened = TRUE;
    return TRUE;
}

/* Steals cms. */
static gboolean
peel_encrypted(Peel *peel, GBytes *cms, GError **error)
{
    Judgement *out = peel->out;
    gboolean weak;
    const char *cipher = cms_cipher(cms, &weak);
    layer_add(peel, "encrypted", cipher, NULL);
    out->encryption = weak ? "weak" : "encrypted";
    if (weak)
        peel->reasons |= REASON_WEAK_ENCRYPTION;
    if (peel->input->content_key != NULL && !peel->is_opened)
        return peel_opened(peel, cms, error);

    peel->is_locked = cipher != NULL;
    entity_set(peel, NULL);
    if (out->enveloped == NULL && !peel->is_opened)
        out->enveloped = cms;
    else
        g_bytes_unref(cms);
    return TRUE;
}

/* Steals cms. What cannot be read shows nothing; what is too large is an
 * error. */
static gboolean
peel_compressed(Peel *peel, GBytes *cms, GError **error)
{
    g_autoptr(GBytes) held = cms;
    g_autoptr(GError) problem = NULL;
    layer_add(peel, "compressed", "zlib", NULL);
    entity_set(peel, peel->is_compressed
                         ? NULL
                         : compressed_data_read(held, CONTENT_MAX, &problem));
    peel->is_compressed = TRUE;
    if (!g_error_matches(problem, APP_ERROR, APP_ERROR_TOO_LARGE))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

/* Steals cms, what an application/pkcs7-mime part or a bare file holds. */
static gboolean
peel_cms(Peel *peel, GBytes *cms, GError **error)
{
    const char *kind = cms == NULL ? NULL : cms_content_kind(cms);
    if (g_strcmp0(kind, "compressed") == 0)
        return peel_compressed(peel, cms, error);
    if (g_strcmp0(kind, "enveloped") == 0 ||
        g_strcmp0(kind, "auth-enveloped") == 0)
        return peel_encrypted(peel, cms, error);
    if (kind != NULL) {
        peel_opaque_signed(peel, cms);
        return TRUE;
    }
    g_clear_pointer(&cms, g_bytes_unref);
    add_signed(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
    entity_set(peel, NULL);
    return TRUE;
}

/* Where data lies inside whole. */
static GBytes *
slice(GBytes *whole, const guint8 *data, gsize size)
{
    const guint8 *base = g_bytes_get_data(whole, NULL);
    return g_bytes_new_from_bytes(whole, (gsize)(data - base), size);
}

static void
peel_signed(Peel *peel, const Layer *layer)
{
    g_autoptr(GBytes) cms = layer_cms(layer, NULL);
    g_autoptr(GBytes) content =
        slice(peel->entity, layer->payload, layer->payload_size);
    if (cms == NULL)
        add_signed(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
    else
        peel_detached(peel, cms, content);
}

/* Takes one layer off the entity; *more: what is left may have another. */
static gboolean
peel_layer(Peel *peel, gboolean *more, GError **error)
{
    Span entity = span_of(peel->entity);
    g_autoptr(Layer) layer = layer_find(entity.data, entity.size);
    const GBytes *before = peel->entity;
    gboolean done = TRUE;
    if (layer->outside)
        peel->reasons |= REASON_OUTSIDE_SIGNATURE;
    switch (layer->kind) {
    case LAYER_NONE:
        break;
    case LAYER_SIGNED:
        peel_signed(peel, layer);
        break;
    case LAYER_OPAQUE:
        done = peel_cms(peel, layer_cms(layer, peel->input->forget), error);
        break;
    case LAYER_BROKEN:
        add_signed(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
        break;
    }
    *more = peel->entity != NULL && peel->entity != before;
    return done;
}

/*
 * The content of an opaque layer is outside bytes anew, so it passes the gate
 * like the message did.
 */
static gboolean
peel_layers(Peel *peel, GError **error)
{
    gboolean more = TRUE;
    while (more) {
        if (!peel_layer(peel, &more, error))
            return FALSE;
        if (peel->out->layers->len > LAYERS_MAX) {
            g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                        "message: more than %d layers", LAYERS_MAX);
            return FALSE;
        }
        Span entity = more ? span_of(peel->entity) : (Span){NULL, 0};
        if (more && !gate_check(entity.data, entity.size, error))
            return FALSE;
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
    else if (!peel_cms(peel, g_bytes_ref(cms), error))
        return FALSE;
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
