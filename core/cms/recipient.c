#include "core/cms/recipient.h"

#include <gnutls/crypto.h>

#include "core/cms/recipient_agree.h"

const char *
recipient_kind_name(RecipientKind kind)
{
    switch (kind) {
    case RECIPIENT_RSA15:
        return "rsa15";
    case RECIPIENT_OAEP:
        return "oaep";
    case RECIPIENT_ECDH:
        return "ecdh";
    case RECIPIENT_OTHER:
        return "other";
    }
    return "other";
}

Recipient *
recipient_copy(const Recipient *recipient)
{
    Recipient *copy = g_memdup2(recipient, sizeof *recipient);
    if (copy->shared_info != NULL)
        g_bytes_ref(copy->shared_info);
    return copy;
}

void
recipient_free(Recipient *recipient)
{
    if (recipient == NULL)
        return;
    g_clear_pointer(&recipient->shared_info, g_bytes_unref);
    g_free(recipient);
}

gboolean
recipient_take_issuer(Span *in, Recipient *out)
{
    Span both;
    Tlv issuer;
    if (!tlv_take(in, TLV_SEQUENCE, &both) || !tlv_read(&both, &issuer) ||
        issuer.tag != TLV_SEQUENCE ||
        !tlv_take(&both, TLV_INTEGER, &out->serial))
        return FALSE;
    out->issuer = issuer.whole;
    return both.size == 0 && out->serial.size > 0;
}

/* [n] EXPLICIT { AlgorithmIdentifier }, or *out as it was where it is not. */
static gboolean
take_explicit(Span *in, guint8 n, AlgorithmId *out)
{
    Span inner;
    if (tlv_peek(*in) != TLV_EXPLICIT + n)
        return TRUE;
    return tlv_take(in, (guint8)(TLV_EXPLICIT + n), &inner) &&
           algorithm_take(&inner, out) && inner.size == 0;
}

/*
 * RSAES-OAEP-params (RFC 4055 §4.1): SHA-1 twice and no label by default. The
 * kind stays OTHER where an algorithm in it is not ours.
 */
static gboolean
oaep_read(Span params, Recipient *out)
{
    Span body = {NULL, 0}, label = {NULL, 0}, inner;
    AlgorithmId hash = {.oid = OID_SHA1}, source = {0}, mask_hash = hash;
    AlgorithmId mask = {.oid = OID_MGF1};
    if (params.size > 0 &&
        (!tlv_take(&params, TLV_SEQUENCE, &body) || params.size > 0))
        return FALSE;
    source.oid = OID_SPECIFIED_LABEL;
    if (!take_explicit(&body, 0, &hash) || !take_explicit(&body, 1, &mask) ||
        !take_explicit(&body, 2, &source) || body.size > 0)
        return FALSE;

    inner = mask.params;
    if (inner.size > 0 && !algorithm_take(&inner, &mask_hash))
        return FALSE;
    if (source.params.size > 0 &&
        !tlv_take(&source.params, TLV_OCTETS, &label))
        return FALSE;
    const Digest *digest = digest_find(hash.oid);
    const Digest *other = digest_find(mask_hash.oid);
    if (digest == NULL || digest->gnutls == GNUTLS_DIG_UNKNOWN ||
        other == NULL || other->gnutls == GNUTLS_DIG_UNKNOWN ||
        mask.oid != OID_MGF1 || source.oid != OID_SPECIFIED_LABEL)
        return TRUE;
    out->kind = RECIPIENT_OAEP;
    out->hash = digest->name;
    out->mgf_hash = other->name;
    out->label = label;
    return TRUE;
}

/* NULL or nothing (RFC 3370 §4.2.1). */
static gboolean
has_no_params(const AlgorithmId *algorithm)
{
    static const guint8 null[] = {0x05, 0x00};
    const Span none = {null, sizeof null};
    return algorithm->params.size == 0 || span_equal(algorithm->params, none);
}

/* KeyTransRecipientInfo (RFC 5652 §6.2.1). */
static gboolean
transport_read(Span body, Recipient *out)
{
    AlgorithmId algorithm;
    guint version;
    if (!tlv_take_int(&body, &version))
        return FALSE;
    if (tlv_peek(body) == TLV_CONTEXT) {
        if (!tlv_take(&body, TLV_CONTEXT, &out->key_id) ||
            out->key_id.size == 0)
            return FALSE;
    } else if (!recipient_take_issuer(&body, out)) {
        return FALSE;
    }
    if (!algorithm_take(&body, &algorithm) ||
        !tlv_take(&body, TLV_OCTETS, &out->encrypted_key) || body.size > 0)
        return FALSE;
    if (algorithm.oid == OID_RSA) {
        out->kind = RECIPIENT_RSA15;
        return has_no_params(&algorithm);
    }
    return algorithm.oid != OID_OAEP || oaep_read(algorithm.params, out);
}

/* KEKRecipientInfo: a key that both have already. */
static gboolean
shared_read(Span body, Recipient *out)
{
    AlgorithmId algorithm;
    guint version;
    Span identifier;
    return tlv_take_int(&body, &version) &&
           tlv_take(&body, TLV_SEQUENCE, &identifier) &&
           tlv_take(&identifier, TLV_OCTETS, &out->key_id) &&
           algorithm_take(&body, &algorithm) &&
           tlv_take(&body, TLV_OCTETS, &out->encrypted_key) && body.size == 0;
}

/* PasswordRecipientInfo. */
static gboolean
password_read(Span body, Recipient *out)
{
    AlgorithmId algorithm;
    guint version;
    Span derivation;
    if (!tlv_take_int(&body, &version))
        return FALSE;
    tlv_take(&body, TLV_EXPLICIT, &derivation);
    return algorithm_take(&body, &algorithm) &&
           tlv_take(&body, TLV_OCTETS, &out->encrypted_key) && body.size == 0;
}

/* OtherRecipientInfo: whatever its type says. */
static gboolean
other_read(Span body, Recipient *out)
{
    Span type;
    Tlv value;
    return tlv_take(&body, TLV_OID, &type) && tlv_read(&body, &value) &&
           body.size == 0;
}

static gboolean
single_add(gboolean (*read)(Span body, Recipient *out), Span body,
           GPtrArray *out)
{
    Recipient recipient = {.kind = RECIPIENT_OTHER};
    if (!read(body, &recipient))
        return FALSE;
    g_ptr_array_add(out, recipient_copy(&recipient));
    return TRUE;
}

gboolean
recipients_take(Span *in, guint max, GPtrArray *out)
{
    static const struct {
        guint8 tag;
        gboolean (*read)(Span body, Recipient *out);
    } singles[] = {
        {TLV_SEQUENCE, transport_read},
        {TLV_EXPLICIT + 2, shared_read},
        {TLV_EXPLICIT + 3, password_read},
        {TLV_EXPLICIT + 4, other_read},
    };
    Tlv value;
    if (!tlv_read(in, &value) || out->len >= max)
        return FALSE;
    if (value.tag == TLV_EXPLICIT + 1)
        return recipient_agree_read(value.body, max, out);
    for (gsize i = 0; i < G_N_ELEMENTS(singles); i++)
        if (singles[i].tag == value.tag)
            return single_add(singles[i].read, value.body, out);
    return FALSE;
}

static gboolean
identifier_is(const Recipient *recipient, const Cert *cert)
{
    GBytes *key_id = cert_key_id(cert);
    if (recipient->key_id.size > 0)
        return key_id != NULL &&
               span_equal(recipient->key_id, span_of(key_id));
    return recipient->issuer.size > 0 &&
           span_equal(recipient->issuer, span_of(cert_issuer_der(cert))) &&
           span_equal(recipient->serial, span_of(cert_serial_der(cert)));
}

gboolean
recipient_is_for(const Recipient *recipient, const Cert *cert)
{
    if (!identifier_is(recipient, cert))
        return FALSE;
    switch (recipient->kind) {
    case RECIPIENT_RSA15:
    case RECIPIENT_OAEP:
        /* RFC 8017 §7: as long as the modulus, no octet less or more. */
        return cert_key_kind(cert) == KEY_RSA &&
               recipient->encrypted_key.size == (cert_key_bits(cert) + 7) / 8;
    case RECIPIENT_ECDH:
        return recipient_agree_fits(recipient, cert);
    case RECIPIENT_OTHER:
        return FALSE;
    }
    return FALSE;
}

char *
recipient_key_hash(const Recipient *recipient)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                       recipient->encrypted_key.data,
                                       recipient->encrypted_key.size);
}
