/* sceau-ca was away and comes back: what was decided meanwhile is done for
 * whoever looks, and nobody waits for one that is dead. */
#include "core/admin/certify.h"
#include "tests/admin/authority_test.h"

/* What the terminal would do by the hour is done for whoever looks. */
static void
once_sceau_ca_is_back_a_look_is_enough(void **state)
{
    Desk *desk = *state;
    CertifyCount counted;
    gboolean local = FALSE;
    const Office office = terminal_of(desk);
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    const Office own = office_for(desk, ana);
    g_autofree char *kid = certified(desk, desk->bob, NULL);
    g_autoptr(GBytes) first_csr = NULL, second_csr = NULL;
    g_autofree char *first = asked(desk, &first_csr);
    g_autofree char *second = asked(desk, &second_csr);
    stop_ca(desk, SIGTERM);
    approve(desk, first, &counted);
    g_autofree char *early = certify_requests_json(&own, NULL);
    assert_null(strstr(early, "\"issued\""));
    expect_state(desk, first, REQUEST_APPROVED);

    start_ca(desk);
    g_autofree char *list = certify_requests_json(&own, NULL);
    assert_non_null(strstr(list, "\"issued\""));
    expect_state(desk, first, REQUEST_ISSUED);
    assert_int_equal(notices(desk, desk->ana, "certificate-issued"), 1);

    stop_ca(desk, SIGTERM);
    approve(desk, second, &counted);
    assert_true(
        certify_revoke(&office, kid, CERTIFY_CESSATION, &local, NULL));
    start_ca(desk);
    g_autoptr(Json) shown = local_ca_show(&office, NULL);
    gint64 waiting = -1;
    assert_true(json_int(
        json_member(json_member(shown, "authority"), "approved"), &waiting));
    assert_int_equal(waiting, 0);
    expect_state(desk, second, REQUEST_ISSUED);
    g_autoptr(Issued) revoked = issued_find(desk->db, kid, NULL);
    assert_true(revoked->published);
}

/* It takes what is said and never answers: the page is shown all the same. */
static void
a_socket_that_is_dead_keeps_nobody_waiting(void **state)
{
    Desk *desk = *state;
    CertifyCount counted;
    const Office office = terminal_of(desk);
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    const Office own = office_for(desk, ana);
    g_autoptr(GBytes) csr = NULL;
    g_autofree char *id = asked(desk, &csr);
    stop_ca(desk, SIGTERM);
    approve(desk, id, &counted);
    int listener = listen_silently(desk->config->ca_socket);
    gint64 from = g_get_monotonic_time();
    g_autofree char *list = certify_requests_json(&own, NULL);
    g_autoptr(Json) shown = local_ca_show(&office, NULL);
    assert_non_null(list);
    assert_string_equal(member(shown, "problem"), "unreachable");
    assert_true(g_get_monotonic_time() - from < 5 * G_USEC_PER_SEC);
    close(listener);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(once_sceau_ca_is_back_a_look_is_enough),
        TEST(a_socket_that_is_dead_keeps_nobody_waiting),
    };
    find_sceau_ca(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
