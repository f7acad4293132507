#include "core/cms/signer.h"

static gboolean
identifier_take(Span *in, SignerInfo *out)
{
    Span both;
    Tlv issuer;
    if (tlv_take(in, TLV_CONTEXT, &out->key_id))
        return out->key_id.size > 0;
    if (!tlv_take(in, TLV_SEQUENCE, &both) || !tlv_read(&both, &issuer) ||
        issuer.tag != TLV_SEQUENCE ||
        !tlv_take(&both, TLV_INTEGER, &out->serial))
        return FALSE;
    out->issuer = issuer.whole;
    return both.size == 0;
}

gboolean
signer_take(Span *in, SignerInfo *out)
{
    Span body;
    guint version;
    *out = (SignerInfo){0};
    if (!tlv_take(in, TLV_SEQUENCE, &body) ||
        !tlv_take_int(&body, &version) || !identifier_take(&body, out) ||
        !algorithm_take(&body, &out->digest))
        return FALSE;
    /* RFC 5652 §5.3: the version says which identifier was chosen. */
    if (version != (out->key_id.size > 0 ? 3 : 1))
        return FALSE;

    out->has_attributes = tlv_take(&body, TLV_EXPLICIT, &out->attributes);
    if (!algorithm_take(&body, &out->scheme) ||
        !tlv_take(&body, TLV_OCTETS, &out->signature))
        return FALSE;
    tlv_take(&body, TLV_EXPLICIT + 1, &out->unsigned_attributes);
    return body.size == 0;
}

gboolean
signer_is(const SignerInfo *signer, const Cert *cert)
{
    GBytes *key_id = cert_key_id(cert);
    if (signer->key_id.size > 0)
        return key_id != NULL && span_equal(signer->key_id, span_of(key_id));
    return span_equal(signer->issuer, span_of(cert_issuer_der(cert))) &&
           span_equal(signer->serial, span_of(cert_serial_der(cert)));
}

GBytes *
signer_attributes(const SignerInfo *signer)
{
    DerWriter *der = der_new();
    der_put(der, TLV_SET, signer->attributes);
    return der_finish(der);
}
