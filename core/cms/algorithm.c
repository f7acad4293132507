#include "core/cms/algorithm.h"

gboolean
algorithm_take(Span *in, AlgorithmId *out)
{
    Span rest, oid;
    if (!tlv_take(in, TLV_SEQUENCE, &out->body))
        return FALSE;
    rest = out->body;
    if (!tlv_take(&rest, TLV_OID, &oid))
        return FALSE;
    out->oid = oid_find(oid);
    out->params = rest;

    Tlv params;
    return rest.size == 0 || (tlv_read(&rest, &params) && rest.size == 0);
}

static const Digest digests[] = {
    {OID_SHA256, "sha256", GNUTLS_DIG_SHA256, FALSE},
    {OID_SHA384, "sha384", GNUTLS_DIG_SHA384, FALSE},
    {OID_SHA512, "sha512", GNUTLS_DIG_SHA512, FALSE},
    {OID_SHA224, "sha224", GNUTLS_DIG_SHA224, TRUE},
    {OID_SHA1, "sha1", GNUTLS_DIG_SHA1, TRUE},
    {OID_MD5, "md5", GNUTLS_DIG_MD5, TRUE},
    {OID_MD4, "md4", GNUTLS_DIG_UNKNOWN, TRUE},
    {OID_MD2, "md2", GNUTLS_DIG_UNKNOWN, TRUE},
};

const Digest *
digest_find(Oid oid)
{
    for (gsize i = 0; i < G_N_ELEMENTS(digests); i++)
        if (digests[i].oid == oid)
            return &digests[i];
    return NULL;
}

/* digest is OID_UNKNOWN where the scheme leaves it to digestAlgorithm. */
static const struct {
    Oid oid;
    SignFamily family;
    Oid digest;
} schemes[] = {
    {OID_RSA, FAMILY_RSA, OID_UNKNOWN},
    {OID_RSA_MD2, FAMILY_RSA, OID_MD2},
    {OID_RSA_MD4, FAMILY_RSA, OID_MD4},
    {OID_RSA_MD5, FAMILY_RSA, OID_MD5},
    {OID_RSA_SHA1, FAMILY_RSA, OID_SHA1},
    {OID_RSA_SHA1_OIW, FAMILY_RSA, OID_SHA1},
    {OID_RSA_SHA224, FAMILY_RSA, OID_SHA224},
    {OID_RSA_SHA256, FAMILY_RSA, OID_SHA256},
    {OID_RSA_SHA384, FAMILY_RSA, OID_SHA384},
    {OID_RSA_SHA512, FAMILY_RSA, OID_SHA512},
    {OID_RSA_PSS, FAMILY_PSS, OID_UNKNOWN},
    {OID_EC_KEY, FAMILY_ECDSA, OID_UNKNOWN},
    {OID_ECDSA_SHA1, FAMILY_ECDSA, OID_SHA1},
    {OID_ECDSA_SHA224, FAMILY_ECDSA, OID_SHA224},
    {OID_ECDSA_SHA256, FAMILY_ECDSA, OID_SHA256},
    {OID_ECDSA_SHA384, FAMILY_ECDSA, OID_SHA384},
    {OID_ECDSA_SHA512, FAMILY_ECDSA, OID_SHA512},
    {OID_DSA, FAMILY_DSA, OID_UNKNOWN},
    {OID_DSA_SHA1, FAMILY_DSA, OID_SHA1},
    {OID_DSA_SHA224, FAMILY_DSA, OID_SHA224},
    {OID_DSA_SHA256, FAMILY_DSA, OID_SHA256},
    {OID_ED25519, FAMILY_ED25519, OID_SHA512}, /* RFC 8419 §3.1 */
};

/* [n] EXPLICIT holding an AlgorithmIdentifier, if it is there at all. */
static gboolean
explicit_algorithm(Span *in, guint8 n, AlgorithmId *out, gboolean *found)
{
    Span inner;
    *found = tlv_peek(*in) == TLV_EXPLICIT + n;
    if (!*found)
        return TRUE;
    return tlv_take(in, (guint8)(TLV_EXPLICIT + n), &inner) &&
           algorithm_take(&inner, out) && inner.size == 0;
}

static gboolean
explicit_int(Span *in, guint8 n, guint *out)
{
    Span inner;
    if (tlv_peek(*in) != TLV_EXPLICIT + n)
        return TRUE;
    return tlv_take(in, (guint8)(TLV_EXPLICIT + n), &inner) &&
           tlv_take_int(&inner, out) && inner.size == 0;
}

/* RFC 4055 §3.1: everything defaults, to SHA-1 and 20 octets of salt. */
static gboolean
pss_read(Span params, Scheme *out)
{
    AlgorithmId hash, mask, inner;
    gboolean has_hash, has_mask;
    guint trailer = 1;
    Span body;
    out->salt = 20;
    if (!tlv_take(&params, TLV_SEQUENCE, &body) || params.size > 0 ||
        !explicit_algorithm(&body, 0, &hash, &has_hash) ||
        !explicit_algorithm(&body, 1, &mask, &has_mask) ||
        !explicit_int(&body, 2, &out->salt) ||
        !explicit_int(&body, 3, &trailer) || body.size > 0 || trailer != 1)
        return FALSE;

    out->digest = digest_find(has_hash ? hash.oid : OID_SHA1);
    out->mask = digest_find(OID_SHA1);
    if (!has_mask)
        return out->digest != NULL;
    Span rest = mask.params;
    if (mask.oid != OID_MGF1 || !algorithm_take(&rest, &inner))
        return FALSE;
    out->mask = digest_find(inner.oid);
    return out->digest != NULL && out->mask != NULL;
}

gboolean
scheme_read(const AlgorithmId *algorithm, const Digest *digest, Scheme *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (schemes[i].oid != algorithm->oid)
            continue;
        *out = (Scheme){.family = schemes[i].family, .digest = digest};
        if (out->family == FAMILY_PSS)
            return pss_read(algorithm->params, out) && out->digest == digest;
        return schemes[i].digest == OID_UNKNOWN ||
               schemes[i].digest == digest->oid;
    }
    return FALSE;
}

char *
scheme_name(const Scheme *scheme)
{
    static const char *const families[] = {
        [FAMILY_RSA] = "rsa",         [FAMILY_PSS] = "pss",
        [FAMILY_ECDSA] = "ecdsa",     [FAMILY_DSA] = "dsa",
        [FAMILY_ED25519] = "ed25519",
    };
    if (scheme->family == FAMILY_ED25519)
        return g_strdup(families[FAMILY_ED25519]);
    return g_strconcat(families[scheme->family], "-", scheme->digest->name,
                       NULL);
}

void
algorithm_put_plain(DerWriter *der, Oid oid)
{
    der_put(der, TLV_OID, oid_body(oid));
}

void
algorithm_put_null(DerWriter *der, Oid oid)
{
    der_put(der, TLV_OID, oid_body(oid));
    der_put(der, TLV_NULL, (Span){NULL, 0});
}

/* hash, mask and salt said in full; the hash with NULL (RFC 4055 §2.1). */
void
algorithm_put_pss_sha256(DerWriter *der)
{
    der_put(der, TLV_OID, oid_body(OID_RSA_PSS));
    guint params = der->len;
    algorithm_put_null(der, OID_SHA256);
    der_wrap(der, params, TLV_SEQUENCE);
    der_wrap(der, params, TLV_EXPLICIT);

    guint mask = der->len;
    der_put(der, TLV_OID, oid_body(OID_MGF1));
    guint hash = der->len;
    algorithm_put_null(der, OID_SHA256);
    der_wrap(der, hash, TLV_SEQUENCE);
    der_wrap(der, mask, TLV_SEQUENCE);
    der_wrap(der, mask, TLV_EXPLICIT + 1);

    guint salt = der->len;
    der_put_int(der, 32);
    der_wrap(der, salt, TLV_EXPLICIT + 2);
    der_wrap(der, params, TLV_SEQUENCE);
}
