#include "core/mail/sign_in.h"

#include "tests/mail/desk.h"

static void
password_of_the_mail_server_opens_a_session(void **state)
{
    Desk *desk = desk_open(*state);
    desk->config.default_domain = (char *)(guintptr) "demo.test";
    /* As people type it; the account is one and the same. */
    static const char *const logins[] = {"alice@demo.test",
                                         " ALICE@demo.test ", "alice"};
    for (gsize i = 0; i < G_N_ELEMENTS(logins); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *cookie =
            sign_in(&desk->world, logins[i], "secret", "192.0.2.1", &error);
        expect_fine(cookie != NULL, error, logins[i]);
        g_autoptr(Session) session =
            session_find(desk->world.db, desk->world.server_key, cookie,
                         desk->world.now, 30, 12, NULL);
        assert_string_equal(session->login, "alice@demo.test");
        assert_string_equal(session->password, "secret");
        assert_true(sign_out(&desk->world, cookie, NULL));
        assert_null(session_find(desk->world.db, desk->world.server_key,
                                 cookie, desk->world.now, 30, 12, NULL));
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM account"), 1);
    desk_close(desk);
}

static void
sign_in_refuses(void **state)
{
    g_autofree char *long_login = g_strnfill(300, 'a');
    g_autofree char *long_password = g_strnfill(2000, 'a');
    const struct {
        const char *name, *login, *password;
        AppError want;
    } cases[] = {
        {"wrong password", "alice@demo.test", "wrong", APP_ERROR_CREDENTIALS},
        {"unknown login", "nobody@demo.test", "secret",
         APP_ERROR_CREDENTIALS},
        {"unknown domain", "alice@elsewhere.example", "secret",
         APP_ERROR_CREDENTIALS},
        {"empty login", "  ", "secret", APP_ERROR_INPUT},
        {"no domain", "alice", "secret", APP_ERROR_INPUT},
        {"two domains", "a@b@c", "secret", APP_ERROR_INPUT},
        {"line end", "alice@demo.test\r\nx", "secret", APP_ERROR_INPUT},
        {"not UTF-8", "\xff@demo.test", "secret", APP_ERROR_INPUT},
        {"long login", long_login, "secret", APP_ERROR_INPUT},
        {"empty password", "alice@demo.test", "", APP_ERROR_INPUT},
        {"long password", "alice@demo.test", long_password, APP_ERROR_INPUT},
    };
    Desk *desk = desk_open(*state);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(sign_in(&desk->world, cases[i].login, cases[i].password,
                            "192.0.2.1", &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM session"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM account"), 0);
    desk_close(desk);
}

/* Known and unknown logins get the same answers, word for word. */
static void
sec_48_guesses_run_into_the_same_wait(void **state)
{
    static const char *const logins[] = {"alice@demo.test",
                                         "nobody@demo.test"};
    char *heard[2] = {NULL, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(logins); i++) {
        Desk *desk = desk_open(*state);
        g_autoptr(GString) said = g_string_new(NULL);
        for (int guess = 0; guess < 7; guess++) {
            g_autoptr(GError) error = NULL;
            assert_null(sign_in(&desk->world, logins[i], "wrong", "192.0.2.1",
                                &error));
            g_string_append_printf(said, "%s: %s\n",
                                   app_error_name(app_error_code(error)),
                                   error->message);
        }
        /* Not even the right password is asked about while one waits. */
        g_autoptr(GError) error = NULL;
        assert_null(
            sign_in(&desk->world, logins[i], "secret", "192.0.2.1", &error));
        expect_app_error(error, APP_ERROR_BACK_OFF, logins[i]);
        heard[i] = g_string_free(g_steal_pointer(&said), FALSE);
        desk_close(desk);
    }
    assert_non_null(strstr(heard[0], "back-off"));
    assert_string_equal(heard[0], heard[1]);
    g_free(heard[0]);
    g_free(heard[1]);
}

static void
server_that_is_away_leaves_no_failure_behind(void **state)
{
    Desk *desk = desk_open(*state);
    world_pool_free(desk->world.pool);
    desk->config.imap.port = 1;
    desk->world.pool = world_pool_new(&desk->config);
    for (int i = 0; i < 30; i++) {
        g_autoptr(GError) error = NULL;
        assert_null(sign_in(&desk->world, "alice@demo.test", "secret",
                            "192.0.2.1", &error));
        expect_app_error(error, APP_ERROR_UNREACHABLE, "away");
    }
    world_pool_free(desk->world.pool);
    desk->config.imap = desk->real->imaps;
    desk->world.pool = world_pool_new(&desk->config);
    desk_sign_in(desk, "alice@demo.test");
    desk_close(desk);
}

static void
t2_unverified_server_hears_no_password(void **state)
{
    Desk *desk = desk_open(*state);
    world_pool_free(desk->world.pool);
    desk->config.imap.ca_file = NULL;
    desk->world.pool = world_pool_new(&desk->config);
    g_autoptr(GError) error = NULL;
    assert_null(sign_in(&desk->world, "alice@demo.test", "secret",
                        "192.0.2.1", &error));
    expect_app_error(error, APP_ERROR_INSECURE, "unknown authority");
    desk_close(desk);
}

/* With the right password, too; and only who has it is told. */
static void
a_suspended_account_does_not_sign_in(void **state)
{
    Desk *desk = desk_open(*state);
    const World *world = &desk->world;
    desk_sign_in(desk, "alice@demo.test");
    gint64 id = world->account->id;
    assert_true(account_set_suspended(world->db, id, TRUE, NULL));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM session"), 0);
    static const struct {
        const char *password;
        AppError want;
    } cases[] = {{"secret", APP_ERROR_FORBIDDEN},
                 {"wrong", APP_ERROR_CREDENTIALS}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(sign_in(world, "alice@demo.test", cases[i].password,
                            "192.0.2.1", &error));
        expect_app_error(error, cases[i].want, cases[i].password);
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM session"), 0);
    assert_true(account_set_suspended(world->db, id, FALSE, NULL));
    g_autoptr(GError) error = NULL;
    g_autofree char *cookie =
        sign_in(world, "alice@demo.test", "secret", "192.0.2.1", &error);
    expect_fine(cookie != NULL, error, "resumed");
    desk_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suspended_account_does_not_sign_in),
        cmocka_unit_test(password_of_the_mail_server_opens_a_session),
        cmocka_unit_test(sign_in_refuses),
        cmocka_unit_test(sec_48_guesses_run_into_the_same_wait),
        cmocka_unit_test(server_that_is_away_leaves_no_failure_behind),
        cmocka_unit_test(t2_unverified_server_hears_no_password),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
