#include "core/mail/judge.h"

#include "core/mail/judge_headers.h"
#include "core/mail/judge_peel.h"
#include "core/mime/view.h"
#include "core/mime/wrap.h"

static const char *const reason_codes[] = {
    "time-skew",      "header-mismatch", "outside-signature",
    "remote-content", "errant-layer",    "weak-encryption",
};

/* Are the fields inside what the fields outside say that they are? */
static void
compare_headers(Peel *peel, const guint8 *data, gsize size)
{
    if (peel->outer == NULL || !(peel->is_signed || peel->is_opened))
        return;
    g_autoptr(Protected) inside = protected_find(data, size);
    GPtrArray *differing = peel->out->differing;
    judge_headers_compare(peel->outer, inside, peel->is_opened, differing);
    if (differing->len > 0)
        peel->reasons |= REASON_HEADER_MISMATCH;
}

/* What is inside the layers, seen with a reader's eyes. */
static void
inspect_payload(Peel *peel)
{
    if (peel->entity == NULL || peel->is_raw)
        return;
    gsize size;
    const guint8 *data = g_bytes_get_data(peel->entity, &size);
    if (layer_is_errant(data, size))
        peel->reasons |= REASON_ERRANT_LAYER;
    if (peel->is_signed && view_has_remote(data, size))
        peel->reasons |= REASON_REMOTE_CONTENT;
    compare_headers(peel, data, size);
}

/*
 * A signature around an encrypted layer says nothing about the text inside
 * (RFC 9787 §4.4): the layer keeps its verdict, the message gets none.
 */
static const char *
signature_of(const Peel *peel)
{
    gboolean says_nothing = !peel->is_signed || peel->is_locked;
    if (says_nothing && peel->verdicts == 0)
        return "none";
    return verdict_code(verdict_first(peel->verdicts));
}

/* SECURITY §4: any failed, weak or errant layer is unprotected. */
static const char *
state_of(const Peel *peel)
{
    if (peel->verdicts != 0 || peel->reasons != 0)
        return "unprotected";
    if (peel->is_locked)
        return "encrypted-locked";
    gboolean is_verified = peel->is_signed && peel->entity != NULL;
    if (peel->is_opened)
        return is_verified ? "confidential" : "encrypted-unverified";
    return is_verified ? "verified" : "unprotected";
}

/* An encrypted layer that only its cipher's mode could vouch for, and does
 * not, is text and no more (SEC-30). */
static void
conclude_cover(Peel *peel)
{
    Judgement *out = peel->out;
    gboolean is_verified = peel->is_signed && !peel->is_locked &&
                           peel->verdicts == 0 && peel->entity != NULL;
    out->covered = is_verified || (peel->is_opened && out->authenticated &&
                                   !peel->is_locked);
    out->text_only = peel->is_opened && !out->covered;
}

static void
conclude(Peel *peel)
{
    Judgement *out = peel->out;
    out->signature = signature_of(peel);
    out->state = state_of(peel);
    conclude_cover(peel);
    for (guint v = 0; v < VERDICT_VERIFIED; v++)
        if (peel->verdicts & VERDICT_BIT(v))
            g_ptr_array_add(out->reasons,
                            (gpointer)(gsize)verdict_code((Verdict)v));
    for (guint i = 0; i < G_N_ELEMENTS(reason_codes); i++)
        if (peel->reasons & 1U << i)
            g_ptr_array_add(out->reasons, (gpointer)(gsize)reason_codes[i]);
}

static void
judged_layer_free(gpointer data)
{
    JudgedLayer *layer = data;
    g_free(layer->algorithm);
    g_free(layer);
}

static Judgement *
judgement_new(void)
{
    Judgement *out = g_new0(Judgement, 1);
    out->layers = g_ptr_array_new_with_free_func(judged_layer_free);
    out->reasons = g_ptr_array_new();
    out->differing = g_ptr_array_new();
    out->encryption = "none";
    return out;
}

Judgement *
judge_message(GBytes *message, const JudgeInput *input, GError **error)
{
    g_auto(JudgeSource) source = judge_source_find(message);
    g_autoptr(Judgement) out = judgement_new();
    g_auto(Peel) peel = {.input = input, .out = out};
    if (!peel_source(&peel, &source, error))
        return NULL;
    inspect_payload(&peel);
    conclude(&peel);
    out->payload = g_bytes_ref(peel.entity != NULL ? peel.entity : message);
    return g_steal_pointer(&out);
}

void
judgement_free(Judgement *judgement)
{
    if (judgement == NULL)
        return;
    g_ptr_array_unref(judgement->layers);
    g_ptr_array_unref(judgement->reasons);
    g_strfreev(judgement->addresses);
    g_free(judgement->name);
    g_free(judgement->issuer);
    g_free(judgement->issuer_name);
    g_free(judgement->fingerprint);
    g_free(judgement->key);
    g_free(judgement->digest);
    g_free(judgement->from);
    g_ptr_array_unref(judgement->differing);
    g_clear_pointer(&judgement->payload, g_bytes_unref);
    cert_unref(judgement->signer);
    g_clear_pointer(&judgement->certs, g_ptr_array_unref);
    g_clear_pointer(&judgement->capabilities, g_bytes_unref);
    g_clear_pointer(&judgement->enveloped, g_bytes_unref);
    g_clear_pointer(&judgement->key_hashes, g_ptr_array_unref);
    g_free(judgement->content_hash);
    g_free(judgement);
}
