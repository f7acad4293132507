/* 25 MB attached: how much memory that takes, and how long others wait. */
#include <sys/resource.h>

#include "tests/mail/secure_desk.h"

#define SIZE (25 * 1000 * 1000)

/* Another person's writes to the same database meanwhile. */
typedef struct {
    const Desk *desk;
    gint stop;
    gint64 worst; /* microseconds until one was through */
} Neighbour;

static gpointer
write_now_and_then(gpointer user)
{
    Neighbour *neighbour = user;
    g_autoptr(Db) db = desk_db(neighbour->desk);
    while (!g_atomic_int_get(&neighbour->stop)) {
        gint64 start = g_get_monotonic_time();
        assert_true(db_begin(db, NULL));
        assert_true(db_commit(db, NULL));
        neighbour->worst =
            MAX(neighbour->worst, g_get_monotonic_time() - start);
        g_usleep(2000);
    }
    return NULL;
}

static glong
resident_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static FormFile
large_file(void)
{
    return (FormFile){(char *)(guintptr) "a",
                      (char *)(guintptr) "application/pdf",
                      g_bytes_new_take(g_strnfill(SIZE, 'x'), SIZE)};
}

static void
large_encrypted_message_is_never_held_twice(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    FormFile file = large_file();
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    const ComposeForm form = {
        .to = "bob@demo.test", .text = "x", .files = files};
    Neighbour neighbour = {desk, 0, 0};
    GThread *thread =
        g_thread_new("neighbour", write_now_and_then, &neighbour);

    glong before = resident_kb();
    gint64 start = g_get_monotonic_time();
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    gint64 prepared = g_get_monotonic_time();
    g_autoptr(Json) result = secure_finish(desk, request);
    gint64 finished = g_get_monotonic_time();
    glong grown = resident_kb() - before;
    g_atomic_int_set(&neighbour.stop, 1);
    g_thread_join(thread);
    expect_result(result, "sent", "large");
    print_message("25 MB: prepared in %d ms, finished in %d, %ld kB more,"
                  " others waited %d ms at most\n",
                  (int)((prepared - start) / 1000),
                  (int)((finished - prepared) / 1000), grown,
                  (int)(neighbour.worst / 1000));
#ifndef __SANITIZE_ADDRESS__
    /* The sanitizer keeps what was freed, and takes its time. */
    assert_true(grown < 16 * 1024);
    assert_true(neighbour.worst < 1000 * 1000);
#endif
    const char *id = json_get_text(result, "message_id", NULL);
    g_autofree char *message = desk_delivered(desk, "bob@demo.test", "", id);
    secure_openssl_opens(desk, "bob", message);
    desk_run("cd '%s' && test $(wc -c <content) -gt %d", desk->folder,
             SIZE / 57 * 78);
    g_bytes_unref(file.data);
    secure_close(desk);
}

static void
many_large_copies_are_too_many(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    g_autoptr(GString) bcc = g_string_new(NULL);
    FormFile file = large_file();
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    for (int i = 0; i < 6; i++) {
        g_autofree char *who = g_strdup_printf("p%d", i);
        secure_contact(desk, who, TRUE, FALSE);
        g_string_append_printf(bcc, "%s%s@demo.test", i > 0 ? ", " : "", who);
    }
    ComposeForm form = {
        .to = "p0@demo.test", .bcc = bcc->str, .text = "x", .files = files};
    g_autoptr(GError) error = NULL;
    assert_null(outgoing_prepare(&desk->world, &form, kid,
                                 PROTECTION_SIGN_ENCRYPT, &error));
    expect_app_error(error, APP_ERROR_TOO_LARGE, "six copies");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 0);
    form.bcc = "p1@demo.test";
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    g_bytes_unref(file.data);
    secure_close(desk);
}

static void
message_of_more_than_36_mib_is_refused(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    FormFile file = large_file();
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    g_autofree char *text = g_strnfill(3 * 1000 * 1000, 't');
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {
        .to = "bob@demo.test", .text = text, .files = files, .send_key = key};
    static const Protection ways[] = {PROTECTION_SIGN,
                                      PROTECTION_SIGN_ENCRYPT};
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(
            outgoing_prepare(&desk->world, &form, kid, ways[i], &error));
        expect_app_error(error, APP_ERROR_TOO_LARGE, "prepare");
    }
    g_autoptr(GError) error = NULL;
    assert_null(outgoing_send(&desk->world, &form, &error));
    expect_app_error(error, APP_ERROR_TOO_LARGE, "plain");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 0);
    g_bytes_unref(file.data);
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_encrypted_message_is_never_held_twice),
        cmocka_unit_test(many_large_copies_are_too_many),
        cmocka_unit_test(message_of_more_than_36_mib_is_refused),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
