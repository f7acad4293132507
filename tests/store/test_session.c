#include "core/store/session.h"

#include "core/base/secret.h"
#include "tests/store/accounts.h"

#define IDLE 30
#define HOURS 12

static char *
sign_alice_in(const Fixture *fixture, gint64 now)
{
    g_autoptr(GError) error = NULL;
    char *cookie =
        session_create(fixture->db, fixture->key, fixture->alice,
                       "alice@demo.test", "hunter2-canary", now, &error);
    expect_fine(cookie != NULL, error, "sign-in");
    return cookie;
}

static Session *
find(const Fixture *fixture, const char *cookie, gint64 now, GError **error)
{
    return session_find(fixture->db, fixture->key, cookie, now, IDLE, HOURS,
                        error);
}

static void
cookie_gives_the_session_back(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *cookie = sign_alice_in(fixture, NOW);
    g_autoptr(GError) error = NULL;
    g_autoptr(Session) got = find(fixture, cookie, NOW + 1, &error);
    expect_fine(got != NULL, error, "session");
    assert_int_equal(got->account, fixture->alice);
    assert_string_equal(got->login, "alice@demo.test");
    assert_string_equal(got->password, "hunter2-canary");
    assert_int_equal(strlen(got->csrf), 43);
}

static void
sec_45_every_sign_in_has_a_new_cookie_and_token(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *first = sign_alice_in(fixture, NOW);
    g_autofree char *second = sign_alice_in(fixture, NOW);
    g_autoptr(Session) one = find(fixture, first, NOW, NULL);
    g_autoptr(Session) two = find(fixture, second, NOW, NULL);
    assert_int_equal(strlen(first), 43);
    assert_string_not_equal(first, second);
    assert_string_not_equal(one->csrf, two->csrf);
    assert_int_not_equal(one->id, two->id);
}

/* A cookie that an attacker chose or guessed is nobody's. */
static void
sec_45_a_cookie_of_ones_own_is_refused(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *cookie = sign_alice_in(fixture, NOW);
    g_autofree char *name = secret_hash(cookie);
    g_autofree char *upper = g_ascii_strup(cookie, -1);
    const struct {
        const char *name, *cookie;
    } cases[] = {
        {"chosen", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"empty", ""},
        {"the stored hash", name},
        {"other case", upper},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(find(fixture, cases[i].cookie, NOW, &error));
        expect_app_error(error, APP_ERROR_SIGN_IN, cases[i].name);
    }
}

static void
sec_45_stolen_cookie_is_worthless_after_sign_out(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *cookie = sign_alice_in(fixture, NOW);
    g_autoptr(GError) error = NULL;
    assert_true(session_end(fixture->db, cookie, &error));
    assert_null(find(fixture, cookie, NOW, &error));
    expect_app_error(error, APP_ERROR_SIGN_IN, "after sign-out");
    assert_true(session_end(fixture->db, cookie, NULL));
    assert_int_equal(number_of(fixture->db, "SELECT count(*) FROM session"),
                     0);
}

static void
sec_45_session_ends_idle_and_after_hours(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *name;
        gint64 step, last;
        gboolean live;
    } cases[] = {
        {"just within idle", IDLE * 60, IDLE * 60 - 1, TRUE},
        {"idle", IDLE * 60, IDLE * 60, FALSE},
        {"busy until just before the end", 600, HOURS * 3600 - 1, TRUE},
        {"busy to the end", 600, HOURS * 3600, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *cookie = sign_alice_in(fixture, NOW);
        for (gint64 at = cases[i].step; at < cases[i].last;
             at += cases[i].step) {
            g_autoptr(Session) on_the_way =
                find(fixture, cookie, NOW + at, NULL);
            assert_non_null(on_the_way);
        }
        g_autoptr(Session) got =
            find(fixture, cookie, NOW + cases[i].last, NULL);
        if ((got != NULL) != cases[i].live)
            fail_msg("%s", cases[i].name);
    }
}

static void
another_server_key_ends_all_sessions(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *cookie = sign_alice_in(fixture, NOW);
    g_autoptr(GBytes) other = some_key(2);
    g_autoptr(GError) error = NULL;
    assert_null(
        session_find(fixture->db, other, cookie, NOW, IDLE, HOURS, &error));
    expect_app_error(error, APP_ERROR_SIGN_IN, "another server key");
}

static void
sec_45_sweep_removes_what_is_over(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *old = sign_alice_in(fixture, NOW - HOURS * 3600 - 1);
    g_autofree char *fresh = sign_alice_in(fixture, NOW);
    assert_true(session_sweep(fixture->db, NOW, IDLE, HOURS, NULL));
    assert_int_equal(number_of(fixture->db, "SELECT count(*) FROM session"),
                     1);
    g_autoptr(Session) got = find(fixture, fresh, NOW, NULL);
    assert_non_null(got);
}

/* Every file of the database, journal included, and the server key as well:
 * without the cookie there is no password, and the cookie is not in them. */
static void
sec_60_stolen_database_yields_no_password(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(GBytes) key = some_key(1);
    g_autoptr(Db) db = folder_db(folder);
    Fixture fixture = {db, key, new_account(db, "alice@demo.test"), 0};
    for (int i = 0; i < 20; i++) {
        g_autofree char *cookie = sign_alice_in(&fixture, NOW);
        assert_false(folder_holds(folder, cookie));
        if (i % 2 == 0)
            assert_true(session_end(db, cookie, NULL));
    }
    assert_true(folder_holds(folder, "alice@demo.test"));
    assert_false(folder_holds(folder, "hunter2-canary"));
    assert_false(folder_holds(folder, "hunter2"));
    g_clear_pointer(&db, db_close);
    assert_false(folder_holds(folder, "hunter2"));
    remove_folder(folder);
}

static void
sign_in_token_belongs_to_its_cookie(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(GBytes) other = some_key(2);
    g_autofree char *one = session_login_csrf(fixture->key, "cookie");
    g_autofree char *same = session_login_csrf(fixture->key, "cookie");
    g_autofree char *two = session_login_csrf(fixture->key, "cookie2");
    g_autofree char *three = session_login_csrf(other, "cookie");
    assert_string_equal(one, same);
    assert_string_not_equal(one, two);
    assert_string_not_equal(one, three);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cookie_gives_the_session_back),
        TEST(sec_45_every_sign_in_has_a_new_cookie_and_token),
        TEST(sec_45_a_cookie_of_ones_own_is_refused),
        TEST(sec_45_stolen_cookie_is_worthless_after_sign_out),
        TEST(sec_45_session_ends_idle_and_after_hours),
        TEST(another_server_key_ends_all_sessions),
        TEST(sec_45_sweep_removes_what_is_over),
        TEST(sign_in_token_belongs_to_its_cookie),
        cmocka_unit_test(sec_60_stolen_database_yields_no_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
