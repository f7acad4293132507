/* The part of the browser: signs as WebCrypto does. */
#ifndef SCEAU_TESTS_CMS_BROWSER_H
#define SCEAU_TESTS_CMS_BROWSER_H

#include "tests/cms/forge.h"

/* As WebCrypto answers: r and s side by side, each as long as the curve. */
G_GNUC_UNUSED static GBytes *
raw_from_der(GBytes *value, gsize half)
{
    gnutls_datum_t der = {(guint8 *)(gsize)g_bytes_get_data(value, NULL),
                          (guint)g_bytes_get_size(value)};
    gnutls_datum_t part[2] = {{NULL, 0}, {NULL, 0}};
    g_autofree guint8 *raw = g_malloc0(2 * half);
    assert_true(gnutls_decode_rs_value(&der, &part[0], &part[1]) >= 0);
    for (guint i = 0; i < 2; i++) {
        guint8 *from = part[i].data;
        guint size = part[i].size;
        for (; size > half; size--)
            from++;
        memcpy(raw + (i + 1) * half - size, from, size);
        gnutls_free(part[i].data);
    }
    return g_bytes_new(raw, 2 * half);
}

G_GNUC_UNUSED static GBytes *
browser_signs(SignAlgorithm algorithm, const Identity *who, GBytes *set)
{
    static const gnutls_sign_algorithm_t numbers[] = {
        [SIGN_RSA_SHA256] = GNUTLS_SIGN_RSA_SHA256,
        [SIGN_PSS_SHA256] = GNUTLS_SIGN_RSA_PSS_SHA256,
        [SIGN_ECDSA_SHA256] = GNUTLS_SIGN_ECDSA_SHA256,
        [SIGN_ECDSA_SHA384] = GNUTLS_SIGN_ECDSA_SHA384,
    };
    guint flags =
        algorithm == SIGN_PSS_SHA256 ? GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS : 0;
    g_autoptr(GBytes) value =
        identity_sign(who, numbers[algorithm], flags, span_of(set));
    if (algorithm == SIGN_ECDSA_SHA256 || algorithm == SIGN_ECDSA_SHA384)
        return raw_from_der(value, cert_key_bits(who->cert) / 8);
    return g_steal_pointer(&value);
}

/* The identity of a certificate and a key in PEM files. */
G_GNUC_UNUSED static Identity *
identity_load(const char *cert_path, const char *key_path)
{
    g_autofree char *cert = NULL, *key = NULL;
    gsize cert_size, key_size;
    assert_true(g_file_get_contents(cert_path, &cert, &cert_size, NULL));
    assert_true(g_file_get_contents(key_path, &key, &key_size, NULL));
    g_autoptr(GBytes) bytes = g_bytes_new(cert, cert_size);
    g_autoptr(GPtrArray) certs = cert_parse_file(bytes, NULL);
    assert_non_null(certs);
    gnutls_datum_t pem = {(guint8 *)key, (guint)key_size};
    Identity *identity = g_new0(Identity, 1);
    identity->cert = cert_ref(g_ptr_array_index(certs, 0));
    gnutls_privkey_init(&identity->key);
    assert_true(gnutls_privkey_import_x509_raw(
                    identity->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0) >= 0);
    return identity;
}

#endif
