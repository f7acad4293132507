/*
 * Envelopes for tests: sealed by the writer, or built piece by piece with one
 * of them wrong; and the reader's side, which in the product is the vault's,
 * unwrapped here by GnuTLS, nettle and GMP.
 */
#ifndef SCEAU_TESTS_CMS_ENVELOPE_H
#define SCEAU_TESTS_CMS_ENVELOPE_H

#include <gmp.h>
#include <nettle/nist-keywrap.h>

#include "core/base/error.h"
#include "core/cms/content.h"
#include "core/cms/enveloped_data.h"
#include "core/cms/enveloped_write.h"
#include "core/cms/key_wrap.h"
#include "core/cms/pss.h"
#include "tests/cms/forge.h"

static gboolean
collect(gpointer user, const guint8 *data, gsize size, GError **error)
{
    g_byte_array_append(user, data, (guint)size);
    return TRUE;
}

/* size is what is told to the writer; the text goes in by pieces of step. */
G_GNUC_UNUSED static GBytes *
seal_bytes(Cipher cipher, const EnvelopeRecipient *recipients, gsize n,
           Span plain, guint64 size, gsize step)
{
    g_autoptr(GError) error = NULL;
    GByteArray *out = g_byte_array_new();
    g_autoptr(EnvelopeWriter) writer = envelope_writer_new(
        cipher, recipients, n, size, collect, out, &error);
    if (writer == NULL)
        fail_msg("%s", error->message);
    assert_int_equal(out->len, 0);
    while (plain.size > 0) {
        gsize run = MIN(step, plain.size);
        assert_true(envelope_writer_update(writer, plain.data, run, NULL));
        plain = (Span){plain.data + run, plain.size - run};
    }
    assert_true(envelope_writer_finish(writer, NULL));
    if (size != ENVELOPE_SIZE_UNKNOWN)
        assert_int_equal(out->len, envelope_writer_size(writer));
    return g_byte_array_free_to_bytes(out);
}

/* A certificate around a key that cannot sign, by issuer. */
G_GNUC_UNUSED static Identity *
identity_x25519(const Identity *issuer)
{
    gnutls_x509_crt_t crt, parent;
    gnutls_pubkey_t key;
    gnutls_datum_t der = {NULL, 0};
    Span above = span_of(cert_der(issuer->cert));
    gnutls_datum_t above_datum = {(guint8 *)(gsize)above.data,
                                  (guint)above.size};
    Identity *identity = g_new0(Identity, 1);
    gnutls_privkey_init(&identity->key);
    assert_true(gnutls_privkey_generate(
                    identity->key, GNUTLS_PK_ECDH_X25519,
                    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_X25519), 0) >= 0);
    gnutls_pubkey_init(&key);
    assert_true(gnutls_pubkey_import_privkey(key, identity->key, 0, 0) >= 0);
    gnutls_x509_crt_init(&crt);
    gnutls_x509_crt_init(&parent);
    gnutls_x509_crt_import(parent, &above_datum, GNUTLS_X509_FMT_DER);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, "\x19", 1);
    gnutls_x509_crt_set_dn(crt, "CN=Twenty-five", NULL);
    gnutls_x509_crt_set_activation_time(crt, FORGE_TIME);
    gnutls_x509_crt_set_expiration_time(crt, FORGE_TIME + 86400);
    assert_true(gnutls_x509_crt_set_pubkey(crt, key) >= 0);
    assert_true(gnutls_x509_crt_privkey_sign(crt, parent, issuer->key,
                                             GNUTLS_DIG_SHA256, 0) >= 0);
    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der);
    g_autoptr(GBytes) bytes = g_bytes_new(der.data, der.size);
    identity->cert = cert_parse(bytes, NULL);
    assert_non_null(identity->cert);
    gnutls_free(der.data);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_crt_deinit(parent);
    gnutls_pubkey_deinit(key);
    return identity;
}

static GBytes *
unwrap_rsa15(const Identity *who, const Recipient *recipient)
{
    gnutls_datum_t in = {(guint8 *)(gsize)recipient->encrypted_key.data,
                         (guint)recipient->encrypted_key.size};
    gnutls_datum_t out = {NULL, 0};
    if (gnutls_privkey_decrypt_data(who->key, 0, &in, &out) < 0)
        return NULL;
    GBytes *key = g_bytes_new(out.data, out.size);
    gnutls_free(out.data);
    return key;
}

/* EME-OAEP-DECODE, not hiding anything from a clock. */
static GBytes *
oaep_decode(const Recipient *recipient, guint8 *encoded, gsize size)
{
    gnutls_digest_algorithm_t hash = gnutls_digest_get_id(recipient->hash);
    gnutls_digest_algorithm_t mask =
        gnutls_digest_get_id(recipient->mgf_hash);
    gsize length = gnutls_hash_get_len(hash);
    guint8 *seed = encoded + 1, *block = seed + length;
    gsize rest = size - 1 - length, at = length;
    guint8 label[64];
    mgf1_apply(mask, (Span){block, rest}, seed, length);
    mgf1_apply(mask, (Span){seed, length}, block, rest);
    gnutls_hash_fast(hash, recipient->label.data, recipient->label.size,
                     label);
    if (encoded[0] != 0 || memcmp(label, block, length) != 0)
        return NULL;
    while (at < rest && block[at] == 0)
        at++;
    if (at == rest || block[at] != 1)
        return NULL;
    return g_bytes_new(block + at + 1, rest - at - 1);
}

static GBytes *
unwrap_oaep(const Identity *who, const Recipient *recipient)
{
    gnutls_datum_t n, e, d;
    mpz_t modulus, exponent, value;
    gsize size = recipient->encrypted_key.size;
    assert_true(gnutls_privkey_export_rsa_raw(who->key, &n, &e, &d, NULL,
                                              NULL, NULL, NULL, NULL) >= 0);
    mpz_inits(modulus, exponent, value, NULL);
    mpz_import(modulus, n.size, 1, 1, 1, 0, n.data);
    mpz_import(exponent, d.size, 1, 1, 1, 0, d.data);
    mpz_import(value, size, 1, 1, 1, 0, recipient->encrypted_key.data);
    mpz_powm(value, value, exponent, modulus);
    g_autofree guint8 *encoded = g_malloc0(size);
    gsize used = (mpz_sizeinbase(value, 2) + 7) / 8;
    mpz_export(encoded + size - used, NULL, 1, 1, 1, 0, value);
    mpz_clears(modulus, exponent, value, NULL);
    gnutls_free(n.data);
    gnutls_free(e.data);
    gnutls_free(d.data);
    return oaep_decode(recipient, encoded, size);
}

static GBytes *
unwrap_aes(Span kek, Span wrapped)
{
    static const guint8 initial[8] = {0xa6, 0xa6, 0xa6, 0xa6,
                                      0xa6, 0xa6, 0xa6, 0xa6};
    guint8 out[64];
    struct aes128_ctx small;
    struct aes192_ctx middle;
    struct aes256_ctx large;
    int good = 0;
    if (wrapped.size < 24 || wrapped.size > 72 || wrapped.size % 8 != 0)
        return NULL;
    gsize size = wrapped.size - 8;
    if (kek.size == 16) {
        aes128_set_decrypt_key(&small, kek.data);
        good = aes128_keyunwrap(&small, initial, size, out, wrapped.data);
    } else if (kek.size == 24) {
        aes192_set_decrypt_key(&middle, kek.data);
        good = aes192_keyunwrap(&middle, initial, size, out, wrapped.data);
    } else {
        aes256_set_decrypt_key(&large, kek.data);
        good = aes256_keyunwrap(&large, initial, size, out, wrapped.data);
    }
    return good ? g_bytes_new(out, size) : NULL;
}

static void
decrypt_3des(Span kek, const guint8 *iv, guint8 *bytes, gsize size)
{
    gnutls_cipher_hd_t cipher;
    gnutls_datum_t key = {(guint8 *)(gsize)kek.data, (guint)kek.size};
    gnutls_datum_t start = {(guint8 *)(gsize)iv, 8};
    assert_true(gnutls_cipher_init(&cipher, GNUTLS_CIPHER_3DES_CBC, &key,
                                   &start) >= 0);
    assert_true(gnutls_cipher_decrypt(cipher, bytes, size) >= 0);
    gnutls_cipher_deinit(cipher);
}

/* RFC 3217 §3.2: twice over, the second time from behind. */
static GBytes *
unwrap_3des(Span kek, Span wrapped)
{
    static const guint8 iv[8] = {0x4a, 0xdd, 0xa2, 0x2c,
                                 0x79, 0xe8, 0x21, 0x05};
    guint8 turned[40], bytes[40], sum[20];
    if (wrapped.size != sizeof bytes)
        return NULL;
    memcpy(bytes, wrapped.data, sizeof bytes);
    decrypt_3des(kek, iv, bytes, sizeof bytes);
    for (gsize i = 0; i < sizeof bytes; i++)
        turned[i] = bytes[sizeof bytes - 1 - i];
    decrypt_3des(kek, turned, turned + 8, 32);
    gnutls_hash_fast(GNUTLS_DIG_SHA1, turned + 8, 24, sum);
    return memcmp(sum, turned + 32, 8) == 0 ? g_bytes_new(turned + 8, 24)
                                            : NULL;
}

static GBytes *
unwrap_ecdh(const Identity *who, const Recipient *recipient)
{
    gnutls_ecc_curve_t named;
    gnutls_datum_t x = {NULL, 0}, y = {NULL, 0}, k = {NULL, 0};
    assert_true(gnutls_privkey_export_ecc_raw2(who->key, &named, &x, &y, &k,
                                               GNUTLS_EXPORT_FLAG_NO_LZ) >=
                0);
    Curve curve = named == GNUTLS_ECC_CURVE_SECP256R1   ? CURVE_P256
                  : named == GNUTLS_ECC_CURVE_SECP384R1 ? CURVE_P384
                  : named == GNUTLS_ECC_CURVE_SECP521R1 ? CURVE_P521
                                                        : CURVE_X25519;
    guint8 ours[KEY_AGREE_POINT_MAX], secret[KEY_AGREE_SECRET_MAX], kek[32];
    gboolean good = key_agree_with(curve, (Span){k.data, k.size},
                                   recipient->public_point, ours, secret);
    gnutls_free(x.data);
    gnutls_free(y.data);
    gnutls_free(k.data);
    if (!good)
        return NULL;
    static const Oid hashes[] = {OID_SHA1, OID_SHA224, OID_SHA256, OID_SHA384,
                                 OID_SHA512};
    const Digest *digest = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(hashes); i++)
        if (g_str_equal(digest_find(hashes[i])->name, recipient->kdf_hash))
            digest = digest_find(hashes[i]);
    assert_non_null(digest);
    key_wrap_derive(digest, (Span){secret, curve_secret_size(curve)},
                    span_of(recipient->shared_info), kek,
                    recipient->kek_bits / 8);
    Span wrapping = {kek, recipient->kek_bits / 8};
    return g_str_equal(recipient->wrap, "3des")
               ? unwrap_3des(wrapping, recipient->encrypted_key)
               : unwrap_aes(wrapping, recipient->encrypted_key);
}

/* The content key by who's own; NULL if it does not unwrap. */
G_GNUC_UNUSED static GBytes *
unwrap(const Identity *who, const Recipient *recipient)
{
    switch (recipient->kind) {
    case RECIPIENT_RSA15:
        return unwrap_rsa15(who, recipient);
    case RECIPIENT_OAEP:
        return unwrap_oaep(who, recipient);
    case RECIPIENT_ECDH:
        return unwrap_ecdh(who, recipient);
    case RECIPIENT_OTHER:
        return NULL;
    }
    return NULL;
}

/* The one recipient that is who's; none of another's is looked at. */
G_GNUC_UNUSED static const Recipient *
recipient_of(const EnvelopedData *data, const Identity *who)
{
    for (guint i = 0; i < data->recipients->len; i++)
        if (recipient_is_for(g_ptr_array_index(data->recipients, i),
                             who->cert))
            return g_ptr_array_index(data->recipients, i);
    return NULL;
}

G_GNUC_UNUSED static GBytes *
open_as(GBytes *der, const Identity *who, GError **error)
{
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, error);
    if (data == NULL)
        return NULL;
    const Recipient *recipient = recipient_of(data, who);
    assert_non_null(recipient);
    g_autoptr(GBytes) key = unwrap(who, recipient);
    assert_non_null(key);
    return enveloped_data_open(data, key, error);
}

#endif
