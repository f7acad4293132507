/* sceau-revocation as an administrator or a timer calls it, with a list of
 * openssl's. What is refused of answers is tested in tests/admin. */
#include "tests/interop/command.h"
#include "tests/net/web_server.h"

static char *program; /* argv[0] */

static void
shell(const CommandSite *site, const char *script)
{
    g_autoptr(GError) error = NULL;
    const char *const argv[] = {"/bin/sh", "-ec", script, NULL};
    int status = -1;
    expect_fine(g_spawn_sync(site->folder, (char **)(guintptr)argv, NULL,
                             G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                             NULL, &status, &error),
                error, "shell");
    assert_int_equal(status, 0);
}

/* root.pem, and its list root.crl. */
static GBytes *
make_authority(const CommandSite *site)
{
    shell(site, "openssl req -x509 -newkey ec -pkeyopt "
                "ec_paramgen_curve:P-256 -nodes -keyout root.key "
                "-out root.pem -subj /CN=Root -days 30\n"
                ": >index\n"
                "printf '[ca]\\ndefault_ca=a\\n[a]\\ndatabase=index\\n"
                "default_md=sha256\\n' >ca.cnf\n"
                "openssl ca -config ca.cnf -gencrl -crldays 7 -cert root.pem "
                "-keyfile root.key | openssl crl -outform DER -out root.crl");
    g_autofree char *path = g_build_filename(site->folder, "root.crl", NULL);
    char *data = NULL;
    gsize size = 0;
    assert_true(g_file_get_contents(path, &data, &size, NULL));
    return g_bytes_new_take(data, size);
}

static void
trust_it(const CommandSite *site, const char *url)
{
    g_autofree char *add =
        g_strdup_printf("trust add %s/root.pem --json", site->folder);
    g_autofree char *said = NULL, *list = NULL;
    find_command(program);
    assert_int_equal(run_command(site, add, NULL, NULL), 0);
    assert_int_equal(run_command(site, "trust list --json", &list, NULL), 0);
    const char *at = strstr(list, "\"fingerprint\":\"");
    assert_non_null(at);
    g_autofree char *source =
        g_strdup_printf("revocation add %.64s crl %s --allow-private",
                        at + strlen("\"fingerprint\":\""), url);
    if (run_command(site, source, NULL, &said) != 0)
        fail_msg("%s: %s", source, said);
    find_program(program, "sceau-revocation");
}

static void
what_is_due_is_asked(void **state)
{
    CommandSite *site = *state;
    WebServer *web = web_start();
    g_autofree char *url = web_url(web, "/root.crl");
    g_autoptr(GBytes) list = make_authority(site);
    static const Step absent = {"--json", 1, "\"result\":\"status\""};
    static const Step there[] = {
        {"1 --json", 0, "\"result\":\"ok\""},
        {"--json", 0, "[]\n"},
        {"--force --json", 0, "\"result\":\"unchanged\""},
    };
    trust_it(site, url);
    walk(site, &absent, 1);
    const WebPage page = {"/root.crl",
                          "200 OK\r\nContent-Type: application/pkix-crl\r\n",
                          list};
    web_show(web, &page);
    walk(site, there, G_N_ELEMENTS(there));
    web_stop(web);
}

static void
other_words_are_refused(void **state)
{
    static const Step steps[] = {
        {"--json", 0, "[]\n"},
        {"7 --json", 0, "[]\n"},
        {"x", 2, "sceau-revocation: the source is given by its number"},
        {"0", 2, "by its number in the list"},
        {"1 2", 2, "usage: sceau-revocation"},
        {"--all", 2, "usage: sceau-revocation"},
        {"--help", 0, "usage: sceau-revocation"},
        {"-c /nowhere", 2, "/nowhere: No such file or directory"},
    };
    walk(*state, steps, G_N_ELEMENTS(steps));
}

int
main(int argc, char **argv)
{
    program = argv[0];
    find_program(program, "sceau-revocation");
    const struct CMUnitTest tests[] = {
        TEST(what_is_due_is_asked),
        TEST(other_words_are_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_free(command);
    return failed;
}
