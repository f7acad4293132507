/* Which certificates may be encrypted to, and when. */
#include "tests/pki/forge_cert.h"

#define BIT(verdict) (1U << VERDICT_##verdict)
#define CURVE(name) GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_##name)

static const TrustPolicy policy = TRUST_POLICY_DEFAULT;

static Cert *
recipient(const Key *key, guint usage, const Key *signer)
{
    return forge(&(CertSpec){
        .subject = dn("Ana"),
        .issuer = dn("Root"),
        .key = key,
        .signer = signer,
        .serial = 7,
        .extensions = {ext_usage(usage), ext_purpose(MAIL_PURPOSE),
                       ext_alt(mail_name("ana@example.org"))}});
}

/* RFC 5753 §3.1: a curve's key agrees, RSA's enciphers. */
static void
sec_33_the_key_must_be_for_wrapping(void **state)
{
    static const struct {
        const char *name;
        gnutls_pk_algorithm_t algorithm;
        guint bits, usage;
        VerdictSet want;
    } cases[] = {
        {"RSA", GNUTLS_PK_RSA, 2048, USAGE_KEY_ENCIPHERMENT, 0},
        {"RSA for both", GNUTLS_PK_RSA, 2048,
         USAGE_KEY_ENCIPHERMENT | USAGE_DIGITAL_SIGNATURE, 0},
        {"RSA for signing", GNUTLS_PK_RSA, 2048, USAGE_DIGITAL_SIGNATURE,
         BIT(WRONG_USAGE)},
        {"RSA for agreement", GNUTLS_PK_RSA, 2048, USAGE_KEY_AGREEMENT,
         BIT(WRONG_USAGE)},
        {"small RSA", GNUTLS_PK_RSA, 1024, USAGE_KEY_ENCIPHERMENT, BIT(WEAK)},
        {"P-256", GNUTLS_PK_ECDSA, CURVE(SECP256R1), USAGE_KEY_AGREEMENT, 0},
        {"P-521", GNUTLS_PK_ECDSA, CURVE(SECP521R1), USAGE_KEY_AGREEMENT, 0},
        {"P-256 for signing", GNUTLS_PK_ECDSA, CURVE(SECP256R1),
         USAGE_DIGITAL_SIGNATURE, BIT(WRONG_USAGE)},
        {"P-256 for enciphering", GNUTLS_PK_ECDSA, CURVE(SECP256R1),
         USAGE_KEY_ENCIPHERMENT, BIT(WRONG_USAGE)},
        {"Ed25519", GNUTLS_PK_EDDSA_ED25519, 256,
         USAGE_KEY_ENCIPHERMENT | USAGE_KEY_AGREEMENT, BIT(WRONG_USAGE)},
        {"DSA", GNUTLS_PK_DSA, 2048,
         USAGE_KEY_ENCIPHERMENT | USAGE_KEY_AGREEMENT,
         BIT(WRONG_USAGE) | BIT(WEAK)},
    };
    g_autoptr(Key) root = ec_key_new();
    g_autoptr(Cert) anchor = forge_root("Root", root);
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, anchor);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Key) key = key_new(cases[i].algorithm, cases[i].bits);
        g_autoptr(Cert) cert = recipient(key, cases[i].usage, root);
        VerdictSet got =
            trust_judge_recipient(trust, cert, NULL, TEST_NOW, NULL);
        if (got != cases[i].want ||
            cert_may_encrypt_mail(cert) == !!(got & BIT(WRONG_USAGE)))
            fail_msg("%s: got %x", cases[i].name, got);
    }
}

static void
a_recipient_is_judged_at_the_moment(void **state)
{
    static const struct {
        const char *name;
        gint64 at;
        gboolean trusted;
        VerdictSet want;
    } cases[] = {
        {"now", 0, TRUE, 0},
        {"ended", 181 * DAY, TRUE, BIT(EXPIRED)},
        {"to come", -181 * DAY, TRUE, BIT(NOT_YET_VALID)},
        {"nobody vouches", 0, FALSE, BIT(UNKNOWN_ISSUER)},
    };
    g_autoptr(Key) root = ec_key_new();
    g_autoptr(Key) key = ec_key_new();
    g_autoptr(Cert) anchor = forge_root("Root", root);
    g_autoptr(Cert) cert = recipient(key, USAGE_KEY_AGREEMENT, root);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Trust) trust = trust_new(&policy);
        g_autoptr(GPtrArray) path = NULL;
        if (cases[i].trusted)
            trust_add_anchor(trust, anchor);
        VerdictSet got = trust_judge_recipient(trust, cert, NULL,
                                               TEST_NOW + cases[i].at, &path);
        if ((got & cases[i].want) != cases[i].want ||
            (cases[i].want == 0 && got != 0))
            fail_msg("%s: got %x", cases[i].name, got);
        if (got == 0)
            assert_int_equal(path->len, 2);
    }
}

static void
a_key_of_p_521_is_called_so(void **state)
{
    g_autoptr(Key) key = key_new(GNUTLS_PK_ECDSA, CURVE(SECP521R1));
    g_autoptr(Cert) cert =
        forge(&(CertSpec){.subject = dn("Ana"), .key = key});
    assert_string_equal(cert_algorithm(cert), "P-521");
    assert_int_equal(cert_key_bits(cert), 521);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_33_the_key_must_be_for_wrapping),
        cmocka_unit_test(a_recipient_is_judged_at_the_moment),
        cmocka_unit_test(a_key_of_p_521_is_called_so),
    };
    return cmocka_run_group_tests_name("recipients", tests, NULL, NULL);
}
