/*
 * A message that waits is tried again by itself: once, when it is its time,
 * and only if nothing of it can have been sent. The submission server is
 * paused and resumed.
 */
#include "core/mail/outgoing.h"

#include "core/base/secret.h"
#include "tests/mail/desk.h"

static void
server(const Desk *desk, const char *act)
{
    desk_run("deploy/demo/mail-servers %s '%s' chasquid", act,
             desk->real->folder);
}

static Desk *
alice(void **state)
{
    Desk *desk = desk_open(*state);
    desk_sign_in(desk, "alice@demo.test");
    return desk;
}

/* The Message-ID of a message that waits; the caller frees. */
static char *
send_in_vain(const Desk *desk)
{
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {
        .to = "bob@demo.test", .text = "waits", .send_key = key};
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) got =
        json_of(outgoing_send(&desk->world, &form, &error), &error, "send");
    expect_result(got, "waiting unreachable", "paused");
    return g_strdup(json_get_text(got, "message_id", NULL));
}

static void
retry_after(Desk *desk, gint64 seconds)
{
    g_autoptr(GError) error = NULL;
    desk->world.now += seconds;
    expect_fine(outgoing_retry_due(&desk->world, &error), error, "retry");
}

static gint64
waiting(const Desk *desk)
{
    return desk_number(desk, "SELECT count(*) FROM outbox WHERE state = 0");
}

static void
sec_65_what_waits_is_sent_once_when_it_is_time(void **state)
{
    Desk *desk = alice(state);
    server(desk, "pause");
    g_autofree char *id = send_in_vain(desk);
    server(desk, "resume");

    retry_after(desk, 299);
    assert_int_equal(waiting(desk), 1);
    retry_after(desk, 1);
    assert_int_equal(waiting(desk), 0);
    retry_after(desk, 301);
    g_autofree char *to_bob = desk_delivered(desk, "bob@demo.test", "", id);
    g_autofree char *copy =
        desk_delivered(desk, "alice@demo.test", ".Sent", id);
    desk_close(desk);
}

static void
what_waited_goes_out_at_the_next_session(void **state)
{
    Desk *desk = alice(state);
    server(desk, "pause");
    g_autofree char *id = send_in_vain(desk);
    server(desk, "resume");

    assert_true(sign_out(&desk->world, desk->cookie, NULL));
    session_free((Session *)(guintptr)desk->world.session);
    account_free((Account *)(guintptr)desk->world.account);
    g_clear_pointer(&desk->cookie, g_free);
    desk->world.now += 5;
    desk_sign_in(desk, "alice@demo.test");
    retry_after(desk, 0);
    g_autofree char *to_bob = desk_delivered(desk, "bob@demo.test", "", id);
    assert_int_equal(waiting(desk), 0);
    desk_close(desk);
}

static void
one_is_tried_at_a_time_and_no_sooner_again(void **state)
{
    Desk *desk = alice(state);
    server(desk, "pause");
    g_autofree char *first = send_in_vain(desk);
    g_autofree char *second = send_in_vain(desk);
    /* In vain again: its turn comes after five more minutes. */
    retry_after(desk, 300);
    server(desk, "resume");
    retry_after(desk, 0);
    assert_int_equal(waiting(desk), 1);
    g_autofree char *sent = desk_delivered(desk, "bob@demo.test", "", second);
    retry_after(desk, 299);
    assert_int_equal(waiting(desk), 1);
    retry_after(desk, 1);
    g_autofree char *also = desk_delivered(desk, "bob@demo.test", "", first);
    assert_int_equal(waiting(desk), 0);
    desk_close(desk);
}

/* Nor what is another's, or sealed under a key that is gone; and the latter
 * keeps nothing back. */
static void
sec_65_what_may_have_been_sent_is_never_tried_again(void **state)
{
    static const struct {
        const char *name, *change;
        gint64 waiting; /* afterwards */
    } cases[] = {
        {"being sent", "UPDATE outbox SET state = 1", 0},
        {"unknown", "UPDATE outbox SET state = 3", 0},
        {"failed", "UPDATE outbox SET state = 4", 0},
        {"another's",
         "INSERT INTO account (id, login, address, created) VALUES (99, 'x', "
         "'x', 0); UPDATE outbox SET account = 99",
         1},
        {"does not open", "UPDATE outbox SET content = zeroblob(99)", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Desk *desk = alice(state);
        const ServerConfig good = desk->config.submission;
        desk->config.submission.port = 1;
        g_autofree char *id = send_in_vain(desk);
        desk->config.submission = good;
        g_auto(GStrv) changes = g_strsplit(cases[i].change, "; ", -1);
        for (char **one = changes; *one != NULL; one++) {
            g_autoptr(Stmt) st = db_prepare(desk->world.db, *one, NULL);
            assert_true(stmt_run(st, NULL));
        }
        retry_after(desk, 3600);
        if (waiting(desk) != cases[i].waiting ||
            desk_count(desk, "bob@demo.test", "", id, NULL) != 0)
            fail_msg("%s was tried", cases[i].name);
        desk_close(desk);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_65_what_waits_is_sent_once_when_it_is_time),
        cmocka_unit_test(what_waited_goes_out_at_the_next_session),
        cmocka_unit_test(one_is_tried_at_a_time_and_no_sooner_again),
        cmocka_unit_test(sec_65_what_may_have_been_sent_is_never_tried_again),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
