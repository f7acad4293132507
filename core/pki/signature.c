#include "core/pki/signature.h"

#include "core/pki/gnutls_auto.h"

#include <gnutls/crypto.h>
#include <string.h>

#define OID_RSA_PSS "1.2.840.113549.1.1.10"
#define OID_MGF1 "1.2.840.113549.1.1.8"

typedef struct {
    gnutls_sign_algorithm_t sign;
    gnutls_digest_algorithm_t digest;
    gboolean is_pss;
    guint salt;
} Scheme;

/* A hash's AlgorithmIdentifier inside a [n] of RSASSA-PSS-params. */
static gnutls_digest_algorithm_t
read_digest(Der tagged)
{
    Der algorithm, oid;
    char text[DER_OID_MAX];
    if (!der_only(tagged, DER_SEQUENCE, &algorithm) ||
        !der_take(&algorithm, DER_OID, &oid) || !der_oid(oid, text))
        return GNUTLS_DIG_UNKNOWN;
    return gnutls_oid_to_digest(text);
}

static gboolean
is_mgf1_with(Der tagged, gnutls_digest_algorithm_t digest)
{
    Der algorithm, oid;
    return der_only(tagged, DER_SEQUENCE, &algorithm) &&
           der_take(&algorithm, DER_OID, &oid) && der_is_oid(oid, OID_MGF1) &&
           read_digest(algorithm) == digest;
}

/* RFC 4055 §3.1; absent members mean SHA-1 and 20. */
static gboolean
read_pss(Der parameters, Scheme *scheme)
{
    Der sequence, value, number;
    scheme->digest = GNUTLS_DIG_SHA1;
    scheme->salt = 20;
    scheme->is_pss = TRUE;
    if (!der_only(parameters, DER_SEQUENCE, &sequence))
        return FALSE;
    if (der_take(&sequence, DER_CONTEXT | DER_CONSTRUCTED | 0, &value))
        scheme->digest = read_digest(value);
    /* GnuTLS has one digest for both, like every signer met in practice. */
    gnutls_digest_algorithm_t mask = GNUTLS_DIG_SHA1;
    if (der_take(&sequence, DER_CONTEXT | DER_CONSTRUCTED | 1, &value) &&
        is_mgf1_with(value, scheme->digest))
        mask = scheme->digest;
    if (mask != scheme->digest)
        return FALSE;
    if (der_take(&sequence, DER_CONTEXT | DER_CONSTRUCTED | 2, &value) &&
        (!der_only(value, DER_INTEGER, &number) ||
         !der_uint(number, &scheme->salt)))
        return FALSE;
    scheme->sign = gnutls_pk_to_sign(GNUTLS_PK_RSA_PSS, scheme->digest);
    return TRUE;
}

static gboolean
read_scheme(Der algorithm, Scheme *scheme)
{
    char text[DER_OID_MAX];
    Der oid;
    memset(scheme, 0, sizeof *scheme);
    if (!der_take(&algorithm, DER_OID, &oid) || !der_oid(oid, text))
        return FALSE;
    if (strcmp(text, OID_RSA_PSS) == 0)
        return read_pss(algorithm, scheme);
    scheme->sign = gnutls_oid_to_sign(text);
    if (scheme->sign == GNUTLS_SIGN_UNKNOWN)
        return FALSE;
    scheme->digest = gnutls_sign_get_hash_algorithm(scheme->sign);
    return TRUE;
}

/* GnuTLS takes salt length and digest from the key, not from the signature.
 */
static gboolean
set_pss(gnutls_pubkey_t key, const Scheme *scheme)
{
    g_auto(gnutls_x509_spki_t) spki = NULL;
    if (gnutls_x509_spki_init(&spki) < 0)
        return FALSE;
    gnutls_x509_spki_set_rsa_pss_params(spki, scheme->digest, scheme->salt);
    return gnutls_pubkey_set_spki(key, spki, 0) == 0;
}

static gnutls_datum_t
datum_of(Der der)
{
    return (gnutls_datum_t){(guint8 *)(guintptr)der.data, (unsigned)der.size};
}

static gboolean
is_over_message(const Scheme *scheme)
{
    return scheme->sign == GNUTLS_SIGN_EDDSA_ED25519 ||
           scheme->sign == GNUTLS_SIGN_EDDSA_ED448;
}

GBytes *
signature_digest(Der algorithm, Der message)
{
    guint8 digest[64];
    Scheme scheme;
    if (!read_scheme(algorithm, &scheme) || is_over_message(&scheme))
        return NULL;
    unsigned size = gnutls_hash_get_len(scheme.digest);
    if (size == 0 || size > sizeof digest ||
        gnutls_hash_fast(scheme.digest, message.data, message.size, digest) <
            0)
        return NULL;
    return g_bytes_new(digest, size);
}

gboolean
signature_verify_digest(Der public_key, Der algorithm, GBytes *digest,
                        Der message, Der signature)
{
    Scheme scheme;
    g_auto(gnutls_pubkey_t) key = NULL;
    gnutls_datum_t spki = datum_of(public_key);
    if (!read_scheme(algorithm, &scheme) || gnutls_pubkey_init(&key) < 0 ||
        gnutls_pubkey_import(key, &spki, GNUTLS_X509_FMT_DER) < 0)
        return FALSE;
    int kind = gnutls_pubkey_get_pk_algorithm(key, NULL);
    if (scheme.is_pss &&
        ((kind != GNUTLS_PK_RSA && kind != GNUTLS_PK_RSA_PSS) ||
         !set_pss(key, &scheme)))
        return FALSE;

    gnutls_datum_t value = datum_of(signature);
    gnutls_datum_t bytes = datum_of(digest ? der_of(digest) : message);
    if (digest != NULL)
        return gnutls_pubkey_verify_hash2(key, scheme.sign,
                                          GNUTLS_VERIFY_ALLOW_BROKEN, &bytes,
                                          &value) >= 0;
    return gnutls_pubkey_verify_data2(key, scheme.sign,
                                      GNUTLS_VERIFY_ALLOW_BROKEN, &bytes,
                                      &value) >= 0;
}

gboolean
signature_verify(Der public_key, Der algorithm, Der message, Der signature)
{
    return signature_verify_digest(public_key, algorithm, NULL, message,
                                   signature);
}

gboolean
signature_digest_is_strong(Der algorithm)
{
    Scheme scheme;
    if (!read_scheme(algorithm, &scheme))
        return FALSE;
    return is_over_message(&scheme) || scheme.digest == GNUTLS_DIG_SHA256 ||
           scheme.digest == GNUTLS_DIG_SHA384 ||
           scheme.digest == GNUTLS_DIG_SHA512;
}
