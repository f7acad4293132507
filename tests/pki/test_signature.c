/* Single signatures: every algorithm of a certificate's issuer that DESIGN
 * reads, made by openssl, and how strong each is (SEC-13). */
#include "tests/pki/pki_test.h"

#include "core/pki/signature.h"

#define PSS "-sigopt rsa_padding_mode:pss"

static const struct {
    const char *name;
    const char *key;     /* options of openssl genpkey */
    const char *options; /* of openssl req */
    gboolean verifies, strong;
} cases[] = {
    {"RSA SHA-256", "-algorithm RSA", "-sha256", TRUE, TRUE},
    {"RSA SHA-512", "-algorithm RSA", "-sha512", TRUE, TRUE},
    {"RSA SHA-1", "-algorithm RSA", "-sha1", TRUE, FALSE},
    {"RSA MD5", "-algorithm RSA", "-md5", TRUE, FALSE},
    {"PSS", "-algorithm RSA", "-sha256 " PSS, TRUE, TRUE},
    {"PSS, salt 20", "-algorithm RSA",
     "-sha256 " PSS " -sigopt rsa_pss_saltlen:20", TRUE, TRUE},
    {"PSS, salt 0", "-algorithm RSA",
     "-sha256 " PSS " -sigopt rsa_pss_saltlen:0", TRUE, TRUE},
    {"PSS, longest salt", "-algorithm RSA",
     "-sha512 " PSS " -sigopt rsa_pss_saltlen:-2", TRUE, TRUE},
    {"PSS key", "-algorithm RSA-PSS", "-sha384", TRUE, TRUE},
    /* GnuTLS has neither; such a path is unknown instead of weak. */
    {"PSS SHA-1", "-algorithm RSA", "-sha1 " PSS, FALSE, FALSE},
    {"PSS, two digests", "-algorithm RSA",
     "-sha256 " PSS " -sigopt rsa_mgf1_md:sha512", FALSE, FALSE},
    {"P-256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "-sha256",
     TRUE, TRUE},
    {"P-384 SHA-384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
     "-sha384", TRUE, TRUE},
    {"P-521 SHA-512", "-algorithm EC -pkeyopt ec_paramgen_curve:P-521",
     "-sha512", TRUE, TRUE},
    {"P-256 SHA-1", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "-sha1",
     TRUE, FALSE},
    {"Ed25519", "-algorithm ED25519", "", TRUE, TRUE},
};

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("sceau-signature-XXXXXX", NULL);
    return *state == NULL;
}

static int
drop_folder(void **state)
{
    g_autofree char *folder = *state;
    g_autofree char *command = g_strdup_printf("rm -r %s", folder);
    return system(command);
}

/* One key of each kind: they take longer to make than all the rest. */
static Cert *
self_signed(const char *folder, const char *key, const char *options)
{
    g_autofree char *name = g_strdelimit(g_strdup(key), " :", '_');
    g_autofree char *command = g_strdup_printf(
        "cd %s && { [ -s ./%s ] || openssl genpkey %s -out ./%s 2>/dev/null; "
        "}"
        " && openssl req -new"
        " -x509 -key ./%s -subj /CN=x %s -out cert.pem 2>/dev/null",
        folder, name, key, name, name, options);
    assert_int_equal(system(command), 0);
    g_autoptr(GPtrArray) certs = read_certs(folder, "cert");
    assert_int_equal(certs->len, 1);
    return cert_ref(certs->pdata[0]);
}

static void
signatures_of_openssl_verify(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Cert) cert =
            self_signed(*state, cases[i].key, cases[i].options);
        Der algorithm = cert->signature_algorithm;
        g_autoptr(GBytes) digest = signature_digest(algorithm, cert->tbs);
        gboolean whole = signature_verify(cert->public_key, algorithm,
                                          cert->tbs, cert->signature);
        gboolean by_digest = signature_verify_digest(
            cert->public_key, algorithm, digest, cert->tbs, cert->signature);
        if (whole != cases[i].verifies || by_digest != cases[i].verifies)
            fail_msg("%s: %d and %d", cases[i].name, whole, by_digest);
        if (signature_digest_is_strong(algorithm) != cases[i].strong)
            fail_msg("%s: strength", cases[i].name);
    }
}

static void
one_bit_more_is_no_signature(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Cert) cert =
            self_signed(*state, cases[i].key, cases[i].options);
        g_autofree guint8 *copy = g_memdup2(cert->tbs.data, cert->tbs.size);
        copy[cert->tbs.size - 1] ^= 1;
        Der other = {copy, cert->tbs.size};
        if (signature_verify(cert->public_key, cert->signature_algorithm,
                             other, cert->signature))
            fail_msg("%s", cases[i].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_of_openssl_verify),
        cmocka_unit_test(one_bit_more_is_no_signature),
    };
    return cmocka_run_group_tests_name("signatures", tests, make_folder,
                                       drop_folder);
}
