/* Z11, S13, S14: which certificates may sign and receive mail. */
#include "tests/pki/forge_cert.h"

#include "core/pki/strength.h"

#define CODE_SIGNING "1.3.6.1.5.5.7.3.3"
#define MAIL ext_purpose(MAIL_PURPOSE)

typedef struct {
    const char *name;
    GBytes *usage, *purpose; /* NULL: the extension is absent */
    guint version;
    const char *missing; /* NULL: may sign */
    gboolean may_encrypt;
} UsageCase;

static void
run_usages(const UsageCase *cases, gsize n)
{
    g_autoptr(Key) key = key_new(GNUTLS_PK_RSA, 2048);
    for (gsize i = 0; i < n; i++) {
        const UsageCase *it = &cases[i];
        CertSpec spec = {
            .subject = dn("Ana"), .key = key, .version = it->version};
        guint count = 0;
        if (it->usage != NULL)
            spec.extensions[count++] = it->usage;
        if (it->purpose != NULL)
            spec.extensions[count++] = it->purpose;
        g_autoptr(Cert) cert = forge(&spec);
        const char *got = cert_missing_usage(cert);
        if (g_strcmp0(got, it->missing) != 0 ||
            cert_may_sign_mail(cert) != (it->missing == NULL) ||
            cert_may_encrypt_mail(cert) != it->may_encrypt)
            fail_msg("%s: misses %s", it->name, got ? got : "nothing");
    }
}

static void
z11_usage_must_suit_and_the_missing_one_is_named(void **state)
{
    const guint sign = USAGE_DIGITAL_SIGNATURE;
    const guint encrypt = USAGE_KEY_ENCIPHERMENT;
    const UsageCase cases[] = {
        {"both", ext_usage(sign | encrypt), MAIL, 3, NULL, TRUE},
        {"signing", ext_usage(sign), MAIL, 3, NULL, FALSE},
        {"nonRepudiation", ext_usage(USAGE_NON_REPUDIATION), MAIL, 3, NULL,
         FALSE},
        {"encrypting", ext_usage(encrypt), MAIL, 3, "digitalSignature", TRUE},
        {"certificates", ext_usage(USAGE_CERT_SIGN), MAIL, 3,
         "digitalSignature", FALSE},
        {"key agreement is not for RSA", ext_usage(USAGE_KEY_AGREEMENT), MAIL,
         3, "digitalSignature", FALSE},
        {"no keyUsage", NULL, MAIL, 3, NULL, TRUE},
        {"no purpose", ext_usage(sign | encrypt), NULL, 3, NULL, TRUE},
        {"neither", NULL, NULL, 3, NULL, TRUE},
        {"any purpose", NULL, ext_purpose(ANY_PURPOSE), 3, NULL, TRUE},
        {"servers", ext_usage(sign | encrypt), ext_purpose(SERVER_PURPOSE), 3,
         "emailProtection", FALSE},
        {"programs", ext_usage(sign), ext_purpose(CODE_SIGNING), 3,
         "emailProtection", FALSE},
    };
    run_usages(cases, G_N_ELEMENTS(cases));
}

static void
s13_only_version_3_is_accepted(void **state)
{
    const UsageCase cases[] = {
        {"version 1", NULL, NULL, 1, "X.509v3", FALSE},
        {"version 2", NULL, NULL, 2, "X.509v3", FALSE},
        {"version 3", NULL, NULL, 3, NULL, TRUE},
    };
    run_usages(cases, G_N_ELEMENTS(cases));
}

#define CURVE(name) GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_##name)

static void
s14_keys_are_held_to_two_floors(void **state)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    static const struct {
        const char *name;
        gnutls_pk_algorithm_t algorithm;
        guint bits;
        KeyKind kind;
        Strength want;
    } cases[] = {
        {"RSA 1023", GNUTLS_PK_RSA, 1023, KEY_RSA, STRENGTH_BELOW_FLOOR},
        {"RSA 1024", GNUTLS_PK_RSA, 1024, KEY_RSA, STRENGTH_WEAK},
        {"RSA 2047", GNUTLS_PK_RSA, 2047, KEY_RSA, STRENGTH_WEAK},
        {"RSA 2048", GNUTLS_PK_RSA, 2048, KEY_RSA, STRENGTH_GOOD},
        {"P-192", GNUTLS_PK_ECDSA, CURVE(SECP192R1), KEY_EC,
         STRENGTH_BELOW_FLOOR},
        {"P-224", GNUTLS_PK_ECDSA, CURVE(SECP224R1), KEY_EC, STRENGTH_WEAK},
        {"P-256", GNUTLS_PK_ECDSA, CURVE(SECP256R1), KEY_EC, STRENGTH_GOOD},
        {"P-384", GNUTLS_PK_ECDSA, CURVE(SECP384R1), KEY_EC, STRENGTH_GOOD},
        {"P-521", GNUTLS_PK_ECDSA, CURVE(SECP521R1), KEY_EC, STRENGTH_GOOD},
        {"DSA 1024", GNUTLS_PK_DSA, 1024, KEY_DSA, STRENGTH_WEAK},
        {"DSA 2048", GNUTLS_PK_DSA, 2048, KEY_DSA, STRENGTH_WEAK},
        {"Ed25519", GNUTLS_PK_EDDSA_ED25519, 256, KEY_ED25519, STRENGTH_GOOD},
    };
    g_autoptr(Key) signer = ec_key_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Key) key = key_new(cases[i].algorithm, cases[i].bits);
        g_autoptr(Cert) cert = forge(
            &(CertSpec){.subject = dn("Ana"), .key = key, .signer = signer});
        if (cert_key_kind(cert) != cases[i].kind ||
            strength_of_cert(cert, &policy) != cases[i].want)
            fail_msg("%s: %s, %d", cases[i].name, cert_algorithm(cert),
                     strength_of_cert(cert, &policy));
    }
}

static void
s14_floors_are_settings(void **state)
{
    const TrustPolicy policy = {3072, 2048, 384, 256, FALSE};
    assert_int_equal(strength_of_key(KEY_RSA, 2047, &policy),
                     STRENGTH_BELOW_FLOOR);
    assert_int_equal(strength_of_key(KEY_RSA, 2048, &policy), STRENGTH_WEAK);
    assert_int_equal(strength_of_key(KEY_RSA, 3072, &policy), STRENGTH_GOOD);
    assert_int_equal(strength_of_key(KEY_EC, 256, &policy), STRENGTH_WEAK);
    assert_int_equal(strength_of_key(KEY_EC, 384, &policy), STRENGTH_GOOD);
}

static void
s14_digests_of_the_issuer_count(void **state)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    static const struct {
        const char *name;
        gnutls_digest_algorithm_t digest;
        Strength want;
    } cases[] = {
        {"MD5", GNUTLS_DIG_MD5, STRENGTH_WEAK},
        {"SHA-1", GNUTLS_DIG_SHA1, STRENGTH_WEAK},
        {"SHA-224", GNUTLS_DIG_SHA224, STRENGTH_WEAK},
        {"SHA-256", GNUTLS_DIG_SHA256, STRENGTH_GOOD},
        {"SHA-384", GNUTLS_DIG_SHA384, STRENGTH_GOOD},
        {"SHA-512", GNUTLS_DIG_SHA512, STRENGTH_GOOD},
    };
    g_autoptr(Key) key = key_new(GNUTLS_PK_RSA, 2048);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Cert) cert = forge(&(CertSpec){
            .subject = dn("Ana"), .key = key, .digest = cases[i].digest});
        if (strength_of_cert(cert, &policy) != cases[i].want)
            fail_msg("%s", cases[i].name);
    }
}

typedef struct {
    const char *name;
    gnutls_pk_algorithm_t algorithm;
    guint bits;
    GBytes *usage;
    gint64 until, at;
    const char *address;
    const char *want; /* codes, by commas */
} ProblemCase;

static void
run_problems(const ProblemCase *cases, gsize n)
{
    g_autoptr(Key) signer = ec_key_new();
    for (gsize i = 0; i < n; i++) {
        const ProblemCase *it = &cases[i];
        g_autoptr(Key) key = key_new(it->algorithm, it->bits);
        CertSpec spec = {
            .subject = dn("Ana"),
            .key = key,
            .signer = signer,
            .not_after = it->until,
            .extensions = {ext_alt(mail_name("ana@example.org")), it->usage}};
        g_autoptr(Cert) cert = forge(&spec);
        g_auto(GStrv) codes = cert_signing_problems(
            cert, it->address ? it->address : "ana@example.org",
            it->at ? it->at : TEST_NOW, 2048, 256);
        g_autofree char *got = g_strjoinv(",", codes);
        if (strcmp(got, it->want) != 0)
            fail_msg("%s: got %s, want %s", it->name, got, it->want);
    }
}

static void
z11_problems_are_codes_for_people(void **state)
{
    const gnutls_pk_algorithm_t ec = GNUTLS_PK_ECDSA, rsa = GNUTLS_PK_RSA;
    const guint p256 = CURVE(SECP256R1);
    const ProblemCase cases[] = {
        {"none", ec, p256, NULL, 0, 0, NULL, ""},
        {"none, RSA", rsa, 2048, NULL, 0, 0, NULL, ""},
        {"none, P-384", ec, CURVE(SECP384R1), NULL, 0, 0, NULL, ""},
        {"of another", ec, p256, NULL, 0, 0, "bob@example.org", "address"},
        {"old", ec, p256, NULL, TEST_NOW - DAY, 0, NULL, "expired"},
        {"last second", ec, p256, NULL, TEST_NOW, 0, NULL, ""},
        {"not begun", ec, p256, NULL, 0, TEST_NOW - 999 * DAY, NULL,
         "not-yet-valid"},
        {"for servers", ec, p256, ext_purpose(SERVER_PURPOSE), 0, 0, NULL,
         "usage"},
        {"RSA 2047", rsa, 2047, NULL, 0, 0, NULL, "weak"},
        {"P-224", ec, CURVE(SECP224R1), NULL, 0, 0, NULL, "weak"},
        {"P-521", ec, CURVE(SECP521R1), NULL, 0, 0, NULL, "unsupported-key"},
        {"Ed25519", GNUTLS_PK_EDDSA_ED25519, 256, NULL, 0, 0, NULL,
         "unsupported-key"},
        {"everything", GNUTLS_PK_DSA, 1024, ext_usage(USAGE_CERT_SIGN),
         TEST_NOW - DAY, 0, "x", "address,expired,usage,unsupported-key"},
    };
    run_problems(cases, G_N_ELEMENTS(cases));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z11_usage_must_suit_and_the_missing_one_is_named),
        cmocka_unit_test(z11_problems_are_codes_for_people),
        cmocka_unit_test(s13_only_version_3_is_accepted),
        cmocka_unit_test(s14_keys_are_held_to_two_floors),
        cmocka_unit_test(s14_floors_are_settings),
        cmocka_unit_test(s14_digests_of_the_issuer_count),
    };
    return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
