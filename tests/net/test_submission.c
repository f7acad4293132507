/* Submission against chasquid and postfix, as an administrator runs them. */
#include "tests/net/net_test.h"

#include "tests/net/real_servers.h"

/* The newest message of an inbox with this word in it, at most 5 s away. */
static char *
wait_for_mail(const Real *real, const char *who, const char *word)
{
    g_autofree char *folder =
        g_build_filename(real->mail, who, "Maildir", "new", NULL);
    for (int tries = 0; tries < 100; tries++) {
        g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
        const char *name;
        while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
            g_autofree char *path = g_build_filename(folder, name, NULL);
            char *text = NULL;
            g_file_get_contents(path, &text, NULL, NULL);
            if (text != NULL && strstr(text, word) != NULL)
                return text;
            g_free(text);
        }
        g_usleep(50000);
    }
    return NULL;
}

static void
t1_t7_m1_m2_mail_arrives_unchanged(void **state)
{
    const Real *real = *state;
    for (guint i = 0; i < real->way_count; i++) {
        const ServerConfig *server = &real->ways[i].server;
        g_autoptr(GError) error = NULL;
        g_autofree char *word = g_strdup_printf("by %s", real->ways[i].name);
        g_autofree char *message = g_strdup_printf(
            "From: alice@demo.test\r\nSubject: %s\r\n\r\n.\r\n..\r\n.a\r\n"
            "  spaces  \r\n\r\n.\r\n",
            word);
        g_autoptr(GPtrArray) results =
            try_sending(server, message, NULL, NULL, &error);
        if (results == NULL) {
            fail_msg("%s: %s", real->ways[i].name, error->message);
            return;
        }
        const RecipientResult *first = g_ptr_array_index(results, 0);
        assert_true(first->accepted);
        assert_string_equal(first->address, "bob@demo.test");
        g_autofree char *got = wait_for_mail(real, "bob@demo.test", word);
        if (got == NULL) {
            fail_msg("%s: did not arrive", real->ways[i].name);
            return;
        }
        /* The Maildir has LF. */
        if (strstr(got, "\n\n.\n..\n.a\n  spaces  \n\n.\n") == NULL)
            fail_msg("%s: changed: %s", real->ways[i].name, got);
        assert_non_null(strstr(got, "ESMTPSA"));
    }
}

static void
each_recipient_has_its_own_answer(void **state)
{
    const Real *real = *state;
    const char *const recipients[] = {"nobody-there@demo.test",
                                      "bob@demo.test", "also-not@demo.test",
                                      "carol@demo.test", NULL};
    for (guint i = 0; i < real->way_count; i++) {
        const ServerConfig *server = &real->ways[i].server;
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) results =
            try_sending(server, plain_message, recipients, NULL, &error);
        if (results == NULL) {
            fail_msg("%s: %s", real->ways[i].name, error->message);
            return;
        }
        assert_int_equal(results->len, 4);
        for (guint r = 0; r < 4; r++) {
            const RecipientResult *one = g_ptr_array_index(results, r);
            assert_string_equal(one->address, recipients[r]);
            assert_int_equal(one->accepted, r % 2);
            if (r % 2 == 0)
                assert_true(g_str_has_prefix(one->reason, "550"));
            else
                assert_null(one->reason);
        }
    }
}

static void
nobody_accepted_is_refused(void **state)
{
    const Real *real = *state;
    const char *const recipients[] = {"nobody-there@demo.test", NULL};
    for (guint i = 0; i < real->way_count; i++) {
        const ServerConfig *server = &real->ways[i].server;
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) refused = NULL;
        assert_null(
            try_sending(server, plain_message, recipients, &refused, &error));
        assert_app_error(error, APP_ERROR_REFUSED, real->ways[i].name);
        assert_non_null(refused);
        const RecipientResult *one = g_ptr_array_index(refused, 0);
        assert_false(one->accepted);
    }
}

/* postfix answers a foreign domain; chasquid's refusal comes after DATA. */
static void
t15_mail_of_strangers_is_refused(void **state)
{
    const Real *real = *state;
    const char *const recipients[] = {"x@elsewhere.test", NULL};
    for (guint i = 0; i < real->way_count; i++) {
        const ServerConfig *server = &real->ways[i].server;
        Text text = {.text = plain_message, .size = strlen(plain_message)};
        Submission what = {.login = "alice@demo.test",
                           .password = "wrong",
                           .from = "alice@demo.test",
                           .recipients = to_bob,
                           .size = text.size,
                           .source = text_source,
                           .user = &text};
        g_autoptr(GError) error = NULL;
        assert_null(submission_send(server, &what, NULL, &error));
        assert_app_error(error, APP_ERROR_CREDENTIALS, "wrong password");
        assert_int_equal(text.at, 0);
        g_clear_error(&error);
        what.login = NULL;
        assert_null(submission_send(server, &what, NULL, &error));
        assert_app_error(error, APP_ERROR_REFUSED, "no password");
        assert_int_equal(text.at, 0);
        if (g_str_has_prefix(real->ways[i].name, "postfix"))
            continue;
        g_clear_error(&error);
        assert_null(
            try_sending(server, plain_message, recipients, NULL, &error));
        assert_app_error(error, APP_ERROR_REFUSED, "elsewhere");
    }
}

static void
t2_spoofed_server_gets_nothing(void **state)
{
    const Real *real = *state;
    g_autofree char *stranger =
        g_build_filename(real->folder, "stranger.pem", NULL);
    g_autofree char *command = g_strdup_printf(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
        "-nodes "
        "-keyout /dev/null -subj /CN=stranger -days 9 -out %s",
        stranger);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    for (guint i = 0; i < real->way_count; i++) {
        const ServerConfig *real_one = &real->ways[i].server;
        g_autoptr(GError) error = NULL;
        ServerConfig server = *real_one;
        server.ca_file = stranger;
        assert_null(try_sending(&server, plain_message, NULL, NULL, &error));
        assert_app_error(error, APP_ERROR_INSECURE, real->ways[i].name);
        g_clear_error(&error);
        /* The right authority, another of its names: not in the certificate.
         */
        server = *real_one;
        server.host = (char *)(guintptr) "localhost.localdomain";
        assert_null(try_sending(&server, plain_message, NULL, NULL, &error));
        assert_non_null(error);
        assert_true(app_error_code(error) == APP_ERROR_INSECURE ||
                    app_error_code(error) == APP_ERROR_UNREACHABLE);
    }
}

static void
m5_the_wrong_tls_mode_sends_nothing(void **state)
{
    const Real *real = *state;
    ServerConfig implicit = real->ways[0].server, plain = implicit;
    implicit.tls = TLS_IMPLICIT;
    plain.tls = TLS_NONE;
    g_autoptr(GError) error = NULL;
    assert_null(try_sending(&implicit, plain_message, NULL, NULL, &error));
    assert_app_error(error, APP_ERROR_INSECURE, "implicit on 587");
    g_clear_error(&error);
    assert_null(try_sending(&plain, plain_message, NULL, NULL, &error));
    assert_app_error(error, APP_ERROR_CONFIG, "no AUTH without TLS");
}

static void
utf8_addresses_arrive(void **state)
{
    const Real *real = *state;
    const char *const recipients[] = {"zo\xc3\xa9@demo.test", "bob@demo.test",
                                      NULL};
    for (guint i = 0; i < real->way_count; i++) {
        const ServerConfig *server = &real->ways[i].server;
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) results =
            try_sending(server, plain_message, recipients, NULL, &error);
        if (results == NULL) {
            fail_msg("%s: %s", real->ways[i].name, error->message);
            return;
        }
        /* There is no zoé; what matters is that she was asked for. */
        const RecipientResult *zoe = g_ptr_array_index(results, 0);
        const RecipientResult *bob = g_ptr_array_index(results, 1);
        assert_false(zoe->accepted);
        assert_string_equal(zoe->address, recipients[0]);
        assert_true(g_str_has_prefix(zoe->reason, "550"));
        assert_true(bob->accepted);
    }
}

/* 25 MiB in all the base64 that the product ever sends. */
static void
a_large_message_arrives(void **state)
{
    const Real *real = *state;
    g_autoptr(GString) big = g_string_new("Subject: big one\r\n\r\n");
    while (big->len < 48 * 1024 * 1024)
        g_string_append(big, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMz"
                             "Q1Njc4OTAxMjM0NTY3ODkwMTIzNDU2\r\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) results =
        try_sending(&real->ways[1].server, big->str, NULL, NULL, &error);
    if (results == NULL)
        fail_msg("%s", error->message);
    g_autofree char *got = wait_for_mail(real, "bob@demo.test", "big one");
    assert_non_null(got);
    assert_true(strlen(got) > 47u * 1024 * 1024);
}

static void
a_message_over_the_servers_limit_is_too_large(void **state)
{
    const Real *real = *state;
    Text text = {.text = "", .size = 0};
    const Submission what = {.login = "alice@demo.test",
                             .password = "secret",
                             .from = "alice@demo.test",
                             .recipients = to_bob,
                             .size = 65 * 1024 * 1024,
                             .source = text_source,
                             .user = &text};
    g_autoptr(GError) error = NULL;
    assert_null(submission_send(&real->ways[1].server, &what, NULL, &error));
    assert_app_error(error, APP_ERROR_TOO_LARGE, "65 MiB");
}

static int
start(void **state)
{
    const Real *real = *state = real_start(NULL);
    if (real->way_count < 4)
        print_message("skipped: postfix is missing or needs root\n");
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t1_t7_m1_m2_mail_arrives_unchanged),
        cmocka_unit_test(each_recipient_has_its_own_answer),
        cmocka_unit_test(nobody_accepted_is_refused),
        cmocka_unit_test(t15_mail_of_strangers_is_refused),
        cmocka_unit_test(t2_spoofed_server_gets_nothing),
        cmocka_unit_test(m5_the_wrong_tls_mode_sends_nothing),
        cmocka_unit_test(utf8_addresses_arrive),
        cmocka_unit_test(a_large_message_arrives),
        cmocka_unit_test(a_message_over_the_servers_limit_is_too_large),
    };
    return cmocka_run_group_tests_name("net/submission", tests, start,
                                       real_teardown);
}
