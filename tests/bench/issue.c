/*
 * How fast a thousand requests become certificates: approved together by an
 * administrator, signed by the real sceau-ca, recorded on both sides.
 */
#include "core/pki/csr.h"
#include "tests/admin/authority_test.h"

#define PEOPLE 1000

/* A request of a person of their own, put where one that waits lies. */
static void
one_waits(const Desk *desk, guint number, char **id)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *address = g_strdup_printf("p%u@demo.test", number);
    gint64 account = new_account(desk->db, address);
    g_autoptr(GBytes) csr = p256_request(address);
    g_autoptr(Csr) parsed = csr_parse(csr, &error);
    expect_fine(parsed != NULL, error, address);
    *id = g_strdup_printf("%032u", number);
    CertRequest request = {
        .id = *id,
        .account = account,
        .key = parsed->key,
        .algorithm = parsed->algorithm,
        .csr = csr,
        .renews = (char *)(guintptr) "",
        .state = (char *)(guintptr)REQUEST_WAITING,
        .created = desk->now,
    };
    expect_fine(cert_request_create(desk->db, &request, &error), error,
                address);
}

static void
a_thousand(void **state)
{
    const Desk *desk = *state;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) ids = g_new0(char *, PEOPLE + 1);
    assert_true(db_begin(desk->db, NULL));
    for (guint i = 0; i < PEOPLE; i++)
        one_waits(desk, i, &ids[i]);
    assert_true(db_commit(desk->db, NULL));

    CertifyCount count;
    const Office office = terminal_of(desk);
    gint64 before = g_get_monotonic_time();
    expect_fine(
        certify_approve(&office, (const char *const *)ids, &count, &error),
        error, "approve");
    gdouble seconds =
        (gdouble)(g_get_monotonic_time() - before) / G_USEC_PER_SEC;
    assert_int_equal(count.issued, PEOPLE);
    printf("issue %u certificates, P-256: %.2f s, %.0f/s (limit 200/s)\n",
           count.issued, seconds, PEOPLE / seconds);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(a_thousand)};
    sceau_ca =
        g_build_filename(argc > 1 ? argv[1] : "build", "sceau-ca", NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
