#include "core/store/attempt.h"

#include "tests/store/store_test.h"

#define DAY (24 * 3600)
#define GUESSES 100000

/* How many of GUESSES wrong passwords, spread over a day, are let through to
 * the mail server. login and source may hold %d: another one each time. */
static guint
guesses_let_through(const char *login, const char *source)
{
    g_autoptr(Db) db = memory_db();
    guint through = 0;
    for (int i = 0; i < GUESSES; i++) {
        g_autofree char *who = g_strdup_printf("%s%d", login, i);
        g_autofree char *where = g_strdup_printf("%s%d", source, i);
        gint64 at = NOW + (gint64)i * DAY / GUESSES;
        guint wait;
        g_autoptr(GError) error = NULL;
        if (attempt_begin(db, *login == '%' ? who : login,
                          *source == '%' ? where : source, at, &wait, &error))
            through++;
        else
            expect_app_error(error, APP_ERROR_BACK_OFF, login);
    }
    return through;
}

static void
sec_48_hundred_thousand_guesses_try_at_most_500_a_day(void **state)
{
    static const struct {
        const char *name, *login, *source;
    } cases[] = {
        {"one account, one source", "alice@demo.test", "192.0.2.1"},
        {"one account, many sources", "alice@demo.test", "%"},
        {"many accounts, one source", "%", "192.0.2.1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint got = guesses_let_through(cases[i].login, cases[i].source);
        print_message("%s: %u tried\n", cases[i].name, got);
        if (got > 500 || got < 5)
            fail_msg("%s: %u tried", cases[i].name, got);
    }
}

/* Times in seconds at which a patient guesser got through. */
static GArray *
times_of(const char *login, gboolean account_exists)
{
    g_autoptr(Db) db = memory_db();
    if (account_exists)
        new_account(db, login);
    GArray *times = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (gint64 at = 0; at < 2000; at++) {
        guint wait;
        if (attempt_begin(db, login, "192.0.2.1", NOW + at, &wait, NULL))
            g_array_append_val(times, at);
    }
    return times;
}

static void
sec_48_unknown_and_known_logins_are_alike(void **state)
{
    g_autoptr(GArray) known = times_of("alice@demo.test", TRUE);
    g_autoptr(GArray) unknown = times_of("nobody@demo.test", FALSE);
    assert_int_equal(known->len, unknown->len);
    assert_memory_equal(known->data, unknown->data,
                        known->len * sizeof(gint64));
}

static void
five_failures_are_free_then_the_wait_doubles(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 at = NOW;
    static const guint waits[] = {0, 0, 0, 0, 1, 2, 4, 8, 16};
    for (gsize i = 0; i < G_N_ELEMENTS(waits); i++) {
        guint wait;
        assert_true(attempt_begin(db, "a@b", "s", at, &wait, NULL));
        gboolean again = attempt_begin(db, "a@b", "s", at, &wait, NULL);
        if (waits[i] == 0) {
            assert_true(again);
            assert_true(attempt_take_back(db, "a@b", "s", NULL));
            continue;
        }
        assert_false(again);
        assert_int_equal(wait, waits[i]);
        at += wait;
    }
}

static void
success_forgets_the_login_but_not_the_source(void **state)
{
    g_autoptr(Db) db = memory_db();
    guint wait;
    /* A guesser with an account of his own signs in between guesses. */
    guint through = 0;
    for (int i = 0; i < 1000; i++) {
        g_autofree char *victim = g_strdup_printf("v%d@demo.test", i);
        if (attempt_begin(db, victim, "s", NOW, &wait, NULL))
            through++;
        if (attempt_begin(db, "own@demo.test", "s", NOW, &wait, NULL))
            assert_true(attempt_succeeded(db, "own@demo.test", "s", NULL));
    }
    assert_int_equal(through, 20);

    /* A forgetful person: right at last, and no wait the next time. */
    for (int i = 0; i < 4; i++)
        assert_true(attempt_begin(db, "a@b", "t", NOW, &wait, NULL));
    assert_true(attempt_begin(db, "a@b", "t", NOW, &wait, NULL));
    assert_true(attempt_succeeded(db, "a@b", "t", NULL));
    assert_true(attempt_begin(db, "a@b", "t", NOW, &wait, NULL));
}

/* One subscriber's IPv6 network is one source; IPv4 addresses are many. */
static void
sec_48_addresses_of_one_network_are_one_source(void **state)
{
    static const struct {
        const char *name, *pattern;
        guint want;
    } cases[] = {
        {"one /64", "2001:db8:1:2:%x::1", 20},
        {"many /64", "2001:db8:1:%x::1", 100},
        {"IPv4", "192.0.2.%d", 100},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Db) db = memory_db();
        g_auto(GStrv) parts = g_strsplit(cases[i].pattern, "%", 2);
        guint through = 0;
        for (int n = 0; n < 100; n++) {
            g_autofree char *source =
                g_strdup_printf("%s%d%s", parts[0], n, parts[1] + 1);
            g_autofree char *login = g_strdup_printf("v%d@demo.test", n);
            guint wait;
            through += attempt_begin(db, login, source, NOW, &wait, NULL);
        }
        if (through != cases[i].want)
            fail_msg("%s: %u", cases[i].name, through);
    }
}

typedef struct {
    const char *folder;
    gint through;
} Race;

static gpointer
guess_at_once(gpointer user)
{
    Race *race = user;
    g_autoptr(Db) db = folder_db(race->folder);
    for (int i = 0; i < 20; i++) {
        guint wait;
        if (attempt_begin(db, "a@b", "s", NOW, &wait, NULL))
            g_atomic_int_inc(&race->through);
    }
    return NULL;
}

static void
sec_48_many_guesses_at_once_do_not_slip_through(void **state)
{
    g_autofree char *folder = temporary_folder();
    Race race = {folder, 0};
    GThread *threads[8];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("guess", guess_at_once, &race);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    assert_int_equal(race.through, 5);
    remove_folder(folder);
}

static void
sec_48_no_login_is_written_down(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    guint wait;
    assert_true(attempt_begin(db, "my-password-by-mistake", "192.0.2.1", NOW,
                              &wait, NULL));
    assert_false(folder_holds(folder, "my-password"));
    assert_true(attempt_sweep(db, NOW + DAY, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM attempt"), 0);
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            sec_48_hundred_thousand_guesses_try_at_most_500_a_day),
        cmocka_unit_test(sec_48_unknown_and_known_logins_are_alike),
        cmocka_unit_test(five_failures_are_free_then_the_wait_doubles),
        cmocka_unit_test(success_forgets_the_login_but_not_the_source),
        cmocka_unit_test(sec_48_addresses_of_one_network_are_one_source),
        cmocka_unit_test(sec_48_many_guesses_at_once_do_not_slip_through),
        cmocka_unit_test(sec_48_no_login_is_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
