#include "core/cms/recipient_write.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/cms/key_wrap.h"
#include "core/cms/recipient_agree.h"
#include "core/pki/gnutls_auto.h"

static gnutls_datum_t
datum(Span span)
{
    return (gnutls_datum_t){(guint8 *)(gsize)span.data, (guint)span.size};
}

/* Steals what GnuTLS allocated. */
static GBytes *
take_datum(gnutls_datum_t *from)
{
    GBytes *bytes = g_bytes_new(from->data, from->size);
    gnutls_free(from->data);
    return bytes;
}

/* A key usage that names neither way of encrypting a key forbids both (RFC
 * 8550 §4.4.2). */
static gboolean
usage_allows(gnutls_x509_crt_t crt)
{
    unsigned usage = 0;
    int status = gnutls_x509_crt_get_key_usage(crt, &usage, NULL);
    return status < 0 ||
           (usage & (GNUTLS_KEY_KEY_ENCIPHERMENT | GNUTLS_KEY_KEY_AGREEMENT));
}

static gnutls_pubkey_t
public_key_load(const Cert *cert)
{
    g_auto(gnutls_x509_crt_t) crt = NULL;
    g_auto(gnutls_pubkey_t) key = NULL;
    gnutls_datum_t der = datum(span_of(cert_der(cert)));
    if (gnutls_x509_crt_init(&crt) < 0 ||
        gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) < 0 ||
        !usage_allows(crt) || gnutls_pubkey_init(&key) < 0 ||
        gnutls_pubkey_import_x509(key, crt, 0) < 0)
        return NULL;
    return g_steal_pointer(&key);
}

static void
put_identifier(DerWriter *der, const Cert *cert)
{
    guint mark = der->len;
    der_put_raw(der, span_of(cert_issuer_der(cert)));
    der_put(der, TLV_INTEGER, span_of(cert_serial_der(cert)));
    der_wrap(der, mark, TLV_SEQUENCE);
}

static void
put_sha256(DerWriter *der)
{
    guint mark = der->len;
    algorithm_put_null(der, OID_SHA256);
    der_wrap(der, mark, TLV_SEQUENCE);
}

/* RSAES-OAEP with SHA-256 throughout (RFC 4055 §4.1). */
static void
put_oaep(DerWriter *der)
{
    der_put(der, TLV_OID, oid_body(OID_OAEP));
    guint params = der->len;
    put_sha256(der);
    der_wrap(der, params, TLV_EXPLICIT);
    guint mask = der->len;
    der_put(der, TLV_OID, oid_body(OID_MGF1));
    put_sha256(der);
    der_wrap(der, mask, TLV_SEQUENCE);
    der_wrap(der, mask, TLV_EXPLICIT + 1);
    der_wrap(der, params, TLV_SEQUENCE);
}

static GBytes *
encrypt_oaep(gnutls_pubkey_t pubkey, Span key)
{
    gnutls_datum_t modulus, exponent;
    if (gnutls_pubkey_export_rsa_raw2(pubkey, &modulus, &exponent, 0) < 0)
        return NULL;
    g_autoptr(GBytes) n = take_datum(&modulus);
    g_autoptr(GBytes) e = take_datum(&exponent);
    return key_wrap_oaep(digest_find(OID_SHA256), span_of(n), span_of(e),
                         key);
}

static GBytes *
encrypt_rsa15(gnutls_pubkey_t pubkey, Span key)
{
    gnutls_datum_t plain = datum(key), encrypted;
    if (gnutls_pubkey_encrypt_data(pubkey, 0, &plain, &encrypted) < 0)
        return NULL;
    return take_datum(&encrypted);
}

/* KeyTransRecipientInfo. */
static gboolean
put_transport(DerWriter *der, const EnvelopeRecipient *recipient, Span key)
{
    g_auto(gnutls_pubkey_t) pubkey = public_key_load(recipient->cert);
    if (pubkey == NULL)
        return FALSE;
    g_autoptr(GBytes) encrypted = recipient->oaep
                                      ? encrypt_oaep(pubkey, key)
                                      : encrypt_rsa15(pubkey, key);
    gsize modulus = (cert_key_bits(recipient->cert) + 7) / 8;
    if (encrypted == NULL || g_bytes_get_size(encrypted) != modulus)
        return FALSE;

    guint mark = der->len;
    der_put_int(der, 0);
    put_identifier(der, recipient->cert);
    guint algorithm = der->len;
    if (recipient->oaep)
        put_oaep(der);
    else
        algorithm_put_null(der, OID_RSA);
    der_wrap(der, algorithm, TLV_SEQUENCE);
    der_put(der, TLV_OCTETS, span_of(encrypted));
    der_wrap(der, mark, TLV_SEQUENCE);
    return TRUE;
}

/* How we agree on each curve: hashes as strong as the curve. */
static const struct {
    Curve curve;
    KeyKind kind;
    Oid named, derivation, hash;
} agreements[] = {
    {CURVE_P256, KEY_EC, OID_P256, OID_ECDH_SHA256, OID_SHA256},
    {CURVE_P384, KEY_EC, OID_P384, OID_ECDH_SHA384, OID_SHA384},
    {CURVE_P521, KEY_EC, OID_P521, OID_ECDH_SHA512, OID_SHA512},
    {CURVE_X25519, KEY_X25519, OID_X25519, OID_ECDH_SHA256, OID_SHA256},
};

/* Its row; -1 for a key that is on none of the curves. */
static gint
agreement_find(const Cert *cert)
{
    gsize octets = (cert_key_bits(cert) + 7) / 8;
    for (gsize i = 0; i < G_N_ELEMENTS(agreements); i++)
        if (agreements[i].kind == cert_key_kind(cert) &&
            (agreements[i].kind != KEY_EC ||
             curve_secret_size(agreements[i].curve) == octets))
            return (gint)i;
    return -1;
}

/* The number's octets at the end of out, which has size of them. */
static gboolean
place_number(const gnutls_datum_t *number, guint8 *out, gsize size)
{
    const guint8 *data = number->data;
    gsize left = number->size;
    for (; left > size && *data == 0; left--)
        data++;
    if (left > size)
        return FALSE;
    memset(out, 0, size - left);
    memcpy(out + size - left, data, left);
    return TRUE;
}

/* The certificate's point, raw; returns its size, 0 if it has none. */
static gsize
point_load(const Cert *cert, Curve curve, guint8 *out)
{
    g_auto(gnutls_pubkey_t) key = public_key_load(cert);
    gnutls_datum_t x = {NULL, 0}, y = {NULL, 0};
    gsize size = curve_secret_size(curve);
    if (key == NULL ||
        gnutls_pubkey_export_ecc_raw2(key, NULL, &x, &y, 0) < 0)
        return 0;
    gboolean good;
    if (curve == CURVE_X25519) {
        good = place_number(&x, out, size);
    } else {
        out[0] = 4;
        good = place_number(&x, out + 1, size) &&
               place_number(&y, out + 1 + size, size);
    }
    gnutls_free(x.data);
    gnutls_free(y.data);
    return good ? curve_point_size(curve) : 0;
}

/* What a KeyAgreeRecipientInfo says. */
typedef struct {
    gint row;
    guint8 ours[KEY_AGREE_POINT_MAX];
    guint8 wrapped[KEY_WRAP_MAX + KEY_WRAP_EXTRA];
    gsize size; /* of wrapped */
} Agreement;

static Oid
wrap_for(Span key)
{
    return key.size == 16 ? OID_AES128_WRAP : OID_AES256_WRAP;
}

/* The content key under a key-encryption key of its own size. */
static gboolean
agree(const Cert *cert, Span key, Agreement *out)
{
    Curve curve = agreements[out->row].curve;
    guint8 theirs[KEY_AGREE_POINT_MAX], secret[KEY_AGREE_SECRET_MAX];
    guint8 kek[KEY_WRAP_MAX];
    gsize size = point_load(cert, curve, theirs);
    g_autoptr(DerWriter) wrap = der_new();
    algorithm_put_plain(wrap, wrap_for(key));
    g_autoptr(GBytes) info =
        shared_info_write((Span){wrap->data, wrap->len}, (Span){NULL, 0},
                          (guint)(8 * key.size));
    gboolean good = size > 0 && key_agree_make(curve, (Span){theirs, size},
                                               out->ours, secret);
    if (good) {
        Span shared = {secret, curve_secret_size(curve)};
        key_wrap_derive(digest_find(agreements[out->row].hash), shared,
                        span_of(info), kek, key.size);
        good = key_wrap_aes((Span){kek, key.size}, key, out->wrapped);
        out->size = key.size + KEY_WRAP_EXTRA;
    }
    secret_wipe(secret, sizeof secret);
    secret_wipe(kek, sizeof kek);
    return good;
}

/* OriginatorPublicKey, [1], under [0]. */
static void
put_originator(DerWriter *der, const Agreement *agreement)
{
    const gint row = agreement->row;
    guint mark = der->len;
    if (agreements[row].curve == CURVE_X25519) {
        algorithm_put_plain(der, OID_X25519);
    } else {
        algorithm_put_plain(der, OID_EC_KEY);
        der_put(der, TLV_OID, oid_body(agreements[row].named));
    }
    der_wrap(der, mark, TLV_SEQUENCE);
    guint bits = der->len;
    der_put_raw(der, (Span){(const guint8 *)"", 1}); /* no unused bits */
    der_put_raw(der, (Span){agreement->ours,
                            curve_point_size(agreements[row].curve)});
    der_wrap(der, bits, TLV_BITS);
    der_wrap(der, mark, TLV_EXPLICIT + 1);
    der_wrap(der, mark, TLV_EXPLICIT);
}

/* KeyAgreeRecipientInfo (RFC 5753 §3.1, RFC 8418 §3). */
static gboolean
put_agreement(DerWriter *der, const EnvelopeRecipient *recipient, Span key)
{
    Agreement agreement = {.row = agreement_find(recipient->cert)};
    if (!agree(recipient->cert, key, &agreement))
        return FALSE;
    guint mark = der->len;
    der_put_int(der, 3);
    put_originator(der, &agreement);

    guint algorithm = der->len;
    algorithm_put_plain(der, agreements[agreement.row].derivation);
    guint wrap = der->len;
    algorithm_put_plain(der, wrap_for(key));
    der_wrap(der, wrap, TLV_SEQUENCE);
    der_wrap(der, algorithm, TLV_SEQUENCE);

    guint keys = der->len;
    put_identifier(der, recipient->cert);
    der_put(der, TLV_OCTETS, (Span){agreement.wrapped, agreement.size});
    der_wrap(der, keys, TLV_SEQUENCE);
    der_wrap(der, keys, TLV_SEQUENCE);
    der_wrap(der, mark, TLV_EXPLICIT + 1);
    return TRUE;
}

gboolean
recipient_agrees(const EnvelopeRecipient *recipient)
{
    return agreement_find(recipient->cert) >= 0;
}

gboolean
recipient_put(DerWriter *der, const EnvelopeRecipient *recipient, Span key,
              GError **error)
{
    const Cert *cert = recipient->cert;
    gboolean good = recipient_agrees(recipient)
                        ? put_agreement(der, recipient, key)
                        : cert_key_kind(cert) == KEY_RSA &&
                              put_transport(der, recipient, key);
    if (!good) {
        g_autofree char *name = error_quote(cert_name(cert), -1, 60);
        g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                    "certificate of %s: cannot be encrypted to (%s)", name,
                    cert_algorithm(cert));
    }
    return good;
}
