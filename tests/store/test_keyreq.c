#include "core/store/keyreq.h"

#include "core/base/secret.h"
#include "core/store/session.h"
#include "core/store/spool.h"
#include "tests/store/store_test.h"

typedef struct {
    Db *db;
    gint64 alice, bob;
    gint64 session, other; /* both Alice's */
} Fixture;

static gint64
session_of(Db *db, gint64 account)
{
    g_autoptr(GBytes) key = some_key(1);
    g_autofree char *cookie =
        session_create(db, key, account, "x", "x", NOW, NULL);
    assert_non_null(cookie);
    return db_last_id(db);
}

static int
setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->db = memory_db();
    fixture->alice = new_account(fixture->db, "alice@demo.test");
    fixture->bob = new_account(fixture->db, "bob@demo.test");
    fixture->session = session_of(fixture->db, fixture->alice);
    fixture->other = session_of(fixture->db, fixture->alice);
    *state = fixture;
    return 0;
}

static int
teardown(void **state)
{
    Fixture *fixture = *state;
    db_close(fixture->db);
    g_free(fixture);
    return 0;
}

static char *
request_with_spool(const Fixture *fixture, const char *resume, gint64 spool)
{
    char *ticket = secret_token_new();
    g_autoptr(GBytes) bytes = g_bytes_new(resume, strlen(resume));
    g_autoptr(GError) error = NULL;
    gboolean ok = keyreq_create(fixture->db, fixture->alice, fixture->session,
                                KEYREQ_SIGN, ticket, bytes, spool,
                                NOW + KEYREQ_LIFETIME, &error);
    expect_fine(ok, error, "request");
    return ticket;
}

static char *
request_of_alice(const Fixture *fixture)
{
    return request_with_spool(fixture, "resume-canary", 0);
}

static void
peek_gives_back_what_was_stored(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *ticket = request_of_alice(fixture);
    /* Twice: looking takes nothing away. */
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Keyreq) got =
            keyreq_peek(fixture->db, fixture->alice, fixture->session, ticket,
                        NOW + KEYREQ_LIFETIME - 1, &error);
        expect_fine(got != NULL, error, "peek");
        assert_int_equal(got->kind, KEYREQ_SIGN);
        assert_int_equal(got->expires, NOW + KEYREQ_LIFETIME);
        assert_memory_equal(g_bytes_get_data(got->resume, NULL),
                            "resume-canary", 13);
    }
}

static void
sec_25_peek_refuses(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *ticket = request_of_alice(fixture);
    g_autofree char *name = secret_ticket_name(ticket);
    g_autofree char *other = secret_token_new();
    const struct {
        const char *name, *ticket;
        gint64 account, session, now;
        AppError want;
    } cases[] = {
        {"another account", ticket, fixture->bob, fixture->session, NOW,
         APP_ERROR_NOT_FOUND},
        {"another session", ticket, fixture->alice, fixture->other, NOW,
         APP_ERROR_NOT_FOUND},
        {"another ticket", other, fixture->alice, fixture->session, NOW,
         APP_ERROR_NOT_FOUND},
        {"the row's name", name, fixture->alice, fixture->session, NOW,
         APP_ERROR_NOT_FOUND},
        {"no ticket", "", fixture->alice, fixture->session, NOW,
         APP_ERROR_NOT_FOUND},
        {"too late", ticket, fixture->alice, fixture->session,
         NOW + KEYREQ_LIFETIME, APP_ERROR_EXPIRED},
        {"much too late", ticket, fixture->alice, fixture->session,
         NOW + 3600, APP_ERROR_EXPIRED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(keyreq_peek(fixture->db, cases[i].account,
                                cases[i].session, cases[i].ticket,
                                cases[i].now, &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
}

static void
sec_25_replay_finds_nothing(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *ticket = request_of_alice(fixture);
    g_autoptr(GError) error = NULL;
    assert_true(keyreq_remove(fixture->db, ticket, NULL));
    assert_false(keyreq_remove(fixture->db, ticket, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "second removal");
    g_clear_error(&error);
    assert_null(keyreq_peek(fixture->db, fixture->alice, fixture->session,
                            ticket, NOW, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "peek after removal");
}

/* Rows changed under the program: each opens with its own ticket only, for
 * its own account, session, kind, spool and time. */
static void
sec_25_swapped_rows_do_not_open(void **state)
{
    static const struct {
        const char *name, *sql;
    } cases[] = {
        {"contents swapped",
         "UPDATE keyreq SET resume = (SELECT resume FROM keyreq AS other"
         " WHERE other.name <> keyreq.name)"},
        {"another session's", "UPDATE keyreq SET session ="
                              " CASE session WHEN 1 THEN 2 ELSE 1 END"},
        {"another kind", "UPDATE keyreq SET kind = 1"},
        {"longer life", "UPDATE keyreq SET expires = expires + 1000"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        setup(state);
        const Fixture *fixture = *state;
        g_autofree char *first = request_of_alice(fixture);
        g_autofree char *second = request_of_alice(fixture);
        g_autoptr(Stmt) st = db_prepare(fixture->db, cases[i].sql, NULL);
        assert_true(stmt_run(st, NULL));
        g_clear_pointer(&st, stmt_free);
        const gint64 sessions[] = {fixture->session, fixture->other};
        for (gsize j = 0; j < G_N_ELEMENTS(sessions); j++) {
            if (keyreq_peek(fixture->db, fixture->alice, sessions[j], first,
                            NOW, NULL) != NULL)
                fail_msg("%s was opened", cases[i].name);
        }
        teardown(state);
    }
}

static void
signing_out_ends_open_requests(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *ticket = request_of_alice(fixture);
    g_autoptr(Stmt) st = db_prepare(fixture->db, "DELETE FROM session", NULL);
    assert_true(stmt_run(st, NULL));
    assert_int_equal(number_of(fixture->db, "SELECT count(*) FROM keyreq"),
                     0);
}

static gint64
spool_with(Db *db, gint64 now)
{
    g_autoptr(GBytes) key = NULL;
    SpoolWriter *writer = spool_create(db, now, &key, NULL);
    return spool_finish(writer, NULL);
}

static void
sweep_drops_expired_content_and_orphans(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    g_autofree char *old =
        request_with_spool(fixture, "r", spool_with(db, NOW));
    g_autoptr(GError) error = NULL;
    assert_true(keyreq_sweep(db, NOW + KEYREQ_LIFETIME - 1, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool"), 1);

    assert_true(keyreq_sweep(db, NOW + KEYREQ_LIFETIME, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool"), 0);
    assert_int_equal(number_of(db, "SELECT length(resume) FROM keyreq"), 0);
    /* It is still told that it came too late. */
    assert_null(keyreq_peek(db, fixture->alice, fixture->session, old,
                            NOW + KEYREQ_LIFETIME, &error));
    expect_app_error(error, APP_ERROR_EXPIRED, "swept");

    assert_true(keyreq_sweep(db, NOW + 2 * 24 * 3600, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM keyreq"), 0);
    spool_with(db, NOW);
    assert_true(keyreq_sweep(db, NOW + 10, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool"), 1);
    assert_true(keyreq_sweep(db, NOW + 3600, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool"), 0);
}

typedef struct {
    const char *folder;
    char **tickets;
    gint won;
} Race;

#define ROUNDS 1000

static gpointer
take_all(gpointer user)
{
    Race *race = user;
    g_autoptr(Db) db = folder_db(race->folder);
    for (int i = 0; i < ROUNDS; i++) {
        g_autoptr(GError) error = NULL;
        /* On a machine with much to do the lock may take its time. */
        while (!db_begin(db, NULL))
            ;
        if (keyreq_remove(db, race->tickets[i], &error) &&
            db_commit(db, &error)) {
            g_atomic_int_inc(&race->won);
            continue;
        }
        expect_app_error(error, APP_ERROR_NOT_FOUND, "loser");
        db_rollback(db);
    }
    return NULL;
}

static void
sec_25_race_has_one_winner_1000_times(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    Fixture fixture = {.db = db};
    fixture.alice = new_account(db, "alice@demo.test");
    fixture.session = session_of(db, fixture.alice);
    g_auto(GStrv) tickets = g_new0(char *, ROUNDS + 1);
    assert_true(db_begin(db, NULL));
    for (int i = 0; i < ROUNDS; i++)
        tickets[i] = request_of_alice(&fixture);
    assert_true(db_commit(db, NULL));

    Race race = {folder, tickets, 0};
    GThread *threads[4];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("take", take_all, &race);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    assert_int_equal(race.won, ROUNDS);
    assert_int_equal(number_of(db, "SELECT count(*) FROM keyreq"), 0);
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
}

static void
sec_60_request_is_sealed_on_the_disk(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    Fixture fixture = {.db = db};
    fixture.alice = new_account(db, "alice@demo.test");
    fixture.session = session_of(db, fixture.alice);
    g_autofree char *ticket = request_of_alice(&fixture);
    assert_false(folder_holds(folder, "resume-canary"));
    assert_false(folder_holds(folder, ticket));
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(peek_gives_back_what_was_stored),
        TEST(sec_25_peek_refuses),
        TEST(sec_25_replay_finds_nothing),
        cmocka_unit_test(sec_25_swapped_rows_do_not_open),
        TEST(signing_out_ends_open_requests),
        TEST(sweep_drops_expired_content_and_orphans),
        cmocka_unit_test(sec_25_race_has_one_winner_1000_times),
        cmocka_unit_test(sec_60_request_is_sealed_on_the_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
