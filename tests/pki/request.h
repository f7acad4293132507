/* Requests made by a key of a test, with GnuTLS or openssl as another hand.
 */
#ifndef SCEAU_TESTS_PKI_REQUEST_H
#define SCEAU_TESTS_PKI_REQUEST_H

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "tests/base/expect.h"

typedef struct {
    int kind;                     /* GNUTLS_PK_… */
    unsigned bits;                /* of RSA, or GNUTLS_CURVE_TO_BITS(…) */
    const char *mailbox, *second; /* of the SAN, or NULL */
    gboolean spoil;               /* the signature is another's */
} Wanted;

/* DER; NULL where this GnuTLS cannot make such a key. */
static inline GBytes *
make_request(const Wanted *wanted)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crq_t crq;
    gnutls_datum_t der = {NULL, 0};
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    if (gnutls_x509_privkey_generate(key, (gnutls_pk_algorithm_t)wanted->kind,
                                     wanted->bits, 0) < 0) {
        gnutls_x509_privkey_deinit(key);
        return NULL;
    }
    assert_int_equal(gnutls_x509_crq_init(&crq), 0);
    gnutls_x509_crq_set_version(crq, 1);
    gnutls_x509_crq_set_dn_by_oid(crq, GNUTLS_OID_X520_COMMON_NAME, 0, "x",
                                  1);
    const char *const names[] = {wanted->mailbox, wanted->second};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i] != NULL)
            assert_int_equal(gnutls_x509_crq_set_subject_alt_name(
                                 crq, GNUTLS_SAN_RFC822NAME, names[i],
                                 (unsigned)strlen(names[i]),
                                 GNUTLS_FSAN_APPEND),
                             0);
    }
    gnutls_x509_crq_set_key(crq, key);
    assert_int_equal(gnutls_x509_crq_sign2(crq, key, GNUTLS_DIG_SHA256, 0),
                     0);
    assert_int_equal(gnutls_x509_crq_export2(crq, GNUTLS_X509_FMT_DER, &der),
                     0);
    if (wanted->spoil)
        der.data[der.size - 3] ^= 1;
    GBytes *bytes = g_bytes_new(der.data, der.size);
    gnutls_free(der.data);
    gnutls_x509_crq_deinit(crq);
    gnutls_x509_privkey_deinit(key);
    return bytes;
}

#define P256 GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)
#define P384 GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1)
#define P521 GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1)
#define P224 GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP224R1)
#define P192 GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP192R1)

/* The same by openssl, for keys that GnuTLS does not make; NULL if openssl
 * does not either. spec: "rsa:1023", "ec:secp224r1". */
static inline GBytes *
openssl_request(const char *spec)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *der = g_build_filename(folder, "r.der", NULL);
    g_autofree char *key = g_build_filename(folder, "k.pem", NULL);
    gboolean ec = g_str_has_prefix(spec, "ec:");
    g_autofree char *option =
        ec ? g_strconcat("ec_paramgen_curve:", spec + 3, NULL)
           : g_strconcat("rsa_keygen_bits:", spec + 4, NULL);
    const char *argv[] = {
        "openssl",  "req",   "-new",     "-newkey", ec ? "ec" : "rsa",
        "-pkeyopt", option,  "-nodes",   "-keyout", key,
        "-subj",    "/CN=x", "-outform", "DER",     "-out",
        der,        NULL};
    char *data = NULL;
    gsize size = 0;
    g_autofree char *quiet = NULL;
    g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH,
                 NULL, NULL, NULL, &quiet, NULL, NULL);
    g_file_get_contents(der, &data, &size, NULL);
    remove_folder(folder);
    return data != NULL ? g_bytes_new_take(data, size) : NULL;
}

#endif
