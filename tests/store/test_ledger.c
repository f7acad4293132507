/* The ledger of sceau-ca: one authority at a time, one certificate a request,
 * no serial number twice, nothing taken back. */
#include "core/store/ledger.h"

#include "tests/store/store_test.h"

static Db *
open_ledger(void)
{
    g_autoptr(GError) error = NULL;
    Db *db = ledger_open(":memory:", &error);
    expect_fine(db != NULL, error, "ledger");
    return db;
}

static gint64
new_authority(Db *db, const char *request, GError **error)
{
    g_autoptr(GBytes) der = g_bytes_new_static("ca", 2);
    const LedgerAuthority one = {
        .request = (char *)(guintptr)request,
        .name = (char *)(guintptr) "CA",
        .crl_url = (char *)(guintptr) "http://x/",
        .der = der,
        .key = (char *)(guintptr) "key-1.pem",
        .created = NOW,
    };
    if (!ledger_authority_create(db, &one, error))
        return 0;
    g_autoptr(LedgerAuthority) found = ledger_authority_find(db, error);
    return found->id;
}

static gboolean
new_cert(Db *db, gint64 authority, const char *serial, const char *request,
         gint64 not_after, GError **error)
{
    g_autoptr(GBytes) der = g_bytes_new_static("cert", 4);
    const LedgerCert cert = {
        .serial = (char *)(guintptr)serial,
        .request = (char *)(guintptr)request,
        .content = (char *)(guintptr) "hash",
        .der = der,
        .not_after = not_after,
    };
    return ledger_cert_create(db, authority, &cert, NOW, error);
}

static void
one_authority_is_in_use(void **state)
{
    g_autoptr(Db) db = open_ledger();
    g_autoptr(GError) error = NULL;
    gboolean retired = TRUE;
    g_autofree char *key = NULL;
    gint64 id = new_authority(db, "a", &error);
    assert_true(id != 0);
    assert_int_equal(new_authority(db, "b", &error), 0);
    expect_app_error(error, APP_ERROR_CONFLICT, "a second one");
    assert_true(
        ledger_authority_retire(db, id, "retired-key-1.pem", "r", NOW, NULL));
    assert_null(ledger_authority_find(db, NULL));
    assert_true(ledger_authority_retired(db, "r", &key, NULL));
    assert_string_equal(key, "retired-key-1.pem");
    g_autoptr(LedgerAuthority) old =
        ledger_authority_of(db, "a", &retired, NULL);
    assert_true(old != NULL && retired);
    assert_true(new_authority(db, "b", NULL) != 0);
    g_autoptr(GPtrArray) keys = ledger_keys(db, NULL);
    assert_int_equal(keys->len, 2);
}

static void
a_serial_number_and_a_request_stand_once(void **state)
{
    g_autoptr(Db) db = open_ledger();
    gint64 id = new_authority(db, "a", NULL);
    static const struct {
        const char *name, *serial, *request;
        gboolean want;
    } cases[] = {
        {"first", "01", "x", TRUE},
        {"the same serial number", "01", "y", FALSE},
        {"the same request", "02", "x", FALSE},
        {"another", "02", "y", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        if (new_cert(db, id, cases[i].serial, cases[i].request, NOW,
                     &error) != cases[i].want)
            fail_msg("%s", cases[i].name);
        if (!cases[i].want)
            expect_app_error(error, APP_ERROR_CONFLICT, cases[i].name);
    }
    g_autoptr(LedgerCert) found = ledger_cert_of(db, "x", NULL);
    assert_string_equal(found->serial, "01");
    assert_null(ledger_cert_of(db, "z", NULL));
}

static void
what_is_revoked_stays_so_until_it_is_long_over(void **state)
{
    g_autoptr(Db) db = open_ledger();
    g_autoptr(GError) error = NULL;
    gboolean changed = FALSE;
    gint64 issued = 0, revoked = 0;
    gint64 id = new_authority(db, "a", NULL);
    assert_true(new_cert(db, id, "01", "x", NOW + 100, NULL));
    assert_true(new_cert(db, id, "02", "y", NOW - 100, NULL));
    assert_true(ledger_cert_revoke(db, id, "01", 1, NOW, &changed, NULL));
    assert_true(changed);
    /* The first word stands. */
    assert_true(ledger_cert_revoke(db, id, "01", 4, NOW + 9, &changed, NULL));
    assert_false(changed);
    assert_true(ledger_cert_revoke(db, id, "02", 4, NOW, &changed, NULL));
    assert_false(ledger_cert_revoke(db, id, "03", 1, NOW, &changed, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "not ours");
    assert_true(ledger_count(db, id, &issued, &revoked, NULL));
    assert_int_equal(issued, 2);
    assert_int_equal(revoked, 2);
    g_autoptr(GPtrArray) list = ledger_revoked(db, id, NOW, NULL);
    assert_int_equal(list->len, 1);
    const LedgerCert *one = g_ptr_array_index(list, 0);
    assert_int_equal(one->revoked, NOW);
    assert_int_equal(one->reason, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_authority_is_in_use),
        cmocka_unit_test(a_serial_number_and_a_request_stand_once),
        cmocka_unit_test(what_is_revoked_stays_so_until_it_is_long_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
