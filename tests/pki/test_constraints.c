/* SEC-14: names under constraints (RFC 5280 §4.2.1.10, RFC 9598). */
#include "tests/pki/chain.h"

#define CA ext_ca(TRUE, -1)
#define SIGNS ext_usage(USAGE_DIGITAL_SIGNATURE)
#define MAIL ext_purpose(MAIL_PURPOSE)
#define SMTP_UTF8 "1.3.6.1.5.5.7.8.9"
#define UPN "1.3.6.1.4.1.311.20.2.3"

enum { PERMITTED = 0xa0, EXCLUDED = 0xa1 };

/* nameConstraints with one subtree on one side. */
static GBytes *
only(guint8 side, GBytes *base)
{
    return extension("2.5.29.30", TRUE,
                     wrap(DER_SEQUENCE,
                          wrap(side, wrap(DER_SEQUENCE, base, NULL), NULL),
                          NULL));
}

static GBytes *
text_name(guint8 kind, const char *text)
{
    return wrap(kind, raw(text), NULL);
}

static GBytes *
directory(GBytes *name)
{
    return wrap(GENERAL_DIRECTORY, name, NULL);
}

static GBytes *
ip(const char *octets, gsize size)
{
    return wrap(GENERAL_IP, g_bytes_new(octets, size), NULL);
}

/* O=Test alone: what dn() begins with. */
static GBytes *
organisation(const char *name)
{
    return wrap(DER_SEQUENCE,
                attribute("2.5.4.10", DER_PRINTABLE_STRING, name), NULL);
}

static GBytes *
dn_with_mail(const char *address)
{
    return wrap(DER_SEQUENCE, attribute("2.5.4.3", DER_UTF8_STRING, "Ana"),
                attribute(NAME_EMAIL, DER_IA5_STRING, address), NULL);
}

static GBytes *
utf8_mailbox(const char *address)
{
    return other_name(SMTP_UTF8, DER_UTF8_STRING, raw(address));
}

#define UNDER(base)                                                          \
    {                                                                        \
        CA, only(PERMITTED, base)                                            \
    }
#define OUTSIDE(base)                                                        \
    {                                                                        \
        CA, only(EXCLUDED, base)                                             \
    }
#define LEAF(name)                                                           \
    {                                                                        \
        SIGNS, MAIL, ext_alt(name)                                           \
    }
#define NO BIT(UNKNOWN_ISSUER)

static void
sec_14_mailboxes_keep_to_constraints(void **state)
{
    const ChainCase cases[] = {
        {"host permitted", 0, {.ca = UNDER(mail_name("example.org"))}, NULL},
        {"host in capitals",
         0,
         {.ca = UNDER(mail_name("EXAMPLE.org"))},
         NULL},
        {"other host permitted",
         NO,
         {.ca = UNDER(mail_name("example.com"))},
         NULL},
        {"host does not mean those below",
         NO,
         {.ca = UNDER(mail_name("example.org")),
          .leaf = LEAF(mail_name("ana@mail.example.org"))},
         NULL},
        {"those below",
         0,
         {.ca = UNDER(mail_name(".example.org")),
          .leaf = LEAF(mail_name("ana@mail.example.org"))},
         NULL},
        {"those below do not mean the host",
         NO,
         {.ca = UNDER(mail_name(".example.org"))},
         NULL},
        {"mailbox permitted",
         0,
         {.ca = UNDER(mail_name("ana@example.org"))},
         NULL},
        {"mailbox excluded",
         NO,
         {.ca = OUTSIDE(mail_name("ana@example.org"))},
         NULL},
        {"another mailbox excluded",
         0,
         {.ca = OUTSIDE(mail_name("bob@example.org"))},
         NULL},
        {"mailbox of the subject counts without others",
         NO,
         {.ca = UNDER(mail_name("example.org")),
          .leaf = {SIGNS, MAIL},
          .leaf_subject = dn_with_mail("ana@example.com")},
         NULL},
        {"what is no mailbox there",
         NO,
         {.ca = UNDER(mail_name("example.org")),
          .leaf = {SIGNS, MAIL},
          .leaf_subject = dn_with_mail("ana")},
         NULL},
    };
    run_chains(*state, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_international_mailboxes_keep_to_constraints(void **state)
{
    const ChainCase cases[] = {
        {"in the permitted host",
         0,
         {.ca = UNDER(mail_name("example.org")),
          .leaf = LEAF(utf8_mailbox("zo\303\253@example.org"))},
         NULL},
        {"outside the permitted host",
         NO,
         {.ca = UNDER(mail_name("example.org")),
          .leaf = LEAF(utf8_mailbox("zo\303\253@example.com"))},
         NULL},
        {"in the excluded host",
         NO,
         {.ca = OUTSIDE(mail_name("example.org")),
          .leaf = LEAF(utf8_mailbox("zo\303\253@example.org"))},
         NULL},
        {"international host by its A-label",
         0,
         {.ca = UNDER(mail_name("xn--bcher-kva.example")),
          .leaf = LEAF(utf8_mailbox("zo\303\253@b\303\274cher.example"))},
         NULL},
    };
    run_chains(*state, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_other_names_keep_to_constraints(void **state)
{
    static const char net[] = "\300\000\002\000\377\377\377\000";
    static const char in[] = "\300\000\002\007", out[] = "\300\000\003\007";
    const ChainCase cases[] = {
        {"directory permitted",
         0,
         {.ca = UNDER(directory(organisation("test ")))},
         NULL},
        {"other directory permitted",
         NO,
         {.ca = UNDER(directory(organisation("Best")))},
         NULL},
        {"directory excluded",
         NO,
         {.ca = OUTSIDE(directory(organisation("TEST")))},
         NULL},
        {"host permitted",
         0,
         {.ca = UNDER(text_name(GENERAL_DNS, "example.org")),
          .leaf = LEAF(text_name(GENERAL_DNS, "a.EXAMPLE.org"))},
         NULL},
        {"host that only ends alike",
         NO,
         {.ca = UNDER(text_name(GENERAL_DNS, "example.org")),
          .leaf = LEAF(text_name(GENERAL_DNS, "badexample.org"))},
         NULL},
        {"URI outside",
         NO,
         {.ca = UNDER(text_name(GENERAL_URI, "example.org")),
          .leaf = LEAF(text_name(GENERAL_URI, "https://a@evil.org:1/x"))},
         NULL},
        {"URI inside",
         0,
         {.ca = UNDER(text_name(GENERAL_URI, ".example.org")),
          .leaf = LEAF(text_name(GENERAL_URI, "ldap://x.example.org/?q"))},
         NULL},
        {"address inside",
         0,
         {.ca = UNDER(ip(net, 8)), .leaf = LEAF(ip(in, 4))},
         NULL},
        {"address outside",
         NO,
         {.ca = UNDER(ip(net, 8)), .leaf = LEAF(ip(out, 4))},
         NULL},
        {"a kind of name nobody can compare",
         NO,
         {.ca = UNDER(other_name(UPN, DER_UTF8_STRING, raw("a"))),
          .leaf = LEAF(other_name(UPN, DER_UTF8_STRING, raw("a")))},
         NULL},
    };
    run_chains(*state, cases, G_N_ELEMENTS(cases));
}

/* A subtree with a minimum (0x80) or maximum (0x81) of 1. */
static GBytes *
with_limit(guint8 tag)
{
    GBytes *subtree =
        wrap(DER_SEQUENCE, mail_name("example.org"), number(tag, 1), NULL);
    return extension(
        "2.5.29.30", TRUE,
        wrap(DER_SEQUENCE, wrap(PERMITTED, subtree, NULL), NULL));
}

static void
sec_14_constraints_reach_down(void **state)
{
    const ChainCase cases[] = {
        {"through another authority",
         NO,
         {.ca = UNDER(mail_name("example.com")), .sub = {CA}},
         NULL},
        {"to the names of an authority",
         NO,
         {.ca = UNDER(directory(organisation("Best"))),
          .sub = {CA},
          .leaf_subject = organisation("Best")},
         NULL},
        {"but not to a self-issued one",
         0,
         {.ca = {CA, only(EXCLUDED, directory(dn("Inter"))),
                 ext_key_id("inter")},
          .sub = {CA, ext_key_id("sub"), ext_issuer_key_id("inter")},
          .sub_subject = dn("Inter"),
          .leaf = {SIGNS, MAIL, ext_issuer_key_id("sub")},
          .leaf_issuer = dn("Inter")},
         NULL},
        {"a maximum is not understood",
         NO,
         {.ca = {CA, with_limit(0x81)}},
         NULL},
        {"nor is a minimum", NO, {.ca = {CA, with_limit(0x80)}}, NULL},
    };
    run_chains(*state, cases, G_N_ELEMENTS(cases));
}

enum { MANY = 64, AUTHORITIES = 5 };

/* As many subtrees, or names, as a certificate may have. */
static GBytes *
many(guint8 tag, gboolean subtrees)
{
    GPtrArray *parts =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (guint i = 0; i < MANY; i++) {
        GBytes *name = text_name(GENERAL_EMAIL, "ana@example.org");
        g_ptr_array_add(parts,
                        subtrees ? wrap(DER_SEQUENCE, name, NULL) : name);
    }
    return join(parts, tag);
}

static GBytes *
many_permitted(void)
{
    return extension("2.5.29.30", TRUE,
                     wrap(DER_SEQUENCE, many(PERMITTED, TRUE), NULL));
}

/* Ana with her names below n authorities, each with all its constraints. */
static VerdictSet
judge_below(const Keys *keys, guint n)
{
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GPtrArray) certs = certs_new();
    g_autofree char *last = g_strdup("Root");
    trust_add_anchor(trust, keys->anchor);
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("Inter %u", i);
        g_ptr_array_add(
            certs, forge(&(CertSpec){
                       .subject = dn(name),
                       .issuer = dn(last),
                       .key = keys->inter,
                       .signer = i == 0 ? keys->root : keys->inter,
                       .extensions = {ext_ca(TRUE, -1), many_permitted()}}));
        g_free(last);
        last = g_steal_pointer(&name);
    }
    GBytes *names = extension("2.5.29.17", FALSE, many(DER_SEQUENCE, FALSE));
    g_autoptr(Cert) leaf = forge(&(CertSpec){.subject = dn("Ana"),
                                             .issuer = dn(last),
                                             .key = keys->leaf,
                                             .signer = keys->inter,
                                             .extensions = {SIGNS, names}});
    return trust_judge(trust, leaf, certs, TEST_NOW, NULL);
}

static void
sec_14_comparing_names_has_its_budget(void **state)
{
    assert_int_equal(judge_below(*state, 2), 0);
    assert_int_equal(judge_below(*state, AUTHORITIES), NO);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_14_mailboxes_keep_to_constraints),
        cmocka_unit_test(sec_14_international_mailboxes_keep_to_constraints),
        cmocka_unit_test(sec_14_other_names_keep_to_constraints),
        cmocka_unit_test(sec_14_constraints_reach_down),
        cmocka_unit_test(sec_14_comparing_names_has_its_budget),
    };
    return cmocka_run_group_tests_name("constraints", tests, make_keys,
                                       drop_keys);
}
