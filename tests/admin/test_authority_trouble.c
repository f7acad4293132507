/* The key gone, sceau-ca away, the disk full, strangers at the socket, a
 * server that lies: nothing half done (S3, S6; "Bad input" of issue 4). */
#include <sys/resource.h>

#include "core/admin/certify.h"
#include "core/admin/certify_desk.h"
#include "core/net/ca_client.h"
#include "core/pki/cert.h"
#include "tests/admin/authority_test.h"

/* The path of the key in use. */
static char *
key_path(const Desk *desk)
{
    const char *name;
    g_autoptr(GDir) folder = g_dir_open(desk->ca, 0, NULL);
    while ((name = g_dir_read_name(folder)) != NULL) {
        if (g_str_has_prefix(name, "key-"))
            return g_build_filename(desk->ca, name, NULL);
    }
    fail_msg("no key");
    return NULL;
}

static void
s3_the_key_lies_with_sceau_ca_alone(void **state)
{
    const Desk *desk = *state;
    struct stat status;
    g_autofree char *path = key_path(desk);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0400);
    assert_int_equal(stat(desk->ca, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_false(folder_holds(desk->site, "PRIVATE KEY"));
    g_autofree char *sock = g_build_filename(desk->folder, "sock", NULL);
    assert_int_equal(stat(sock, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0660);
}

static void
a_key_that_is_gone_is_said_and_nothing_is_lost(void **state)
{
    const Desk *desk = *state;
    CertifyCount counted;
    g_autoptr(GBytes) csr = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = asked(desk, &csr);
    g_autofree char *path = key_path(desk);
    g_autofree char *away = g_strconcat(path, ".away", NULL);
    const char *const ids[] = {id, NULL};
    const Office office = terminal_of(desk);
    assert_int_equal(rename(path, away), 0);

    assert_false(certify_approve(&office, ids, &counted, &error));
    expect_app_error(error, APP_ERROR_CONFIG, "key gone");
    assert_true(g_str_has_prefix(error->message, "authority:"));
    expect_state(desk, id, REQUEST_APPROVED);
    g_autoptr(Json) shown = ledger_state(desk);
    assert_string_equal(member(shown, "problem"), "key-gone");
    assert_int_equal(ledger_number(desk, "issued"), 0);

    assert_int_equal(rename(away, path), 0);
    assert_true(local_ca_resume(&office, &counted, NULL));
    assert_int_equal(counted.issued, 1);
    expect_state(desk, id, REQUEST_ISSUED);
}

static void
without_sceau_ca_what_is_decided_waits(void **state)
{
    Desk *desk = *state;
    CertifyCount counted;
    gboolean local = FALSE;
    g_autofree char *kid = certified(desk, desk->bob, NULL);
    g_autoptr(GBytes) csr = NULL;
    g_autofree char *id = asked(desk, &csr);
    const Office office = terminal_of(desk);
    stop_ca(desk, SIGTERM);
    approve(desk, id, &counted);
    assert_int_equal(counted.waiting, 1);
    assert_true(
        certify_revoke(&office, kid, CERTIFY_CESSATION, &local, NULL));
    g_autoptr(Issued) before = issued_find(desk->db, kid, NULL);
    assert_true(before->revoked != 0 && !before->published);
    g_autoptr(GError) error = NULL;
    assert_false(local_ca_resume(&office, &counted, &error));
    expect_app_error(error, APP_ERROR_UNREACHABLE, "away");

    start_ca(desk);
    assert_true(local_ca_resume(&office, &counted, NULL));
    expect_state(desk, id, REQUEST_ISSUED);
    g_autoptr(Issued) after = issued_find(desk->db, kid, NULL);
    assert_true(after->published);
}

/* sceau-ca may not write another byte to its ledger. */
static void
a_full_disk_while_issuing_leaves_nothing_half_done(void **state)
{
    Desk *desk = *state;
    CertifyCount counted;
    g_autoptr(GBytes) csr = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = asked(desk, &csr);
    const char *const ids[] = {id, NULL};
    const Office office = terminal_of(desk);
    const struct rlimit none = {0, RLIM_INFINITY};
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    assert_int_equal(prlimit(desk->process, RLIMIT_FSIZE, &none, NULL), 0);
    assert_false(certify_approve(&office, ids, &counted, &error));
    expect_app_error(error, APP_ERROR_STORE, "full");
    expect_state(desk, id, REQUEST_APPROVED);
    assert_int_equal(number_of(desk->db, "SELECT COUNT(*) FROM issued"), 0);
    assert_int_equal(ledger_number(desk, "issued"), 0);

    assert_int_equal(prlimit(desk->process, RLIMIT_FSIZE, &all, NULL), 0);
    assert_true(local_ca_resume(&office, &counted, NULL));
    assert_int_equal(counted.issued, 1);
    assert_int_equal(ledger_number(desk, "issued"), 1);
}

/* A server that was broken into may ask what it likes. */
static void
sceau_ca_holds_its_own_rules(void **state)
{
    const Desk *desk = *state;
    static const struct {
        const char *name, *spec;
        Wanted wanted;
        const char *address, *want;
    } cases[] = {
        {"weak", "rsa:1024", {0}, "ana@demo.test", "weak"},
        {"another domain",
         NULL,
         {P256, NULL, NULL, FALSE},
         "ana@far.test",
         "policy"},
        {"not its address",
         NULL,
         {P256, "bob@demo.test", NULL, FALSE},
         "ana@demo.test",
         "address"},
        {"no proof",
         NULL,
         {P256, NULL, NULL, TRUE},
         "ana@demo.test",
         "proof"},
        {"fine", NULL, {P256, NULL, NULL, FALSE}, "ana@demo.test", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) csr = cases[i].spec != NULL
                                    ? openssl_request(cases[i].spec)
                                    : make_request(&cases[i].wanted);
        g_autoptr(Json) request = json_object_new();
        Json *list = json_array_new(), *item = json_object_new();
        json_set_text(request, "op", "issue");
        json_set(request, "requests", list);
        json_append(list, item);
        json_set_text(item, "id", cases[i].name);
        json_set_text(item, "address", cases[i].address);
        json_set_text(item, "name", "Ana");
        json_set_int(item, "days", 99999);
        json_set_bytes(item, "csr", csr);
        g_autoptr(Json) answer =
            ca_client_ask(desk->config->ca_socket, request, NULL);
        const Json *outcome =
            json_array_item(json_member(answer, "outcomes"), 0);
        if (g_strcmp0(member(outcome, "refused"), cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, member(outcome, "refused"));
        if (cases[i].want != NULL)
            continue;
        g_autoptr(GBytes) der = json_get_bytes(outcome, "certificate", NULL);
        g_autoptr(Cert) cert = cert_parse(der, NULL);
        assert_true(cert_not_after(cert) - cert_not_before(cert) <
                    825 * 86400);
    }
}

static Json *
op(const Desk *desk, const char *text, AppError want)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) request = json_read(text, strlen(text), NULL);
    Json *answer = ca_client_ask(desk->config->ca_socket, request, &error);
    if (want != 0)
        expect_app_error(error, want, text);
    return answer;
}

static void
sceau_ca_refuses_what_makes_no_sense(void **state)
{
    const Desk *desk = *state;
    static const struct {
        const char *text;
        AppError want;
    } cases[] = {
        {"{}", APP_ERROR_INPUT},
        {"[]", APP_ERROR_INPUT},
        {"{\"op\":\"sign\"}", APP_ERROR_INPUT},
        {"{\"op\":\"issue\"}", APP_ERROR_INPUT},
        {"{\"op\":\"issue\",\"requests\":[{}]}", APP_ERROR_INPUT},
        {"{\"op\":\"revoke\",\"certificates\":[{\"serial\":\"00\"}]}",
         APP_ERROR_NOT_FOUND},
        {"{\"op\":\"crl\",\"offset\":99999999}", APP_ERROR_CONFLICT},
        {"{\"op\":\"crl\",\"offset\":-1}", APP_ERROR_CONFLICT},
        {"{\"op\":\"init\",\"id\":\"x\",\"name\":\"y\"}", APP_ERROR_CONFLICT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_null(op(desk, cases[i].text, cases[i].want));
    g_autoptr(Json) still = op(desk, "{\"op\":\"show\"}", 0);
    assert_non_null(still);
}

/* What listens at the socket, and hangs up, says too much, or nothing. */
static void
an_answer_that_is_none_is_unreachable(void **state)
{
    Desk *desk = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) request = json_object_new();
    stop_ca(desk, SIGTERM);
    static const char *const answers[] = {"", "{\"authority\":", NULL};
    for (gsize i = 0; answers[i] != NULL; i++) {
        int listener = listen_silently(desk->config->ca_socket);
        pid_t child = fork();
        if (child == 0) {
            char words[64];
            int one = accept(listener, NULL, NULL);
            gboolean done = read(one, words, sizeof words) >= 0 &&
                            write(one, answers[i], strlen(answers[i])) >= 0;
            _exit(!done);
        }
        close(listener);
        assert_null(ca_client_ask(desk->config->ca_socket, request, &error));
        expect_app_error(error, APP_ERROR_UNREACHABLE, answers[i]);
        g_clear_error(&error);
        waitpid(child, NULL, 0);
    }
}

/* Only those of the configuration are answered; the kernel says who asks. */
static void
a_stranger_at_the_socket_gets_no_answer(void **state)
{
    Desk *desk = *state;
    if (getuid() != 0)
        skip();
    assert_int_equal(chmod(desk->folder, 0755), 0);
    assert_int_equal(chmod(desk->config->ca_socket, 0666), 0);
    pid_t child = fork();
    if (child == 0) {
        if (setuid(65534) != 0)
            _exit(3);
        g_autoptr(Json) request = json_object_new();
        json_set_text(request, "op", "show");
        g_autoptr(Json) answer =
            ca_client_ask(desk->config->ca_socket, request, NULL);
        _exit(answer != NULL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* S5, S6: what is handed out holds no key, and .p12 asks for a password. */
static void
s6_a_p12_is_closed_by_a_password_and_holds_no_key(void **state)
{
    const Desk *desk = *state;
    const Office office = terminal_of(desk);
    g_autoptr(GError) error = NULL;
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    g_autofree char *name = NULL;
    assert_null(certify_export(&office, kid, "p12", NULL, &name, &error));
    expect_app_error(error, APP_ERROR_INPUT, "no password");
    g_autoptr(GBytes) p12 =
        certify_export(&office, kid, "p12", "soleil-vert", &name, NULL);
    assert_string_equal(name, "ana@demo.test.p12");
    g_autofree char *path = g_build_filename(desk->folder, "a.p12", NULL);
    gsize size;
    const char *data = g_bytes_get_data(p12, &size);
    assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
    const char *argv[] = {"openssl", "pkcs12",           "-in",    path,
                          "-passin", "pass:soleil-vert", "-nodes", NULL};
    g_autofree char *out = NULL, *wrong = NULL;
    int status = -1;
    assert_true(g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                             G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &wrong,
                             &status, NULL));
    assert_int_equal(status, 0);
    assert_non_null(strstr(out, "BEGIN CERTIFICATE"));
    assert_null(strstr(out, "PRIVATE"));
    argv[5] = "pass:wrong";
    g_autofree char *out2 = NULL, *wrong2 = NULL;
    g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH,
                 NULL, NULL, &out2, &wrong2, &status, NULL);
    assert_int_not_equal(status, 0);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(s3_the_key_lies_with_sceau_ca_alone),
        TEST(a_key_that_is_gone_is_said_and_nothing_is_lost),
        TEST(without_sceau_ca_what_is_decided_waits),
        TEST(a_full_disk_while_issuing_leaves_nothing_half_done),
        TEST(sceau_ca_holds_its_own_rules),
        TEST(sceau_ca_refuses_what_makes_no_sense),
        TEST(an_answer_that_is_none_is_unreachable),
        TEST(a_stranger_at_the_socket_gets_no_answer),
        TEST(s6_a_p12_is_closed_by_a_password_and_holds_no_key),
    };
    find_sceau_ca(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
