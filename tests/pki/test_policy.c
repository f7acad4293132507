/* SEC-14: certificate policies along a path (RFC 5280 §6.1, RFC 9618). */
#include "tests/pki/chain.h"

#include "core/pki/policy.h"

#define CA ext_ca(TRUE, -1)
#define NO BIT(UNKNOWN_ISSUER)
#define A "1.2.3.1"
#define B "1.2.3.2"
#define ANY POLICY_ANY

static GBytes *
policies(const char *first, const char *second)
{
    GBytes *one = wrap(DER_SEQUENCE, oid(first), NULL);
    GBytes *two = second ? wrap(DER_SEQUENCE, oid(second), NULL) : raw("");
    return extension("2.5.29.32", FALSE, wrap(DER_SEQUENCE, one, two, NULL));
}

static GBytes *
mapping(const char *from, const char *into)
{
    return extension("2.5.29.33", TRUE,
                     wrap(DER_SEQUENCE,
                          wrap(DER_SEQUENCE, oid(from), oid(into), NULL),
                          NULL));
}

/* requireExplicitPolicy and inhibitPolicyMapping; -1: absent. */
static GBytes *
demands(gint explicit_policy, gint mappings)
{
    return extension(
        "2.5.29.36", TRUE,
        wrap(DER_SEQUENCE,
             explicit_policy < 0 ? raw("")
                                 : number(0x80, (guint)explicit_policy),
             mappings < 0 ? raw("") : number(0x81, (guint)mappings), NULL));
}

static GBytes *
inhibit_any(guint after)
{
    return extension("2.5.29.54", TRUE, number(DER_INTEGER, after));
}

#define LEAF(policy)                                                         \
    {                                                                        \
        ext_usage(USAGE_DIGITAL_SIGNATURE), ext_purpose(MAIL_PURPOSE),       \
            policy                                                           \
    }

static void
sec_14_policies_bind_where_they_are_demanded(void **state)
{
    const ChainCase cases[] = {
        {"not demanded", 0, {.ca = {CA, policies(A, NULL)}}, NULL},
        {"demanded and absent",
         NO,
         {.ca = {CA, policies(A, NULL), demands(0, -1)}},
         NULL},
        {"demanded and there",
         0,
         {.ca = {CA, policies(A, NULL), demands(0, -1)},
          .leaf = LEAF(policies(A, B))},
         NULL},
        {"demanded and another",
         NO,
         {.ca = {CA, policies(A, NULL), demands(0, -1)},
          .leaf = LEAF(policies(B, NULL))},
         NULL},
        {"demanded behind the leaf",
         0,
         {.ca = {CA, demands(3, -1)}, .sub = {CA}},
         NULL},
        {"demanded from the leaf on",
         NO,
         {.ca = {CA, demands(2, -1)}, .sub = {CA}},
         NULL},
        {"any stands for one",
         0,
         {.ca = {CA, policies(ANY, NULL), demands(0, -1)},
          .leaf = LEAF(policies(A, NULL))},
         NULL},
        {"any is inhibited",
         NO,
         {.ca = {CA, policies(A, NULL), demands(0, -1), inhibit_any(0)},
          .leaf = LEAF(policies(ANY, NULL))},
         NULL},
        {"any is inhibited later",
         0,
         {.ca = {CA, policies(A, NULL), demands(0, -1), inhibit_any(1)},
          .leaf = LEAF(policies(ANY, NULL))},
         NULL},
        {"the same policy twice", NO, {.leaf = LEAF(policies(A, A))}, NULL},
    };
    run_chains(*state, cases, G_N_ELEMENTS(cases));
}

#define SELF_ISSUED(...)                                                     \
    .sub = {CA, ext_key_id("sub"), ext_issuer_key_id("inter"), __VA_ARGS__}, \
    .sub_subject = dn("Inter"), .leaf_issuer = dn("Inter")

static void
sec_14_self_issued_certificates_do_not_count(void **state)
{
    const ChainCase cases[] = {
        {"explicit policy",
         0,
         {.ca = {CA, demands(2, -1), ext_key_id("inter")},
          SELF_ISSUED(),
          .leaf = LEAF(ext_issuer_key_id("sub"))},
         NULL},
        {"any where it is inhibited",
         0,
         {.ca = {CA, policies(A, NULL), demands(0, -1), inhibit_any(0),
                 ext_key_id("inter")},
          SELF_ISSUED(policies(ANY, NULL)),
          .leaf = {policies(A, NULL), ext_issuer_key_id("sub")}},
         NULL},
        {"demanded by the leaf itself",
         NO,
         {.leaf = LEAF(demands(0, -1))},
         NULL},
    };
    run_chains(*state, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_policies_are_mapped(void **state)
{
    const ChainCase cases[] = {
        {"mapped",
         0,
         {.ca = {CA, policies(A, NULL), mapping(A, B), demands(0, -1)},
          .leaf = LEAF(policies(B, NULL))},
         NULL},
        {"the policy before the mapping",
         NO,
         {.ca = {CA, policies(A, NULL), mapping(A, B), demands(0, -1)},
          .leaf = LEAF(policies(A, NULL))},
         NULL},
        {"mapping out of any",
         0,
         {.ca = {CA, policies(ANY, NULL), mapping(A, B), demands(0, -1)},
          .leaf = LEAF(policies(B, NULL))},
         NULL},
        {"mapping inhibited",
         NO,
         {.ca = {CA, policies(A, NULL), demands(0, 0)},
          .sub = {CA, policies(A, NULL), mapping(A, B)},
          .leaf = LEAF(policies(B, NULL))},
         NULL},
        {"mapping to any",
         NO,
         {.ca = {CA, policies(A, NULL), mapping(A, ANY)}},
         NULL},
    };
    run_chains(*state, cases, G_N_ELEMENTS(cases));
}

static Cert *
mapped(const Key *key, GBytes *policy, GBytes *more)
{
    return forge(&(CertSpec){.subject = dn("x"),
                             .issuer = dn("y"),
                             .key = key,
                             .extensions = {CA, policy, more}});
}

static void
wanted_policies_are_the_anchors_own(void **state)
{
    const Keys *keys = *state;
    const char *const want_a[] = {A, NULL}, *const want_b[] = {B, NULL};
    g_autoptr(Cert) top =
        mapped(keys->other, policies(A, NULL), mapping(A, B));
    g_autoptr(Cert) leaf = mapped(keys->other, policies(B, NULL), NULL);
    g_autoptr(PolicyState) policy = policy_state_new(2, TRUE);
    assert_true(policy_state_add(policy, top, FALSE));
    assert_true(policy_state_add(policy, leaf, TRUE));
    assert_true(policy_state_accepts(policy, want_a));
    assert_false(policy_state_accepts(policy, want_b));
    assert_true(policy_state_accepts(policy, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_14_policies_bind_where_they_are_demanded),
        cmocka_unit_test(sec_14_self_issued_certificates_do_not_count),
        cmocka_unit_test(sec_14_policies_are_mapped),
        cmocka_unit_test(wanted_policies_are_the_anchors_own),
    };
    return cmocka_run_group_tests_name("policies", tests, make_keys,
                                       drop_keys);
}
