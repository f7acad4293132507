#include "core/cms/verify.h"

#include <gnutls/crypto.h>

#include "core/cms/content.h"
#include "core/cms/pss.h"
#include "core/pki/gnutls_auto.h"

/* Weak digests are reported by name, so they must be computed first. */
#define VERIFY_FLAGS                                                         \
    (GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1)

static gnutls_datum_t
datum(Span span)
{
    return (gnutls_datum_t){(guint8 *)(gsize)span.data, (guint)span.size};
}

gboolean
verify_is_possible(const Scheme *scheme, const Cert *signer)
{
    KeyKind kind = cert_key_kind(signer);
    if (scheme->digest->gnutls == GNUTLS_DIG_UNKNOWN)
        return FALSE;
    switch (scheme->family) {
    case FAMILY_RSA:
        return kind == KEY_RSA;
    case FAMILY_PSS:
        return kind == KEY_RSA || kind == KEY_RSA_PSS;
    case FAMILY_ECDSA:
        return kind == KEY_EC;
    case FAMILY_ED25519:
        return kind == KEY_ED25519;
    case FAMILY_DSA:
        return kind == KEY_DSA;
    }
    return FALSE;
}

static gnutls_sign_algorithm_t
sign_number(const Scheme *scheme)
{
    static const gnutls_pk_algorithm_t keys[] = {
        [FAMILY_RSA] = GNUTLS_PK_RSA,
        [FAMILY_PSS] = GNUTLS_PK_RSA_PSS,
        [FAMILY_ECDSA] = GNUTLS_PK_ECDSA,
        [FAMILY_DSA] = GNUTLS_PK_DSA,
        [FAMILY_ED25519] = GNUTLS_PK_EDDSA_ED25519,
    };
    if (scheme->family == FAMILY_ED25519)
        return GNUTLS_SIGN_EDDSA_ED25519;
    return gnutls_pk_to_sign(keys[scheme->family], scheme->digest->gnutls);
}

/* GnuTLS takes the salt's length from the key, not from the signature. */
static gboolean
pss_prepare(gnutls_pubkey_t key, const Scheme *scheme)
{
    g_auto(gnutls_x509_spki_t) spki = NULL;
    if (gnutls_x509_spki_init(&spki) < 0)
        return FALSE;
    gnutls_x509_spki_set_rsa_pss_params(spki, scheme->digest->gnutls,
                                        scheme->salt);
    return gnutls_pubkey_set_spki(key, spki, 0) >= 0;
}

static gnutls_pubkey_t
key_load(const Scheme *scheme, const Cert *signer)
{
    g_auto(gnutls_x509_crt_t) crt = NULL;
    g_auto(gnutls_pubkey_t) key = NULL;
    gnutls_datum_t der = datum(span_of(cert_der(signer)));
    if (gnutls_x509_crt_init(&crt) < 0 ||
        gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) < 0 ||
        gnutls_pubkey_init(&key) < 0 ||
        gnutls_pubkey_import_x509(key, crt, 0) < 0)
        return NULL;
    if (scheme->family == FAMILY_PSS && !pss_prepare(key, scheme))
        return NULL;
    return g_steal_pointer(&key);
}

/* GnuTLS knows one hash for both, of the SHA-2 family, and takes an empty
 * salt for one of the usual size. */
static gboolean
is_unusual_pss(const Scheme *scheme)
{
    return scheme->family == FAMILY_PSS &&
           (scheme->mask != scheme->digest || scheme->salt == 0 ||
            sign_number(scheme) == GNUTLS_SIGN_UNKNOWN);
}

static gboolean
take_positive(Span *in, DerWriter *again)
{
    Span body;
    if (!tlv_take(in, TLV_INTEGER, &body) || body.size == 0 ||
        body.data[0] & 0x80 ||
        (body.size > 1 && body.data[0] == 0 && (body.data[1] & 0x80) == 0))
        return FALSE;
    der_put(again, TLV_INTEGER, body);
    return TRUE;
}

/*
 * ECDSA and DSA values are DER (RFC 3279 §2.2.3), one form for one signature.
 * GnuTLS reads more than that.
 */
static gboolean
is_well_formed(const Scheme *scheme, Span signature)
{
    if (scheme->family != FAMILY_ECDSA && scheme->family != FAMILY_DSA)
        return TRUE;
    g_autoptr(DerWriter) again = der_new();
    Span rest = signature, both;
    if (!tlv_take(&rest, TLV_SEQUENCE, &both) ||
        !take_positive(&both, again) || !take_positive(&both, again) ||
        both.size > 0)
        return FALSE;
    der_wrap(again, 0, TLV_SEQUENCE);
    return span_equal(signature, (Span){again->data, again->len});
}

static gboolean
unusual_pss_verify(const Scheme *scheme, gnutls_pubkey_t key, Span digest,
                   Span signature)
{
    gnutls_datum_t modulus = {NULL, 0}, exponent = {NULL, 0};
    if (scheme->mask->gnutls == GNUTLS_DIG_UNKNOWN ||
        gnutls_pubkey_export_rsa_raw2(key, &modulus, &exponent, 0) < 0)
        return FALSE;
    gboolean good =
        pss_verify(scheme, (Span){modulus.data, modulus.size},
                   (Span){exponent.data, exponent.size}, digest, signature);
    gnutls_free(modulus.data);
    gnutls_free(exponent.data);
    return good;
}

gboolean
verify_over_message(const Scheme *scheme, const Cert *signer, Span message,
                    Span signature)
{
    g_auto(gnutls_pubkey_t) key = key_load(scheme, signer);
    gnutls_datum_t text = datum(message), value = datum(signature);
    if (key != NULL && is_unusual_pss(scheme)) {
        guint8 hash[DIGEST_MAX];
        gnutls_hash_fast(scheme->digest->gnutls, message.data, message.size,
                         hash);
        gsize size = gnutls_hash_get_len(scheme->digest->gnutls);
        return unusual_pss_verify(scheme, key, (Span){hash, size}, signature);
    }
    /* Positive returns are refusals too (facts/cms.md §3.1). */
    return key != NULL && is_well_formed(scheme, signature) &&
           gnutls_pubkey_verify_data2(key, sign_number(scheme), VERIFY_FLAGS,
                                      &text, &value) == 0;
}

gboolean
verify_over_digest(const Scheme *scheme, const Cert *signer, Span digest,
                   Span signature)
{
    g_auto(gnutls_pubkey_t) key = key_load(scheme, signer);
    gnutls_datum_t hash = datum(digest), value = datum(signature);
    if (key != NULL && is_unusual_pss(scheme))
        return unusual_pss_verify(scheme, key, digest, signature);
    return key != NULL && scheme->family != FAMILY_ED25519 &&
           is_well_formed(scheme, signature) &&
           gnutls_pubkey_verify_hash2(key, sign_number(scheme), VERIFY_FLAGS,
                                      &hash, &value) == 0;
}

GBytes *
verify_value_from_raw(GBytes *raw)
{
    Span both = span_of(raw);
    if (both.size == 0 || both.size % 2 != 0 || both.size > 132)
        return NULL;

    gsize half = both.size / 2;
    gnutls_datum_t r = datum((Span){both.data, half});
    gnutls_datum_t s = datum((Span){both.data + half, half});
    gnutls_datum_t out = {NULL, 0};
    if (gnutls_encode_rs_value(&out, &r, &s) < 0)
        return NULL;
    GBytes *value = g_bytes_new(out.data, out.size);
    gnutls_free(out.data);
    return value;
}
