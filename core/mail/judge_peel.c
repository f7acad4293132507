#include "core/mail/judge_peel.h"

#include "core/base/error.h"
#include "core/cms/compressed.h"
#include "core/cms/content_info.h"
#include "core/cms/enveloped_data.h"
#include "core/mail/judge_headers.h"
#include "core/mail/judge_signed.h"
#include "core/mime/gate.h"
#include "core/mime/wrap.h"

#define LAYERS_MAX 4                   /* SEC-03 */
#define CONTENT_MAX (50 * 1024 * 1024) /* SEC-01 */

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
    signed_data_free(judge_signed(peel, cms, &span, 1));
    entity_set(peel, g_bytes_ref(content));
}

/* Steals cms. */
static void
peel_opaque_signed(Peel *peel, GBytes *cms)
{
    g_autoptr(SignedData) data = judge_signed(peel, cms, NULL, 0);
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
    judge_signed_forget(out);
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
    judge_layer_add(peel, "encrypted", cipher, NULL);
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
    judge_layer_add(peel, "compressed", "zlib", NULL);
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
    judge_signed_add(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
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
        judge_signed_add(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
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
        judge_signed_add(peel, NULL, VERDICT_BIT(VERDICT_MALFORMED));
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
