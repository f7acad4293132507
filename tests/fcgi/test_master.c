/* Workers that die, settings that change, an end in the middle of work. */
#include "tests/fcgi/server_test.h"

static int
setup(void **state)
{
    *state = server_new();
    return 0;
}

static int
teardown(void **state)
{
    server_free(*state);
    return 0;
}

static gboolean
answers_soon(const Server *server)
{
    for (guint i = 0; i < 100; i++) {
        if (server_answers(server))
            return TRUE;
        g_usleep(50 * 1000);
    }
    return FALSE;
}

static void
sec_66_a_killed_worker_is_replaced(void **state)
{
    const Server *server = *state;
    for (guint i = 0; i < 3; i++) {
        pid_t victim = server_worker(server);
        assert_true(victim > 0);
        kill(victim, SIGKILL);
        assert_true(answers_soon(server));
        assert_int_equal(waitpid(server->master, NULL, WNOHANG), 0);
    }
}

typedef struct {
    const Server *server;
    gint stop;
    guint good, bad;
} Load;

static gpointer
load(gpointer user)
{
    Load *self = user;
    while (!g_atomic_int_get(&self->stop)) {
        if (server_answers(self->server))
            self->good++;
        else
            self->bad++;
    }
    return NULL;
}

static void
reload_loses_no_request(void **state)
{
    const Server *server = *state;
    Load loads[3] = {{server, 0, 0, 0}, {server, 0, 0, 0}, {server, 0, 0, 0}};
    GThread *threads[3];
    for (gsize i = 0; i < 3; i++)
        threads[i] = g_thread_new("load", load, &loads[i]);
    for (guint i = 0; i < 4; i++) {
        pid_t before = server_worker(server);
        server_configure(server, 2 + i);
        kill(server->master, SIGHUP);
        for (guint j = 0; j < 200 && server_worker(server) == before; j++)
            g_usleep(50 * 1000);
        assert_int_not_equal(server_worker(server), before);
    }
    guint good = 0;
    guint bad = 0;
    for (gsize i = 0; i < 3; i++) {
        g_atomic_int_set(&loads[i].stop, 1);
        g_thread_join(threads[i]);
        good += loads[i].good;
        bad += loads[i].bad;
    }
    assert_int_equal(bad, 0);
    assert_true(good > 20);
}

/* Once the old workers have ended, which takes them a moment. */
static char **
workers_left(const Server *server)
{
    char **workers = NULL;
    for (guint i = 0; i < 200; i++) {
        g_autofree char *children = server_children(server);
        g_strfreev(workers);
        workers = g_strsplit(g_strstrip(children), " ", -1);
        if (g_strv_length(workers) == 2)
            break;
        g_usleep(50 * 1000);
    }
    return workers;
}

/* TRUE if a process holds a file of the store that is no longer there. */
static gboolean
holds_deleted(const char *process)
{
    g_autofree char *folder = g_strdup_printf("/proc/%s/fd", process);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);
        if (target != NULL && strstr(target, "sceau.db") != NULL &&
            g_str_has_suffix(target, " (deleted)"))
            return TRUE;
    }
    return FALSE;
}

/*
 * Closing any descriptor of a file drops all POSIX locks of the process on
 * it: a store that opens its own file beside SQLite lets the last old worker
 * delete the journal under the new ones.
 */
static void
reload_leaves_the_store_whole(void **state)
{
    const Server *server = *state;
    for (guint i = 0; i < 3; i++) {
        pid_t before = server_worker(server);
        server_configure(server, 8);
        kill(server->master, SIGHUP);
        for (guint j = 0; j < 200 && server_worker(server) == before; j++)
            g_usleep(50 * 1000);
        for (guint j = 0; j < 40; j++)
            assert_true(server_answers(server));
        g_auto(GStrv) workers = workers_left(server);
        assert_int_equal(g_strv_length(workers), 2);
        for (guint j = 0; workers[j] != NULL; j++)
            assert_false(holds_deleted(workers[j]));
    }
}

static void
bad_settings_leave_the_old_ones(void **state)
{
    const Server *server = *state;
    pid_t before = server_worker(server);
    server_write(server, "sceau.conf", "[site]\nnonsense = 1\n");
    kill(server->master, SIGHUP);
    g_usleep(500 * 1000);
    assert_true(server_answers(server));
    assert_int_equal(server_worker(server), before);

    /* Sound settings, but a template that does not compile. */
    server_configure(server, 3);
    server_write(server, "templates/help.html", "<a b={{c}}>");
    kill(server->master, SIGHUP);
    g_usleep(500 * 1000);
    assert_true(server_answers(server));
    assert_int_equal(server_worker(server), before);
    g_autofree char *log = NULL;
    assert_true(g_file_get_contents(server->log, &log, NULL, NULL));
    assert_non_null(strstr(log, "help.html:1"));
}

/* Last: it ends the server. */
static void
the_end_waits_for_requests_begun(void **state)
{
    Server *server = *state;
    static const char body[] = "login=a&password=b&csrf=x";
    const char *const env[] = {"REQUEST_METHOD",
                               "POST",
                               "REQUEST_URI",
                               "/sign-in",
                               "CONTENT_LENGTH",
                               "25",
                               "CONTENT_TYPE",
                               "application/x-www-form-urlencoded",
                               "HTTP_ORIGIN",
                               "http://localhost:1",
                               NULL};
    g_autoptr(GString) head = client_head(env);
    int fd = client_connect(server->socket);
    assert_true(client_send(fd, head->str, head->len));
    g_usleep(300 * 1000);
    kill(server->master, SIGTERM);
    g_usleep(300 * 1000);
    g_autoptr(GString) rest = g_string_new(NULL);
    client_record(rest, FCGI_STDIN, body, strlen(body));
    client_record(rest, FCGI_STDIN, "", 0);
    assert_true(client_send(fd, rest->str, rest->len));
    g_autofree char *got = client_answer(fd);
    close(fd);
    assert_non_null(strstr(got, "Status: 403 Forbidden\r\n"));
    assert_non_null(strstr(got, "</html>"));

    int status = -1;
    assert_int_equal(waitpid(server->master, &status, 0), server->master);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_not_equal(access(server->socket, F_OK), 0);
}

static void
a_socket_in_use_is_not_taken(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "s", NULL);
    g_autoptr(GError) error = NULL;
    int first = listen_open(path, &error);
    expect_fine(first >= 0, error, "first");
    assert_int_equal(listen_open(path, &error), -1);
    expect_app_error(error, APP_ERROR_CONFIG, "in use");
    g_clear_error(&error);
    close(first);
    /* Nobody answers any more: the name is free. */
    int second = listen_open(path, &error);
    expect_fine(second >= 0, error, "stale");
    close(second);
    g_unlink(path);
    assert_true(g_file_set_contents(path, "mine", -1, NULL));
    assert_int_equal(listen_open(path, &error), -1);
    expect_app_error(error, APP_ERROR_CONFIG, "a file");
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_in_use_is_not_taken),
        cmocka_unit_test(sec_66_a_killed_worker_is_replaced),
        cmocka_unit_test(reload_loses_no_request),
        cmocka_unit_test(reload_leaves_the_store_whole),
        cmocka_unit_test(bad_settings_leave_the_old_ones),
        cmocka_unit_test(the_end_waits_for_requests_begun),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
