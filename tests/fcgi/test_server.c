/* The running program, spoken to as a web server does, good and bad. */
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
    Server *server = *state;
    int status = server_stop(server);
    server_free(server);
    return status;
}

static void
the_sign_in_page_is_shown(void **state)
{
    const Server *server = *state;
    g_autofree char *got = client_get(server->socket, "/sign-in");
    assert_non_null(strstr(got, "Status: 200 OK\r\n"));
    assert_non_null(strstr(got, "name=\"password\""));
}

static void
sec_50_the_socket_is_a_unix_socket_of_mode_0660(void **state)
{
    const Server *server = *state;
    struct stat got;
    assert_int_equal(lstat(server->socket, &got), 0);
    assert_true(S_ISSOCK(got.st_mode));
    assert_int_equal(got.st_mode & 07777, 0660);
}

static void
sec_45_database_and_key_are_ours_alone(void **state)
{
    static const char *const names[] = {"state/sceau.db", "state/server.key"};
    const Server *server = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path =
            g_build_filename(server->folder, names[i], NULL);
        struct stat got;
        assert_int_equal(stat(path, &got), 0);
        assert_int_equal(got.st_mode & 0777, 0600);
    }
}

static void
sec_46_the_login_form_needs_its_token(void **state)
{
    const Server *server = *state;
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
    g_autofree char *got = client_ask(server->socket, env, body);
    assert_non_null(strstr(got, "Status: 403 Forbidden\r\n"));
}

static void
sec_49_doubled_parameters_are_refused(void **state)
{
    const Server *server = *state;
    const char *const env[] = {"REQUEST_METHOD", "GET",      "REQUEST_URI",
                               "/healthz",       "HTTP_X_A", "1",
                               "HTTP_X_A",       "2",        NULL};
    g_autofree char *got = client_ask(server->socket, env, NULL);
    assert_non_null(strstr(got, "Status: 400 Bad Request\r\n"));
}

static void
sec_49_spoofed_names_change_nothing(void **state)
{
    static const char *const names[] = {
        "REMOTE_USER",        "HTTP_REMOTE_USER", "HTTP_X_REMOTE_USER",
        "HTTP_AUTHORIZATION", "HTTP_PROXY",       "HTTP_X_FORWARDED_USER",
        "AUTH_USER",          "LOGNAME",          "HTTP_X_ORIGINAL_URL",
    };
    const Server *server = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *const env[] = {
            "REQUEST_METHOD",  "GET", "REQUEST_URI", "/mail/INBOX", names[i],
            "alice@demo.test", NULL};
        g_autofree char *got = client_ask(server->socket, env, NULL);
        if (strstr(got, "Location: /sign-in?next=/mail/INBOX\r\n") == NULL)
            fail_msg("%s: %s", names[i], got);
    }
}

/* Half the body, then a byte now and then: the time is over all of it. */
static void
sec_50_a_slow_body_is_given_up(void **state)
{
    const Server *server = *state;
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
    gint64 before = g_get_monotonic_time();
    int fd = client_connect(server->socket);
    assert_true(client_send(fd, head->str, head->len));
    for (guint i = 0; i < 8; i++) {
        g_autoptr(GString) byte = g_string_new(NULL);
        client_record(byte, FCGI_STDIN, "a", 1);
        if (!client_send(fd, byte->str, byte->len))
            break;
        g_usleep(400 * 1000);
    }
    g_autofree char *got = client_answer(fd);
    close(fd);
    assert_non_null(strstr(got, "Status: 410 Gone\r\n"));
    assert_true(g_get_monotonic_time() - before < 10 * G_USEC_PER_SEC);
}

static void
sec_50_a_body_cut_short_is_refused(void **state)
{
    const Server *server = *state;
    const char *const env[] = {"REQUEST_METHOD",
                               "POST",
                               "REQUEST_URI",
                               "/sign-in",
                               "CONTENT_LENGTH",
                               "2500",
                               "CONTENT_TYPE",
                               "application/x-www-form-urlencoded",
                               "HTTP_ORIGIN",
                               "http://localhost:1",
                               NULL};
    g_autofree char *got = client_ask(server->socket, env, "login=a");
    assert_non_null(strstr(got, "Status: 410 Gone\r\n"));
}

/* Records of random kinds and lengths, cut anywhere. */
static void
sec_50_broken_records_do_no_harm(void **state)
{
    const Server *server = *state;
    static const char *const env[] = {"REQUEST_METHOD", "GET", "REQUEST_URI",
                                      "/healthz", NULL};
    g_autoptr(GRand) random = g_rand_new_with_seed(20261125);
    g_autoptr(GString) good = client_head(env);
    for (guint round = 0; round < 300; round++) {
        g_autofree char *bytes = g_memdup2(good->str, good->len);
        for (gint i = g_rand_int_range(random, 0, 6); i >= 0; i--)
            bytes[g_rand_int_range(random, 0, (gint)good->len)] =
                (char)g_rand_int(random);
        int fd = client_connect(server->socket);
        assert_true(fd >= 0);
        client_send(fd, bytes,
                    (gsize)g_rand_int_range(random, 0, (gint)good->len));
        shutdown(fd, SHUT_WR);
        if (round % 3 == 0)
            g_free(client_answer(fd));
        close(fd);
    }
    assert_true(server_answers(server));
}

/* CVE-2025-23016: lengths whose sum overflows. */
static void
sec_49_overlong_parameter_lengths_do_no_harm(void **state)
{
    const Server *server = *state;
    static const char begin[] = {0, 1, 0, 0, 0, 0, 0, 0};
    static const char pairs[][8] = {
        {'\xff', '\xff', '\xff', '\xff', '\xff', '\xff', '\xff', '\xff'},
        {'\xff', '\xff', '\xff', '\xfe', '\x80', 0, 0, 2},
        {'\x80', 0, 0, 0, '\xff', '\xff', '\xff', '\xff'},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        client_record(out, FCGI_BEGIN, begin, sizeof begin);
        client_record(out, FCGI_PARAMS, pairs[i], 8);
        int fd = client_connect(server->socket);
        client_send(fd, out->str, out->len);
        shutdown(fd, SHUT_WR);
        g_autofree char *got = client_answer(fd);
        close(fd);
        assert_string_equal(got, "");
    }
    assert_true(server_answers(server));
}

static void
a_large_body_is_read_whole(void **state)
{
    const Server *server = *state;
    g_autoptr(GString) body = g_string_new("login=");
    while (body->len < 60000)
        g_string_append(body, "aaaaaaaaaa");
    g_autofree char *length = g_strdup_printf("%u", (guint)body->len);
    const char *const env[] = {"REQUEST_METHOD",
                               "POST",
                               "REQUEST_URI",
                               "/sign-in",
                               "CONTENT_LENGTH",
                               length,
                               "CONTENT_TYPE",
                               "application/x-www-form-urlencoded",
                               "HTTP_ORIGIN",
                               "http://localhost:1",
                               NULL};
    g_autofree char *got = client_ask(server->socket, env, body->str);
    /* It came to the token, which is missing. */
    assert_non_null(strstr(got, "Status: 403 Forbidden\r\n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sign_in_page_is_shown),
        cmocka_unit_test(sec_50_the_socket_is_a_unix_socket_of_mode_0660),
        cmocka_unit_test(sec_45_database_and_key_are_ours_alone),
        cmocka_unit_test(sec_46_the_login_form_needs_its_token),
        cmocka_unit_test(sec_49_doubled_parameters_are_refused),
        cmocka_unit_test(sec_49_spoofed_names_change_nothing),
        cmocka_unit_test(sec_50_a_slow_body_is_given_up),
        cmocka_unit_test(sec_50_a_body_cut_short_is_refused),
        cmocka_unit_test(sec_50_broken_records_do_no_harm),
        cmocka_unit_test(sec_49_overlong_parameter_lengths_do_no_harm),
        cmocka_unit_test(a_large_body_is_read_whole),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
