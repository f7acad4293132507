/* SEC-05 and what a certificate says of itself. */
#include "tests/pki/forge_cert.h"

/* An RSA SubjectPublicKeyInfo with a modulus of bits and this exponent. */
static GBytes *
rsa_spki(guint bits, const char *exponent, gsize size)
{
    gsize octets = (bits + 7) / 8;
    g_autofree guint8 *modulus = g_malloc0(octets + 1);
    for (gsize i = 1; i <= octets; i++)
        modulus[i] = (guint8)(0xa5 + i);
    modulus[1] = (guint8)(1U << (bits - 1) % 8);
    modulus[octets] |= 1;
    gsize skip = modulus[1] < 0x80;
    GBytes *key =
        wrap(DER_SEQUENCE,
             wrap(DER_INTEGER, g_bytes_new(modulus + skip, octets + 1 - skip),
                  NULL),
             wrap(DER_INTEGER, g_bytes_new(exponent, size), NULL), NULL);
    return wrap(DER_SEQUENCE,
                wrap(DER_SEQUENCE, oid("1.2.840.113549.1.1.1"),
                     wrap(0x05, NULL), NULL),
                wrap(DER_BIT_STRING, g_bytes_new("", 1), key, NULL), NULL);
}

static gboolean
is_accepted(const CertSpec *spec)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = forge_der(spec);
    g_autoptr(Cert) cert = cert_parse(der, &error);
    if (cert == NULL)
        assert_int_equal(app_error_code(error), APP_ERROR_CERTIFICATE);
    return cert != NULL;
}

static void
sec_05_rsa_keys_have_limits(void **state)
{
    static const struct {
        const char *name;
        guint bits;
        const char *exponent;
        gsize size;
        gboolean want;
    } cases[] = {
        {"2048 and 65537", 2048, "\1\0\1", 3, TRUE},
        {"8192", 8192, "\1\0\1", 3, TRUE},
        {"8193", 8193, "\1\0\1", 3, FALSE},
        {"16384", 16384, "\1\0\1", 3, FALSE},
        {"exponent 1", 2048, "\1", 1, FALSE},
        {"exponent 2", 2048, "\2", 1, FALSE},
        {"exponent 3", 2048, "\3", 1, TRUE},
        {"exponent 65536", 2048, "\1\0\0", 3, FALSE},
        {"exponent 2^32-1", 2048, "\0\377\377\377\377", 5, TRUE},
        {"exponent 2^32+1", 2048, "\1\0\0\0\1", 5, FALSE},
        {"exponent of 64 bits", 2048, "\1\0\0\0\0\0\0\0\1", 9, FALSE},
    };
    g_autoptr(Key) signer = ec_key_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const CertSpec spec = {
            .subject = dn("Ana"),
            .signer = signer,
            .spki = rsa_spki(cases[i].bits, cases[i].exponent, cases[i].size),
        };
        if (is_accepted(&spec) != cases[i].want)
            fail_msg("%s", cases[i].name);
    }
}

static GBytes *
many_names(guint count)
{
    g_autoptr(GPtrArray) names =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (guint i = 0; i < count; i++)
        g_ptr_array_add(names, mail_name("ana@example.org"));
    return extension("2.5.29.17", FALSE,
                     join(g_steal_pointer(&names), DER_SEQUENCE));
}

static GBytes *
many_constraints(guint count)
{
    g_autoptr(GPtrArray) bases =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (guint i = 0; i < count; i++)
        g_ptr_array_add(bases,
                        wrap(DER_SEQUENCE, mail_name("example.org"), NULL));
    return extension(
        "2.5.29.30", TRUE,
        wrap(DER_SEQUENCE, join(g_steal_pointer(&bases), 0xa0), NULL));
}

static void
sec_05_lists_and_sizes_have_limits(void **state)
{
    g_autofree char *filler = g_strnfill(65536, 'x');
    const struct {
        const char *name;
        GBytes *extension, *again;
        gboolean want;
    } cases[] = {
        {"64 names", many_names(64), NULL, TRUE},
        {"65 names", many_names(65), NULL, FALSE},
        {"64 constraints", many_constraints(64), NULL, TRUE},
        {"65 constraints", many_constraints(65), NULL, FALSE},
        {"64 KiB", extension("1.2.3", FALSE, raw(filler)), NULL, FALSE},
        {"an extension twice", ext_ca(TRUE, 1), ext_ca(TRUE, 2), FALSE},
    };
    g_autoptr(Key) key = ec_key_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const CertSpec spec = {
            .subject = dn("Ana"),
            .key = key,
            .extensions = {cases[i].extension, cases[i].again}};
        if (is_accepted(&spec) != cases[i].want)
            fail_msg("%s", cases[i].name);
    }
}

/* length certificates from a root to Ana; FALSE if no path was found. */
static gboolean
chain_of(guint length, const Key *key)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(Cert) root = forge_root("0", key);
    g_autoptr(GPtrArray) between = certs_new();
    g_autoptr(GPtrArray) path = NULL;
    trust_add_anchor(trust, root);
    for (guint i = 1; i + 1 < length; i++) {
        g_autofree char *own = g_strdup_printf("%u", i);
        g_autofree char *issuer = g_strdup_printf("%u", i - 1);
        g_ptr_array_add(between, forge_authority(own, key, issuer, key));
    }
    g_autofree char *last = g_strdup_printf("%u", length - 2);
    g_autoptr(Cert) leaf = forge_person(key, last, key);
    VerdictSet set = trust_judge(trust, leaf, between, TEST_NOW, &path);
    assert_int_equal(set == 0, path != NULL);
    if (path != NULL)
        assert_int_equal(path->len, length);
    return set == 0;
}

static void
sec_05_chains_have_at_most_8(void **state)
{
    g_autoptr(Key) key = ec_key_new();
    assert_true(chain_of(2, key));
    assert_true(chain_of(8, key));
    assert_false(chain_of(9, key));
}

static void
getters_say_what_is_in_it(void **state)
{
    g_autoptr(Key) key = ec_key_new();
    g_autoptr(Cert) cert =
        forge(&(CertSpec){.subject = dn("Ana"),
                          .issuer = dn("Root"),
                          .key = key,
                          .serial = 0x1234,
                          .not_before = TEST_NOW - DAY,
                          .not_after = TEST_NOW + DAY,
                          .extensions = {ext_key_id("me")}});
    assert_string_equal(cert_name(cert), "Ana");
    assert_string_equal(cert_subject(cert), "CN=Ana,O=Test");
    assert_string_equal(cert_issuer(cert), "CN=Root,O=Test");
    assert_string_equal(cert_issuer_name(cert), "Root");
    assert_string_equal(cert_serial(cert), "1234");
    assert_int_equal(g_bytes_get_size(cert_serial_der(cert)), 2);
    assert_string_equal(cert_algorithm(cert), "P-256");
    assert_int_equal(cert_key_bits(cert), 256);
    assert_int_equal(cert_not_before(cert), TEST_NOW - DAY);
    assert_int_equal(cert_not_after(cert), TEST_NOW + DAY);
    g_autoptr(GBytes) id = raw("me"), issuer = dn("Root");
    assert_true(g_bytes_equal(cert_key_id(cert), id));
    assert_true(g_bytes_equal(cert_issuer_der(cert), issuer));
    g_autofree char *print =
        g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, cert_der(cert));
    assert_string_equal(cert_fingerprint(cert), print);
}

static void
certificates_name_their_algorithm_twice(void **state)
{
    g_autoptr(Key) key = ec_key_new();
    CertSpec spec = {.subject = dn("Ana"),
                     .key = key,
                     .digest = GNUTLS_DIG_SHA384,
                     .inner = GNUTLS_DIG_SHA256};
    assert_false(is_accepted(&spec));
    spec.subject = dn("Ana");
    spec.inner = GNUTLS_DIG_SHA384;
    assert_true(is_accepted(&spec));
}

static void
every_cut_and_flip_is_refused_or_read(void **state)
{
    g_autoptr(Key) key = ec_key_new();
    g_autoptr(Cert) cert = forge_person(key, "Root", key);
    gsize size;
    const guint8 *data = g_bytes_get_data(cert_der(cert), &size);
    for (gsize cut = 0; cut < size; cut++) {
        g_autoptr(GBytes) part = g_bytes_new(data, cut);
        g_autoptr(GError) error = NULL;
        assert_null(cert_parse(part, &error));
        assert_int_equal(app_error_code(error), APP_ERROR_CERTIFICATE);
    }
    for (gsize at = 0; at < size; at++) {
        g_autofree guint8 *copy = g_memdup2(data, size);
        copy[at] ^= 0x81;
        g_autoptr(GBytes) flipped = g_bytes_new(copy, size);
        g_autoptr(GError) error = NULL;
        g_autoptr(Cert) got = cert_parse(flipped, &error);
        assert_true((got == NULL) == (error != NULL));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_05_rsa_keys_have_limits),
        cmocka_unit_test(sec_05_lists_and_sizes_have_limits),
        cmocka_unit_test(sec_05_chains_have_at_most_8),
        cmocka_unit_test(getters_say_what_is_in_it),
        cmocka_unit_test(certificates_name_their_algorithm_twice),
        cmocka_unit_test(every_cut_and_flip_is_refused_or_read),
    };
    return cmocka_run_group_tests_name("certificates", tests, NULL, NULL);
}
