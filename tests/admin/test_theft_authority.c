/* A stolen key whose certificate is of our own authority, with the real
 * sceau-ca: reported, refused, revoked and on the list (O10). */
#include "core/admin/certify.h"
#include "core/admin/theft.h"
#include "core/store/disabled_key.h"
#include "tests/admin/authority_test.h"

static void
o10_our_authority_revokes_what_was_stolen(void **state)
{
    const Desk *desk = *state;
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    const Office office = office_for(desk, ana);
    TheftOutcome outcome;
    g_autoptr(GError) error = NULL;
    expect_fine(theft_report(&office, ana, kid, &outcome, &error), error,
                "report");
    assert_true(outcome.local);
    assert_true(outcome.revoked);
    assert_null(outcome.instructions);
    g_autoptr(Issued) issued = issued_find(desk->db, kid, NULL);
    assert_int_equal(issued->reason, CERTIFY_KEY_COMPROMISE);
    assert_true(issued->published);
    assert_int_equal(ledger_number(desk, "revoked"), 1);
    assert_int_equal(number_of(desk->db, "SELECT count(*) FROM disabled_key"),
                     1);
}

/* The key is refused at once, whether or not the authority answers; the list
 * follows when it does. */
static void
o10_without_sceau_ca_the_key_is_refused_all_the_same(void **state)
{
    Desk *desk = *state;
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    const Office office = office_for(desk, ana);
    TheftOutcome outcome;
    CertifyCount count;
    g_autoptr(GError) error = NULL;
    stop_ca(desk, SIGKILL);
    expect_fine(theft_report(&office, ana, kid, &outcome, &error), error,
                "report");
    assert_int_equal(number_of(desk->db, "SELECT count(*) FROM disabled_key"),
                     1);
    start_ca(desk);
    expect_fine(certify_resume(&office, &count, &error), error, "resume");
    g_autoptr(Issued) issued = issued_find(desk->db, kid, NULL);
    assert_true(issued->published);
    assert_int_equal(ledger_number(desk, "revoked"), 1);
}

int
main(int argc, char **argv)
{
    find_sceau_ca(argv);
    const struct CMUnitTest tests[] = {
        TEST(o10_our_authority_revokes_what_was_stolen),
        TEST(o10_without_sceau_ca_the_key_is_refused_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
