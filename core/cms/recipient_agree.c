#include "core/cms/recipient_agree.h"

static const struct {
    Oid oid;
    const char *name;
    KeyKind key;
    guint octets; /* of a coordinate */
    gsize point;  /* octets of the whole */
} curves[] = {
    {OID_P256, "p256", KEY_EC, 32, 65},
    {OID_P384, "p384", KEY_EC, 48, 97},
    {OID_P521, "p521", KEY_EC, 66, 133},
    {OID_X25519, "x25519", KEY_X25519, 32, 32},
};

static const struct {
    Oid oid, hash;
} derivations[] = {
    {OID_ECDH_SHA1, OID_SHA1},
    {OID_ECDH_SHA224, OID_SHA224},
    {OID_ECDH_SHA256, OID_SHA256},
    {OID_ECDH_SHA384, OID_SHA384},
    {OID_ECDH_SHA512, OID_SHA512},
    /* The cofactor of these curves is 1, and so the same comes out. */
    {OID_COFACTOR_SHA1, OID_SHA1},
    {OID_COFACTOR_SHA224, OID_SHA224},
    {OID_COFACTOR_SHA256, OID_SHA256},
    {OID_COFACTOR_SHA384, OID_SHA384},
    {OID_COFACTOR_SHA512, OID_SHA512},
};

static const struct {
    Oid oid;
    const char *name;
    guint bits;
} wraps[] = {
    {OID_AES128_WRAP, "aes128", 128},
    {OID_AES192_WRAP, "aes192", 192},
    {OID_AES256_WRAP, "aes256", 256},
    {OID_3DES_WRAP, "3des", 192},
};

/* The curve by its identifier or, where the sender left it to the reader's
 * key, any on which a point has this length; -1 for none. */
static gint
curve_find(Oid oid, gsize point)
{
    for (gsize i = 0; i < G_N_ELEMENTS(curves); i++)
        if ((oid == OID_UNKNOWN || curves[i].oid == oid) &&
            curves[i].point == point)
            return (gint)i;
    return -1;
}

/* id-ecPublicKey with a named curve, with NULL or without parameters (RFC
 * 5753 §3.1.1); FALSE if the parameters are of another form. */
static gboolean
curve_read(const AlgorithmId *algorithm, Oid *out)
{
    Span params = algorithm->params, body;
    *out = OID_UNKNOWN;
    if (params.size == 0 || tlv_take(&params, TLV_NULL, &body))
        return TRUE;
    if (!tlv_take(&params, TLV_OID, &body))
        return FALSE;
    *out = oid_find(body);
    return *out != OID_UNKNOWN;
}

/* OriginatorPublicKey. What is sound but not ours leaves curve and point. */
static gboolean
public_key_read(Span body, Recipient *out)
{
    AlgorithmId algorithm;
    Oid named = OID_X25519;
    Span bits;
    if (!algorithm_take(&body, &algorithm) ||
        !tlv_take(&body, TLV_BITS, &bits) || body.size > 0 || bits.size == 0)
        return FALSE;
    Span point = {bits.data + 1, bits.size - 1};
    if (bits.data[0] != 0 ||
        (algorithm.oid != OID_X25519 &&
         (algorithm.oid != OID_EC_KEY || !curve_read(&algorithm, &named))))
        return TRUE;
    gint curve = curve_find(named, point.size);
    gboolean nist = algorithm.oid == OID_EC_KEY;
    if (curve < 0 || nist != (curves[curve].key == KEY_EC) ||
        (nist && point.data[0] != 4))
        return TRUE;
    out->public_point = point;
    out->curve = named == OID_UNKNOWN ? NULL : curves[curve].name;
    return TRUE;
}

/* OriginatorIdentifierOrKey. A sender who is named instead of giving a key
 * made for this message is nobody's that mail knows. */
static gboolean
originator_read(Span in, Recipient *out)
{
    Span body;
    Tlv value;
    if (tlv_take(&in, TLV_EXPLICIT + 1, &body))
        return public_key_read(body, out) && in.size == 0;
    return tlv_read(&in, &value) && in.size == 0;
}

GBytes *
shared_info_write(Span wrap, Span ukm, guint kek_bits)
{
    guint32 bits = GUINT32_TO_BE(kek_bits);
    DerWriter *der = der_new();
    der_put(der, TLV_SEQUENCE, wrap);
    if (ukm.size > 0) {
        guint mark = der->len;
        der_put(der, TLV_OCTETS, ukm);
        der_wrap(der, mark, TLV_EXPLICIT);
    }
    guint mark = der->len;
    der_put(der, TLV_OCTETS, (Span){(const guint8 *)&bits, sizeof bits});
    der_wrap(der, mark, TLV_EXPLICIT + 2);
    der_wrap(der, 0, TLV_SEQUENCE);
    return der_finish(der);
}

/* KeyWrapAlgorithm stands as the parameters of the key agreement. */
static gboolean
agreement_read(const AlgorithmId *algorithm, Span ukm, Recipient *out)
{
    Span params = algorithm->params;
    AlgorithmId wrap;
    if (!algorithm_take(&params, &wrap))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(derivations); i++)
        if (derivations[i].oid == algorithm->oid)
            out->kdf_hash = digest_find(derivations[i].hash)->name;
    for (gsize i = 0; i < G_N_ELEMENTS(wraps); i++) {
        if (wraps[i].oid != wrap.oid)
            continue;
        out->wrap = wraps[i].name;
        out->kek_bits = wraps[i].bits;
        out->shared_info = shared_info_write(wrap.body, ukm, wraps[i].bits);
    }
    return TRUE;
}

/* UserKeyingMaterial, [1] EXPLICIT. */
static gboolean
ukm_take(Span *in, Span *out)
{
    Span inner;
    *out = (Span){NULL, 0};
    if (tlv_peek(*in) != TLV_EXPLICIT + 1)
        return TRUE;
    return tlv_take(in, TLV_EXPLICIT + 1, &inner) &&
           tlv_take(&inner, TLV_OCTETS, out) && inner.size == 0;
}

/* RecipientEncryptedKey: for whom, then the wrapped key. */
static gboolean
key_take(Span *in, Recipient *out)
{
    Span body, identifier;
    if (!tlv_take(in, TLV_SEQUENCE, &body))
        return FALSE;
    if (tlv_take(&body, TLV_EXPLICIT, &identifier)) {
        if (!tlv_take(&identifier, TLV_OCTETS, &out->key_id) ||
            out->key_id.size == 0)
            return FALSE;
    } else if (!recipient_take_issuer(&body, out)) {
        return FALSE;
    }
    return tlv_take(&body, TLV_OCTETS, &out->encrypted_key) && body.size == 0;
}

static gboolean
keys_add(Span keys, guint max, const Recipient *common, GPtrArray *out)
{
    if (keys.size == 0)
        return FALSE;
    while (keys.size > 0) {
        Recipient one = *common;
        if (out->len >= max || !key_take(&keys, &one))
            return FALSE;
        g_ptr_array_add(out, recipient_copy(&one));
    }
    return TRUE;
}

gboolean
recipient_agree_read(Span body, guint max, GPtrArray *out)
{
    Recipient common = {.kind = RECIPIENT_OTHER};
    AlgorithmId algorithm;
    Span originator, ukm, keys;
    guint version;
    if (!tlv_take_int(&body, &version) ||
        !tlv_take(&body, TLV_EXPLICIT, &originator) ||
        !originator_read(originator, &common) || !ukm_take(&body, &ukm) ||
        !algorithm_take(&body, &algorithm) ||
        !tlv_take(&body, TLV_SEQUENCE, &keys) || body.size > 0 ||
        !agreement_read(&algorithm, ukm, &common))
        return FALSE;
    g_autoptr(GBytes) held = common.shared_info;
    if (common.public_point.size > 0 && common.kdf_hash != NULL &&
        common.wrap != NULL)
        common.kind = RECIPIENT_ECDH;
    return keys_add(keys, max, &common, out);
}

gboolean
recipient_agree_fits(const Recipient *recipient, const Cert *cert)
{
    for (gsize i = 0; i < G_N_ELEMENTS(curves); i++)
        if (curves[i].key == cert_key_kind(cert) &&
            (curves[i].key != KEY_EC ||
             curves[i].octets == (cert_key_bits(cert) + 7) / 8))
            return curves[i].point == recipient->public_point.size &&
                   (recipient->curve == NULL ||
                    g_str_equal(recipient->curve, curves[i].name));
    return FALSE;
}
