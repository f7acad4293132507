/* SEC-14: chains of our own, good and bad; openssl agrees but where said. */
#include "tests/pki/chain.h"

#define MAIL ext_purpose(MAIL_PURPOSE)
#define SIGNS ext_usage(USAGE_DIGITAL_SIGNATURE)
#define CA ext_ca(TRUE, -1)
#define CERT_SIGN ext_usage(USAGE_CERT_SIGN)
#define ANA ext_alt(mail_name("ana@example.org"))
#define NOTHING extension("1.2.3.4", FALSE, raw("x"))

static void
sec_14_authorities_must_be_authorities(void **state)
{
    const Keys *keys = *state;
    const ChainCase cases[] = {
        {"usual", 0, {.ca = {NULL}}, NULL},
        {"three authorities", 0, {.sub = {CA, CERT_SIGN}}, NULL},
        {"not a CA",
         BIT(UNKNOWN_ISSUER),
         {.ca = {ext_ca(FALSE, -1), CERT_SIGN}},
         NULL},
        {"without basicConstraints",
         BIT(UNKNOWN_ISSUER),
         {.ca = {CERT_SIGN}},
         NULL},
        {"version 1", BIT(UNKNOWN_ISSUER), {.ca_version = 1}, NULL},
        {"without keyCertSign",
         BIT(UNKNOWN_ISSUER),
         {.ca = {CA, ext_usage(USAGE_CRL_SIGN)}},
         NULL},
        {"without keyUsage", 0, {.ca = {CA}}, NULL},
        {"path length 0 and none below", 0, {.ca = {ext_ca(TRUE, 0)}}, NULL},
        {"path length 0 and one below",
         BIT(UNKNOWN_ISSUER),
         {.ca = {ext_ca(TRUE, 0), CERT_SIGN}, .sub = {CA, CERT_SIGN}},
         NULL},
        {"path length 1 and one below",
         0,
         {.ca = {ext_ca(TRUE, 1)}, .sub = {CA}},
         NULL},
        {"self-issued does not count",
         0,
         {.ca = {ext_ca(TRUE, 0), ext_key_id("inter")},
          .sub = {CA, ext_key_id("sub"), ext_issuer_key_id("inter")},
          .sub_subject = dn("Inter"),
          .leaf = {SIGNS, MAIL, ext_issuer_key_id("sub")},
          .leaf_issuer = dn("Inter")},
         NULL},
        {"authority for servers only",
         BIT(UNKNOWN_ISSUER),
         {.ca = {CA, ext_purpose(SERVER_PURPOSE)}},
         NULL},
        {"authority for any purpose",
         0,
         {.ca = {CA, ext_purpose(ANY_PURPOSE), ext_usage(0xff)}},
         "it wants emailProtection itself in an authority"},
    };
    run_chains(keys, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_leaf_must_be_for_mail(void **state)
{
    const Keys *keys = *state;
    const ChainCase cases[] = {
        {"nonRepudiation only",
         0,
         {.leaf = {ext_usage(USAGE_NON_REPUDIATION), MAIL, ANA}},
         NULL},
        {"keyEncipherment only",
         BIT(WRONG_USAGE),
         {.leaf = {ext_usage(USAGE_KEY_ENCIPHERMENT), MAIL, ANA}},
         NULL},
        {"for servers",
         BIT(WRONG_USAGE),
         {.leaf = {SIGNS, ext_purpose(SERVER_PURPOSE), ANA}},
         NULL},
        {"for any purpose",
         0,
         {.leaf = {SIGNS, ext_purpose(ANY_PURPOSE), ANA}},
         "it wants emailProtection itself"},
        {"says nothing of its use", 0, {.leaf = {ANA}}, NULL},
        {"version 1",
         BIT(WRONG_USAGE),
         {.leaf_version = 1},
         "S/MIME wants version 3 (S13), plain X.509 does not"},
        {"unknown critical extension",
         BIT(UNKNOWN_ISSUER),
         {.leaf = {SIGNS, MAIL, ANA, extension("1.2.3.4", TRUE, raw("x"))}},
         NULL},
        {"unknown critical extension above",
         BIT(UNKNOWN_ISSUER),
         {.ca = {CA, extension("1.2.3.4", TRUE, raw("x"))}},
         NULL},
        {"unknown extension", 0, {.leaf = {SIGNS, MAIL, ANA, NOTHING}}, NULL},
    };
    run_chains(keys, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_links_must_hold(void **state)
{
    const Keys *keys = *state;
    const ChainCase cases[] = {
        {"signed by another key",
         BIT(UNKNOWN_ISSUER),
         {.leaf_signer = keys->other},
         NULL},
        {"authority signed by another key",
         BIT(UNKNOWN_ISSUER),
         {.ca_signer = keys->other},
         NULL},
        {"issuer's name differs",
         BIT(UNKNOWN_ISSUER),
         {.leaf_issuer = dn("Someone")},
         NULL},
        {"issuer's name in capitals", 0, {.leaf_issuer = dn("INTER")}, NULL},
        {"issuer's name with spaces",
         0,
         {.ca_subject = dn("Int  er"), .leaf_issuer = dn(" int er ")},
         NULL},
        {"leaf expired",
         BIT(EXPIRED),
         {.leaf_from = TEST_NOW - 9 * DAY, .leaf_until = TEST_NOW - DAY},
         NULL},
        {"leaf not yet valid",
         BIT(NOT_YET_VALID),
         {.leaf_from = TEST_NOW + DAY},
         NULL},
        {"authority expired",
         BIT(EXPIRED),
         {.ca_from = TEST_NOW - 9 * DAY, .ca_until = TEST_NOW - DAY},
         NULL},
        {"SHA-1 in the path is weak, not unknown",
         BIT(WEAK),
         {.ca_digest = GNUTLS_DIG_SHA1},
         NULL},
        {"SHA-1 under the leaf",
         BIT(WEAK),
         {.leaf_digest = GNUTLS_DIG_SHA1},
         NULL},
    };
    run_chains(keys, cases, G_N_ELEMENTS(cases));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_14_authorities_must_be_authorities),
        cmocka_unit_test(sec_14_leaf_must_be_for_mail),
        cmocka_unit_test(sec_14_links_must_hold),
    };
    return cmocka_run_group_tests_name("chains", tests, make_keys, drop_keys);
}
