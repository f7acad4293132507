#include <gnutls/crypto.h>

#include "core/cms/signer.h"

#define ATTRIBUTES_MAX 32 /* SEC-04 */

/* Two digits of a time. */
static gboolean
take_pair(Span *text, gint *value)
{
    if (text->size < 2 || !g_ascii_isdigit(text->data[0]) ||
        !g_ascii_isdigit(text->data[1]))
        return FALSE;
    *value = (text->data[0] - '0') * 10 + text->data[1] - '0';
    *text = (Span){text->data + 2, text->size - 2};
    return TRUE;
}

/* YYMMDDHHMMSSZ, or YYYY…: the only forms of RFC 5652 §11.3. */
static gboolean
time_read(const Tlv *value, gint64 *out)
{
    Span text = value->body;
    gint century = 0, part[6];
    gboolean general = value->tag == TLV_GENERALIZED_TIME;
    if ((!general && value->tag != TLV_UTC_TIME) ||
        (general && !take_pair(&text, &century)))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(part); i++)
        if (!take_pair(&text, &part[i]))
            return FALSE;
    if (text.size != 1 || text.data[0] != 'Z')
        return FALSE;

    if (!general)
        century = part[0] >= 50 ? 19 : 20;
    g_autoptr(GDateTime) time = g_date_time_new_utc(
        century * 100 + part[0], part[1], part[2], part[3], part[4], part[5]);
    if (time == NULL)
        return FALSE;
    *out = g_date_time_to_unix(time);
    return TRUE;
}

static gboolean
read_content_type(const Tlv *value, SignedAttributes *out)
{
    out->content_type = oid_find(value->body);
    return value->tag == TLV_OID && out->content_type != OID_UNKNOWN;
}

static gboolean
read_digest(const Tlv *value, SignedAttributes *out)
{
    out->digest = value->body;
    return value->tag == TLV_OCTETS && value->body.size > 0;
}

static gboolean
read_time(const Tlv *value, SignedAttributes *out)
{
    out->has_time = TRUE;
    return time_read(value, &out->time);
}

/* SigningCertificate{,V2}: SEQUENCE { SEQUENCE OF ESSCertID, … }. */
static gboolean
read_ess(const Tlv *value, Span *first)
{
    Span rest = value->body, list;
    return value->tag == TLV_SEQUENCE &&
           tlv_take(&rest, TLV_SEQUENCE, &list) &&
           tlv_take(&list, TLV_SEQUENCE, first) && first->size > 0;
}

static gboolean
read_certificate(const Tlv *value, SignedAttributes *out)
{
    return read_ess(value, &out->certificate);
}

static gboolean
read_certificate_v2(const Tlv *value, SignedAttributes *out)
{
    return read_ess(value, &out->certificate_v2);
}

static gboolean
read_protection(const Tlv *value, SignedAttributes *out)
{
    Span rest = value->body;
    out->has_protection = TRUE;
    return value->tag == TLV_SEQUENCE &&
           algorithm_take(&rest, &out->protected_digest) &&
           tlv_take(&rest, TLV_EXPLICIT + 1, &out->protected_scheme) &&
           rest.size == 0;
}

static const struct {
    Oid oid;
    gboolean (*read)(const Tlv *value, SignedAttributes *out);
} known[] = {
    {OID_CONTENT_TYPE, read_content_type},
    {OID_MESSAGE_DIGEST, read_digest},
    {OID_SIGNING_TIME, read_time},
    {OID_SIGNING_CERTIFICATE, read_certificate},
    {OID_SIGNING_CERTIFICATE_V2, read_certificate_v2},
    {OID_ALGORITHM_PROTECTION, read_protection},
};

static gboolean
attribute_split(Span *in, Oid *oid, Span *values)
{
    Span body, type;
    if (!tlv_take(in, TLV_SEQUENCE, &body) ||
        !tlv_take(&body, TLV_OID, &type) ||
        !tlv_take(&body, TLV_SET, values) || body.size > 0)
        return FALSE;
    *oid = oid_find(type);
    return TRUE;
}

/*
 * Capabilities decide nothing about the signature, so odd ones do not break
 * it: they announce nothing.
 */
static void
take_capabilities(Span values, guint *seen, SignedAttributes *out)
{
    const guint bit = 1U << G_N_ELEMENTS(known);
    Tlv value;
    gboolean sound = tlv_read(&values, &value) && values.size == 0 &&
                     value.tag == TLV_SEQUENCE && (*seen & bit) == 0;
    out->capabilities = sound ? value.whole : (Span){NULL, 0};
    *seen |= bit;
}

/* seen: one bit per row of known, for each may come once only. */
static gboolean
attribute_take(Span *in, guint *seen, SignedAttributes *out)
{
    Span values;
    Tlv value;
    Oid oid;
    if (!attribute_split(in, &oid, &values))
        return FALSE;
    if (oid == OID_CAPABILITIES)
        take_capabilities(values, seen, out);
    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i].oid != oid)
            continue;
        if (*seen & 1U << i)
            return FALSE;
        *seen |= 1U << i;
        return tlv_read(&values, &value) && values.size == 0 &&
               known[i].read(&value, out);
    }
    return TRUE;
}

gboolean
unsigned_attributes_are_sound(Span attributes)
{
    Span values;
    Oid oid;
    for (guint count = 0; attributes.size > 0; count++) {
        if (count == ATTRIBUTES_MAX ||
            !attribute_split(&attributes, &oid, &values))
            return FALSE;
        for (guint i = 0; i < G_N_ELEMENTS(known); i++)
            if (known[i].oid == oid)
                return FALSE;
    }
    return TRUE;
}

gboolean
signed_attributes_read(Span attributes, SignedAttributes *out)
{
    guint seen = 0, count = 0;
    *out = (SignedAttributes){0};
    while (attributes.size > 0) {
        if (++count > ATTRIBUTES_MAX ||
            !attribute_take(&attributes, &seen, out))
            return FALSE;
    }
    return out->content_type != OID_UNKNOWN && out->digest.size > 0;
}

static gboolean
hash_is(Span hash, gnutls_digest_algorithm_t algorithm, const Cert *cert)
{
    guint8 got[64];
    Span der = span_of(cert_der(cert));
    if (gnutls_hash_fast(algorithm, der.data, der.size, got) < 0)
        return FALSE;
    return span_equal(hash, (Span){got, gnutls_hash_get_len(algorithm)});
}

/* A hash that we do not compute proves nothing for or against. */
static gboolean
names_v2(Span ess, const Cert *cert)
{
    const Digest *digest = digest_find(OID_SHA256);
    AlgorithmId algorithm;
    Span hash;
    if (tlv_peek(ess) == TLV_SEQUENCE) {
        if (!algorithm_take(&ess, &algorithm))
            return FALSE;
        digest = digest_find(algorithm.oid);
    }
    if (!tlv_take(&ess, TLV_OCTETS, &hash))
        return FALSE;
    return digest == NULL || digest->gnutls == GNUTLS_DIG_UNKNOWN ||
           hash_is(hash, digest->gnutls, cert);
}

gboolean
signed_attributes_name(const SignedAttributes *attributes, const Cert *cert)
{
    Span v1 = attributes->certificate, hash;
    if (attributes->certificate_v2.size > 0 &&
        !names_v2(attributes->certificate_v2, cert))
        return FALSE;
    return v1.size == 0 || (tlv_take(&v1, TLV_OCTETS, &hash) &&
                            hash_is(hash, GNUTLS_DIG_SHA1, cert));
}

gboolean
signed_attributes_protect(const SignedAttributes *attributes,
                          const SignerInfo *signer)
{
    if (!attributes->has_protection)
        return TRUE;
    /* Parameters absent and NULL are the same digest (RFC 5754 §2). */
    return attributes->protected_digest.oid == signer->digest.oid &&
           attributes->protected_digest.oid != OID_UNKNOWN &&
           span_equal(attributes->protected_scheme, signer->scheme.body);
}
