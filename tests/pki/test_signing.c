/* What is wrong with a certificate that is to sign, and what keeps it. */
#include "core/pki/signing.h"

#include "tests/pki/chain.h"

#define ANA "ana@example.org"

static const SigningRules rules = {
    .address = ANA,
    .now = TEST_NOW,
    .min_rsa_bits = 2048,
    .min_ec_bits = 256,
};

static Trust *
trust_of(const Keys *keys, gboolean anchored, gboolean revoked)
{
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    Trust *trust = trust_new(&policy);
    if (anchored)
        trust_add_anchor(trust, keys->anchor);
    if (!revoked)
        return trust;
    g_autoptr(GBytes) list = forge_crl(
        &(CrlSpec){.issuer = dn("Root"), .signer = keys->root, .serial = 7});
    assert_true(trust_add_crls(trust, list, NULL));
    return trust;
}

static Cert *
person(const Keys *keys, guint usage)
{
    return forge(&(CertSpec){.subject = dn("Ana"),
                             .issuer = dn("Root"),
                             .key = keys->leaf,
                             .signer = keys->root,
                             .serial = 7,
                             .extensions = {ext_usage(usage),
                                            ext_purpose(MAIL_PURPOSE),
                                            ext_alt(mail_name(ANA))}});
}

static void
an_authority_that_is_gone_is_named(void **state)
{
    static const struct {
        const char *name;
        gboolean anchored, revoked, stolen;
        guint usage;
        const char *want, *refusal;
    } cases[] = {
        {"good", TRUE, FALSE, FALSE, USAGE_DIGITAL_SIGNATURE, "", NULL},
        {"its authority was reset", FALSE, FALSE, FALSE,
         USAGE_DIGITAL_SIGNATURE, "unknown-issuer", NULL},
        {"taken back", TRUE, TRUE, FALSE, USAGE_DIGITAL_SIGNATURE, "revoked",
         "revoked"},
        {"stolen says it all", TRUE, TRUE, TRUE, USAGE_DIGITAL_SIGNATURE,
         "stolen", "stolen"},
        {"never meant to sign", FALSE, FALSE, FALSE, USAGE_KEY_AGREEMENT,
         "usage", "usage"},
    };
    const Keys *keys = *state;
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Trust) trust =
            trust_of(keys, cases[i].anchored, cases[i].revoked);
        g_autoptr(Cert) cert = person(keys, cases[i].usage);
        SigningRules now = rules;
        now.stolen = cases[i].stolen;
        g_auto(GStrv) codes = signing_problems(trust, cert, chain, &now);
        g_autofree char *got = g_strjoinv(",", codes);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, got);
        if (g_strcmp0(signing_refusal(codes), cases[i].refusal) != 0)
            fail_msg("%s: refused for another reason", cases[i].name);
    }
}

/* What came along with it leads to the anchor. */
static void
the_chain_counts(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Trust) trust = trust_of(keys, TRUE, FALSE);
    g_autoptr(GPtrArray) certs = chain_build(keys, &(Chain){0});
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    const Cert *cert = g_ptr_array_index(certs, 0);
    g_auto(GStrv) with = signing_problems(trust, cert, certs, &rules);
    g_auto(GStrv) without = signing_problems(trust, cert, none, &rules);
    g_auto(GStrv) unasked = signing_problems(NULL, cert, none, &rules);
    assert_null(with[0]);
    assert_string_equal(without[0], "unknown-issuer");
    assert_null(unasked[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_authority_that_is_gone_is_named),
        cmocka_unit_test(the_chain_counts),
    };
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
