/* Requests from browsers and other programs: what they say, and within which
 * bounds (S14). */
#include "core/pki/csr.h"
#include "tests/pki/request.h"

static Csr *
parsed(GBytes *der, const char *name)
{
    g_autoptr(GError) error = NULL;
    Csr *csr = csr_parse(der, &error);
    expect_fine(csr != NULL, error, name);
    return csr;
}

static void
a_request_says_its_key_and_addresses(void **state)
{
    static const struct {
        const char *name;
        Wanted wanted;
        KeyKind kind;
        guint bits;
        const char *algorithm;
    } cases[] = {
        {"P-256", {P256, "ana@demo.test", NULL, FALSE}, KEY_EC, 256, "P-256"},
        {"P-384", {P384, "ana@demo.test", NULL, FALSE}, KEY_EC, 384, "P-384"},
        {"RSA",
         {GNUTLS_PK_RSA, 2048, "ana@demo.test", NULL, FALSE},
         KEY_RSA,
         2048,
         "RSA 2048"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = make_request(&cases[i].wanted);
        g_autoptr(Csr) csr = parsed(der, cases[i].name);
        assert_int_equal(csr->kind, cases[i].kind);
        assert_int_equal(csr->bits, cases[i].bits);
        assert_string_equal(csr->algorithm, cases[i].algorithm);
        assert_true(csr->proved);
        assert_string_equal(csr->addresses[0], "ana@demo.test");
        assert_null(csr->addresses[1]);
        assert_int_equal(strlen(csr->key), 64);
    }
}

/* S14: on either side of the floors, whether GnuTLS can use the key or not.
 */
static void
s14_sizes_are_told_exactly(void **state)
{
    static const struct {
        const char *spec;
        KeyKind kind;
        guint bits;
    } cases[] = {
        {"rsa:1023", KEY_RSA, 1023},    {"rsa:1024", KEY_RSA, 1024},
        {"rsa:2047", KEY_RSA, 2047},    {"rsa:2048", KEY_RSA, 2048},
        {"ec:prime192v1", KEY_EC, 192}, {"ec:secp224r1", KEY_EC, 224},
        {"ec:prime256v1", KEY_EC, 256}, {"ec:secp521r1", KEY_EC, 521},
        {"ec:secp256k1", KEY_OTHER, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = openssl_request(cases[i].spec);
        if (der == NULL)
            fail_msg("openssl makes no %s", cases[i].spec);
        g_autoptr(Csr) csr = parsed(der, cases[i].spec);
        if (csr->kind != cases[i].kind || csr->bits != cases[i].bits)
            fail_msg("%s: got %s", cases[i].spec, csr->algorithm);
    }
}

static void
a_request_without_its_key_is_not_proved(void **state)
{
    const Wanted wanted = {P256, "ana@demo.test", NULL, TRUE};
    g_autoptr(GBytes) der = make_request(&wanted);
    g_autoptr(Csr) csr = parsed(der, "spoilt");
    assert_false(csr->proved);
}

static void
a_request_is_for_the_one_it_names(void **state)
{
    static const struct {
        const char *name;
        Wanted wanted;
        gboolean want;
    } cases[] = {
        {"nobody", {P256, NULL, NULL, FALSE}, TRUE},
        {"the same", {P256, "ana@demo.test", NULL, FALSE}, TRUE},
        {"other case", {P256, "ANA@Demo.Test", NULL, FALSE}, TRUE},
        {"another", {P256, "bob@demo.test", NULL, FALSE}, FALSE},
        {"and another",
         {P256, "ana@demo.test", "bob@demo.test", FALSE},
         FALSE},
        {"none at all", {P256, "ana", NULL, FALSE}, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = make_request(&cases[i].wanted);
        g_autoptr(Csr) csr = parsed(der, cases[i].name);
        if (csr_is_for(csr, "ana@demo.test") != cases[i].want)
            fail_msg("%s", cases[i].name);
    }
}

/* Every cut, and every byte more, is refused and nothing is read past. */
static void
what_is_no_request_is_refused(void **state)
{
    const Wanted wanted = {P256, "ana@demo.test", NULL, FALSE};
    g_autoptr(GBytes) der = make_request(&wanted);
    gsize size;
    const guint8 *data = g_bytes_get_data(der, &size);
    for (gsize cut = 0; cut < size; cut++) {
        g_autofree guint8 *copy = g_memdup2(data, cut);
        g_autoptr(GBytes) bytes = g_bytes_new(copy, cut);
        g_autoptr(GError) error = NULL;
        assert_null(csr_parse(bytes, &error));
        expect_app_error(error, APP_ERROR_CERTIFICATE, "cut");
    }
    g_autofree guint8 *longer = g_malloc0(CSR_MAX_BYTES + 1);
    memcpy(longer, data, size);
    const gsize sizes[] = {size + 1, CSR_MAX_BYTES + 1};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new(longer, sizes[i]);
        assert_null(csr_parse(bytes, NULL));
    }
}

static void
pem_is_read_with_one_request_in_it(void **state)
{
    const Wanted wanted = {P256, "ana@demo.test", NULL, FALSE};
    g_autoptr(GBytes) der = make_request(&wanted);
    gsize size;
    const guint8 *data = g_bytes_get_data(der, &size);
    g_autofree char *body = g_base64_encode(data, size);
    g_autofree char *one =
        g_strdup_printf("-----BEGIN CERTIFICATE REQUEST-----\n%s\n"
                        "-----END CERTIFICATE REQUEST-----\n",
                        body);
    g_autofree char *two = g_strconcat(one, one, NULL);
    g_autoptr(GBytes) good = g_bytes_new(one, strlen(one));
    g_autoptr(GBytes) bad = g_bytes_new(two, strlen(two));
    g_autoptr(Csr) csr = csr_parse_file(good, NULL);
    assert_non_null(csr);
    assert_null(csr_parse_file(bad, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_says_its_key_and_addresses),
        cmocka_unit_test(s14_sizes_are_told_exactly),
        cmocka_unit_test(a_request_without_its_key_is_not_proved),
        cmocka_unit_test(a_request_is_for_the_one_it_names),
        cmocka_unit_test(what_is_no_request_is_refused),
        cmocka_unit_test(pem_is_read_with_one_request_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
