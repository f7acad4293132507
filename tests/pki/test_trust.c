/* SEC-17, SEC-18 and SEC-13: when, with what, and how strongly vouched for.
 */
#include "tests/pki/chain.h"

#include <gio/gio.h>
#include <time.h>

static const TrustPolicy policy = TRUST_POLICY_DEFAULT;

/* The chain of the time cases: each certificate's days around TEST_NOW. */
static GPtrArray *
timed_chain(const Keys *keys)
{
    const Chain chain = {.leaf_from = TEST_NOW - 10 * DAY,
                         .leaf_until = TEST_NOW + 10 * DAY,
                         .ca_from = TEST_NOW - 5 * DAY,
                         .ca_until = TEST_NOW + 20 * DAY};
    return chain_build(keys, &chain);
}

static void
sec_17_every_certificate_must_be_valid_then(void **state)
{
    static const struct {
        const char *name;
        gint64 at;
        VerdictSet want;
    } cases[] = {
        {"now", 0, 0},
        {"leaf's first second", -10 * DAY, BIT(NOT_YET_VALID)},
        {"before the leaf", -10 * DAY - 1, BIT(NOT_YET_VALID)},
        {"authority's first second", -5 * DAY, 0},
        {"a second before the authority", -5 * DAY - 1, BIT(NOT_YET_VALID)},
        {"leaf's last second", 10 * DAY, 0},
        {"a second after the leaf", 10 * DAY + 1, BIT(EXPIRED)},
        {"authority's last second", 20 * DAY, BIT(EXPIRED)},
        {"after both", 20 * DAY + 1, BIT(EXPIRED)},
        {"anchor's last second", 180 * DAY, BIT(EXPIRED)},
        {"before the anchor", -180 * DAY - 1, BIT(NOT_YET_VALID)},
        {"1970", -TEST_NOW, BIT(NOT_YET_VALID)},
        {"9999", G_GINT64_CONSTANT(253402300799) - TEST_NOW, BIT(EXPIRED)},
    };
    const Keys *keys = *state;
    g_autoptr(GPtrArray) certs = timed_chain(keys);
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, keys->anchor);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        VerdictSet got = trust_judge(trust, certs->pdata[0], certs,
                                     TEST_NOW + cases[i].at, NULL);
        if (got != cases[i].want)
            fail_msg("%s: got %x", cases[i].name, got);
    }
}

static void
an_expired_anchor_vouches_for_its_own_time(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) root =
        forge(&(CertSpec){.subject = dn("Old"),
                          .key = keys->root,
                          .not_before = TEST_NOW - 900 * DAY,
                          .not_after = TEST_NOW - 100 * DAY,
                          .extensions = {ext_ca(TRUE, -1)}});
    g_autoptr(Cert) leaf =
        forge(&(CertSpec){.subject = dn("Ana"),
                          .issuer = dn("Old"),
                          .key = keys->leaf,
                          .signer = keys->root,
                          .not_before = TEST_NOW - 900 * DAY});
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, root);
    assert_int_equal(
        trust_judge(trust, leaf, NULL, TEST_NOW - 200 * DAY, NULL), 0);
    assert_int_equal(trust_judge(trust, leaf, NULL, TEST_NOW, NULL),
                     BIT(EXPIRED));
}

static void
without_an_anchor_nobody_is_known(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GPtrArray) certs = timed_chain(keys);
    g_autoptr(GPtrArray) path = NULL;
    g_ptr_array_add(certs, cert_ref(keys->anchor));
    assert_int_equal(
        trust_judge(trust, certs->pdata[0], certs, TEST_NOW, &path),
        BIT(UNKNOWN_ISSUER));
    assert_null(path);
    assert_int_equal(trust_judge(trust, certs->pdata[0], certs,
                                 TEST_NOW + 30 * DAY, &path),
                     BIT(UNKNOWN_ISSUER) | BIT(EXPIRED));
}

static void
the_path_is_leaf_to_anchor(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GPtrArray) certs = timed_chain(keys);
    g_autoptr(GPtrArray) path = NULL;
    trust_add_anchor(trust, keys->anchor);
    trust_add_intermediate(trust, certs->pdata[1]);
    assert_int_equal(
        trust_judge(trust, certs->pdata[0], NULL, TEST_NOW, &path), 0);
    assert_int_equal(path->len, 3);
    assert_ptr_equal(path->pdata[0], certs->pdata[0]);
    assert_ptr_equal(path->pdata[1], certs->pdata[1]);
    assert_ptr_equal(path->pdata[2], keys->anchor);
}

/* Thirty-one wrong authorities of the right name before the right one. */
static void
sec_14_the_good_path_is_found_among_many(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GPtrArray) certs = certs_new();
    g_autoptr(GPtrArray) good = timed_chain(keys);
    trust_add_anchor(trust, keys->anchor);
    for (guint i = 0; i < 31; i++)
        g_ptr_array_add(certs, forge_authority("Inter", keys->other, "Inter",
                                               keys->other));
    g_ptr_array_add(certs, cert_ref(good->pdata[1]));
    assert_int_equal(
        trust_judge(trust, good->pdata[0], certs, TEST_NOW, NULL), 0);
}

/* Authorities that all vouch for one another: 8! paths, none to an anchor. */
static void
sec_14_a_maze_costs_no_more_than_its_budget(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GPtrArray) certs = certs_new();
    trust_add_anchor(trust, keys->anchor);
    for (guint i = 0; i < 32; i++)
        g_ptr_array_add(certs,
                        forge(&(CertSpec){.subject = dn("Inter"),
                                          .key = keys->inter,
                                          .serial = i + 10,
                                          .extensions = {ext_ca(TRUE, -1)}}));
    g_autoptr(Cert) leaf = forge_person(keys->leaf, "Inter", keys->inter);
    clock_t start = clock();
    assert_int_equal(trust_judge(trust, leaf, certs, TEST_NOW, NULL),
                     BIT(UNKNOWN_ISSUER));
    clock_t spent = clock() - start;
    print_message("a maze of 32 authorities: %d ms\n",
                  (int)(spent * 1000 / CLOCKS_PER_SEC));
    assert_in_range(spent, 0, 2 * CLOCKS_PER_SEC);
}

static void
sec_13_weak_keys_make_a_weak_path(void **state)
{
    static const struct {
        const char *name;
        guint root, leaf;
        VerdictSet want;
    } cases[] = {
        {"leaf 1023", 2048, 1023, BIT(WEAK)},
        {"leaf 1024", 2048, 1024, BIT(WEAK)},
        {"leaf 2047", 2048, 2047, BIT(WEAK)},
        {"leaf 2048", 2048, 2048, 0},
        {"anchor 1024", 1024, 2048, BIT(WEAK)},
        {"anchor 1023", 1023, 2048, BIT(UNKNOWN_ISSUER)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Key) root = key_new(GNUTLS_PK_RSA, cases[i].root);
        g_autoptr(Key) own = key_new(GNUTLS_PK_RSA, cases[i].leaf);
        g_autoptr(Cert) anchor = forge_root("Root", root);
        g_autoptr(Cert) leaf = forge_person(own, "Root", root);
        g_autoptr(Trust) trust = trust_new(&policy);
        trust_add_anchor(trust, anchor);
        VerdictSet got = trust_judge(trust, leaf, NULL, TEST_NOW, NULL);
        if (got != cases[i].want)
            fail_msg("%s: got %x", cases[i].name, got);
    }
}

static GBytes *
ext_urls(guint16 port)
{
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/x", port);
    GBytes *point =
        wrap(0xa0, wrap(0xa0, wrap(GENERAL_URI, raw(url), NULL), NULL), NULL);
    return extension(
        "2.5.29.31", FALSE,
        wrap(DER_SEQUENCE, wrap(DER_SEQUENCE, point, NULL), NULL));
}

static GBytes *
ext_access(const char *method, guint16 port)
{
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/y", port);
    return extension("1.3.6.1.5.5.7.1.1", FALSE,
                     wrap(DER_SEQUENCE,
                          wrap(DER_SEQUENCE, oid(method),
                               wrap(GENERAL_URI, raw(url), NULL), NULL),
                          NULL));
}

static GSocket *
listen_on_loopback(guint16 *port)
{
    GSocket *socket = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                   G_SOCKET_PROTOCOL_TCP, NULL);
    g_autoptr(GInetAddress) here =
        g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new(here, 0);
    assert_true(g_socket_bind(socket, any, FALSE, NULL));
    assert_true(g_socket_listen(socket, NULL));
    g_autoptr(GSocketAddress) bound =
        g_socket_get_local_address(socket, NULL);
    *port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
    return socket;
}

/* 1,000 certificates that ask to be looked up at a port where we listen. */
static void
sec_18_no_address_in_a_certificate_is_fetched(void **state)
{
    const Keys *keys = *state;
    guint16 port;
    g_autoptr(GSocket) listener = listen_on_loopback(&port);
    TrustPolicy strict = policy;
    strict.require_revocation = TRUE;
    g_autoptr(Trust) trust = trust_new(&strict);
    trust_add_anchor(trust, keys->anchor);
    for (guint i = 0; i < 1000; i++) {
        gboolean known = i % 2 == 0;
        g_autoptr(Cert) leaf = forge(&(CertSpec){
            .subject = dn("Ana"),
            .issuer = dn(known ? "Root" : "Missing"),
            .key = keys->leaf,
            .signer = keys->root,
            .serial = i + 1,
            .extensions = {ext_urls(port),
                           ext_access(i % 4 < 2 ? "1.3.6.1.5.5.7.48.1"
                                                : "1.3.6.1.5.5.7.48.2",
                                      port)}});
        assert_int_equal(trust_judge(trust, leaf, NULL, TEST_NOW, NULL),
                         known ? BIT(UNCHECKED) : BIT(UNKNOWN_ISSUER));
    }
    /* Nobody knocked. */
    assert_int_equal(g_socket_condition_check(listener, G_IO_IN), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_17_every_certificate_must_be_valid_then),
        cmocka_unit_test(an_expired_anchor_vouches_for_its_own_time),
        cmocka_unit_test(without_an_anchor_nobody_is_known),
        cmocka_unit_test(the_path_is_leaf_to_anchor),
        cmocka_unit_test(sec_14_the_good_path_is_found_among_many),
        cmocka_unit_test(sec_14_a_maze_costs_no_more_than_its_budget),
        cmocka_unit_test(sec_13_weak_keys_make_a_weak_path),
        cmocka_unit_test(sec_18_no_address_in_a_certificate_is_fetched),
    };
    return cmocka_run_group_tests_name("trust", tests, make_keys, drop_keys);
}
