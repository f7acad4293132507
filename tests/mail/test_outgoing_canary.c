/*
 * Whatever happens to an encrypted message on its way, what it says is in no
 * file of the database in clear (SEC-57), and nothing goes twice or not at
 * all (SEC-65).
 */
#include <signal.h>
#include <sys/wait.h>

#include "core/mail/sealing_plan.h"
#include "core/store/keyreq.h"
#include "core/store/outbox.h"
#include "tests/mail/secure_desk.h"

#define CANARY "canary-31b7e0f5d26c94a88f10-end"

/* The canary as it stands in text, and in base64 at each of three places. */
static void
expect_no_canary(const Desk *desk, const char *when)
{
    g_autofree char *folder = g_build_filename(desk->folder, "db", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *data = NULL;
        gsize size = 0;
        assert_true(g_file_get_contents(path, &data, &size, NULL));
        for (int shift = 0; shift <= 3; shift++) {
            g_autofree char *coded =
                shift == 3
                    ? g_strdup(CANARY)
                    : g_base64_encode((const guchar *)CANARY + shift, 27);
            if (memmem(data, size, coded, strlen(coded)) != NULL)
                fail_msg("%s: canary in %s", when, name);
        }
    }
}

static ComposeForm
secret_form(void)
{
    return (ComposeForm){.to = "bob@demo.test",
                         .bcc = "carol@demo.test",
                         .subject = CANARY,
                         .text = CANARY};
}

static void
sec_57_no_plaintext_in_the_database_at_any_step(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "carol", TRUE, FALSE);
    g_autoptr(GString) large = g_string_new(NULL);
    while (large->len < 3000000)
        g_string_append(large, CANARY);
    FormFile file = {(char *)(guintptr)CANARY,
                     (char *)(guintptr) "text/plain",
                     g_bytes_new(large->str, large->len)};
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    ComposeForm form = secret_form();
    form.files = files;
    const guint16 port = desk->config.submission.port;

    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    expect_no_canary(desk, "prepared");
    desk->config.submission.port = 1;
    g_autoptr(Json) waiting = secure_finish(desk, request);
    expect_result(waiting, "waiting unreachable", "both");
    expect_no_canary(desk, "finished");
    /* The clear content's key is gone; what waits is ciphertext. */
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM keyreq"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 2);
    desk->config.submission.port = port;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = outgoing_list(&desk->world, NULL);
    const OutgoingItem *item = g_ptr_array_index(list, 0);
    g_autoptr(Json) sent = json_of(
        outgoing_retry(&desk->world, item->id, &error), &error, "retry");
    expect_result(sent, "sent", "both");
    expect_no_canary(desk, "sent");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 0);
    g_bytes_unref(file.data);
    secure_close(desk);
}

/* With the server's key too, nothing in the rows tells what it says. */
static void
z2_rows_of_an_encrypted_message_hold_nothing_of_it(void **state)
{
    Desk *desk = secure_desk(state);
    const World *world = &desk->world;
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "carol", TRUE, FALSE);
    desk->config.submission.port = 1;
    const ComposeForm form = secret_form();
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    g_autoptr(Json) waiting = secure_finish(desk, request);
    g_autoptr(GPtrArray) rows =
        outbox_list(world->db, world->server_key, world->account->id, NULL);
    assert_int_equal(rows->len, 2);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxItem *row = g_ptr_array_index(rows, i);
        gsize size;
        const void *data = g_bytes_get_data(row->content, &size);
        assert_null(memmem(data, size, CANARY, strlen(CANARY)));
        assert_non_null(memmem(data, size, "[...]", 5));
        assert_null(strstr(row->result, CANARY));
    }
    secure_close(desk);
}

/* In a child that is killed after some time, wherever it is then. */
static void
finish_and_be_killed(const Desk *desk, const char *ticket, GBytes *signature,
                     guint microseconds)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        World world = desk->world;
        world.db = desk_db(desk);
        world.pool = world_pool_new(&desk->config);
        g_free(outgoing_finish(&world, ticket, signature, NULL));
        _exit(0);
    }
    g_usleep(microseconds);
    kill(child, SIGKILL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
}

/* All of it or nothing: the request with its content, or both rows. */
static gboolean
expect_whole(const Desk *desk, guint microseconds)
{
    gint64 requests = desk_number(desk, "SELECT count(*) FROM keyreq");
    gint64 rows = desk_number(desk, "SELECT count(*) FROM outbox");
    if (!(requests == 1 && rows == 0) && !(requests == 0 && rows == 2))
        fail_msg("after %u us: %d requests, %d rows", microseconds,
                 (int)requests, (int)rows);
    assert_int_equal(
        desk_number(desk, "SELECT count(*) FROM outbox WHERE spool NOT IN"
                          " (SELECT id FROM spool)"),
        0);
    expect_no_canary(desk, "killed");
    return rows == 2;
}

static void
sec_65_killed_while_it_seals_is_all_or_nothing(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "carol", TRUE, FALSE);
    const char *const path = "DELETE FROM outbox";
    FormFile file = {(char *)(guintptr) "a", (char *)(guintptr) "text/plain",
                     g_bytes_new_take(g_strnfill(2000000, 'x'), 2000000)};
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    ComposeForm form = secret_form();
    form.files = files;
    desk->config.submission.port = 1;
    guint rounds = g_getenv("SCEAU_LONG") != NULL ? 200 : 10;
    guint done = 0;
    for (guint i = 0; i < rounds; i++) {
        /* Closer together where most of it happens. */
        guint after = 2000000 / (rounds * rounds) * i * i;
        g_autoptr(Json) request = secure_prepare(desk, &form, kid);
        const char *ticket = json_get_text(request, "ticket", NULL);
        g_autoptr(GBytes) signature =
            desk_signature(desk, "alice", FALSE, request);
        /* SQLite connections do not survive a fork. */
        g_clear_pointer(&desk->world.db, db_close);
        finish_and_be_killed(desk, ticket, signature, after);
        desk->world.db = desk_db(desk);
        done += expect_whole(desk, after);

        /* The browser posts it again. */
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) again =
            json_of(outgoing_finish(&desk->world, ticket, signature, &error),
                    &error, "again");
        assert_int_equal(
            json_array_length(json_get_array(again, "recipients", NULL)), 2);
        assert_true(expect_whole(desk, after));
        /* What the dead one left is swept within the hour. */
        assert_true(
            keyreq_sweep(desk->world.db, desk->world.now + 7200, NULL));
        assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 2);
        g_autoptr(Stmt) st = db_prepare(desk->world.db, path, NULL);
        assert_true(stmt_run(st, NULL));
        assert_true(
            keyreq_sweep(desk->world.db, desk->world.now + 7200, NULL));
    }
    print_message("%u of %u were through when they were killed\n", done,
                  rounds);
    g_bytes_unref(file.data);
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_57_no_plaintext_in_the_database_at_any_step),
        cmocka_unit_test(z2_rows_of_an_encrypted_message_hold_nothing_of_it),
        cmocka_unit_test(sec_65_killed_while_it_seals_is_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
