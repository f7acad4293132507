#include "core/base/config.h"

#include "tests/base/expect.h"

#define SITE "[site]\norigin = https://mail.example.org\n"
#define STORE "[store]\ndatabase = /d/db\nserver_key = /d/key\n"
#define MAIL "[mail]\nimap_host = imap.example.org\nsubmission_host = smtp\n"
#define GOOD SITE STORE MAIL

static char *folder;

static Config *
load(const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "sceau.conf", NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return config_load(path, error);
}

static void
defaults_are_filled_in(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) got = load(GOOD, &error);
    expect_fine(got != NULL, error, "least configuration");
    assert_string_equal(got->base_path, "/");
    assert_string_equal(got->static_path, "/static/");
    assert_string_equal(got->organisation, "");
    assert_int_equal(got->workers, 2);
    assert_int_equal(got->threads, 16);
    assert_int_equal(got->imap.tls, TLS_IMPLICIT);
    assert_int_equal(got->imap.port, 993);
    assert_int_equal(got->submission.port, 465);
    assert_int_equal(got->idle_minutes, 30);
    assert_int_equal(got->hours, 12);
    assert_int_equal(got->min_rsa_bits, 2048);
    assert_null(got->anchors);
    assert_true(g_str_has_suffix(got->templates, "/share/sceau/templates"));
}

static void
values_are_read(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) got =
        load("# comment\n\n  [site]\norigin=http://localhost:8080\n"
             "insecure_localhost = true\nbase_path = /mail/\n"
             "organisation = Université = essai\n" STORE
             "[mail]\nimap_host = ::1\nsubmission_host = 127.0.0.1\n"
             "imap_tls = starttls\nsubmission_tls = none\n"
             "submission_port=2525\n[trust]\nmin_rsa_bits = 3072\r\n",
             &error);
    expect_fine(got != NULL, error, "all kinds");
    assert_string_equal(got->static_path, "/mail/static/");
    assert_string_equal(got->organisation, "Université = essai");
    assert_int_equal(got->imap.port, 143);
    assert_int_equal(got->submission.tls, TLS_NONE);
    assert_int_equal(got->submission.port, 2525);
    assert_int_equal(got->min_rsa_bits, 3072);
}

/* What is wrong, and how the message ends: ":line: reason". */
static const struct {
    const char *name, *text, *want;
} refusals[] = {
    {"unknown key", GOOD "[site]\ncolour = red\n",
     ":10: unknown key: \"colour\""},
    {"key of another group", GOOD "[trust]\nworkers = 2\n",
     ":10: unknown key: \"workers\""},
    {"unknown group", GOOD "[sites]\n", ":9: unknown group: \"sites\""},
    {"twice", GOOD "[store]\ndatabase = /e\n",
     ":10: key is set twice: \"database\""},
    {"before a group", "origin = x\n",
     ":1: key before the first [group]: \"origin\""},
    {"no key", GOOD "nonsense\n",
     ":9: neither key = value nor [group]: \"nonsense\""},
    {"open group", "[site\n", ":1: a group must be like [site]: \"[site\""},
    {"escaped", GOOD "a\033[2Jb\n",
     ":9: neither key = value nor "
     "[group]: \"a\\x1b[2Jb\""},
    {"empty", "[site]\norigin =\n", ":2: origin is empty: \"\""},
    {"number", GOOD "[server]\nworkers = many\n",
     ":10: workers must be a number from 1 to 64: \"many\""},
    {"zero", GOOD "[server]\nthreads = 0\n",
     ":10: threads must be a number from 1 to 128: \"0\""},
    {"port", GOOD "imap_port = 65536\n",
     ":9: imap_port must be a number from 1 to 65535: \"65536\""},
    {"sign", GOOD "imap_port = +1\n",
     ":9: imap_port must be a number from 1 to 65535: \"+1\""},
    {"bool", GOOD "[trust]\nrequire_revocation = yes\n",
     ":10: must be true or false: \"yes\""},
    {"tls", GOOD "imap_tls = ssl\n",
     ":9: must be implicit, starttls or none: \"ssl\""},
    {"tls none elsewhere", GOOD "imap_tls = none\n",
     ":9: [mail] imap_tls may be none on the loopback host only"},
    {"looks like loopback",
     SITE STORE "[mail]\nsubmission_host = x\nimap_host = "
                "127.0.0.1.evil.example\nimap_tls = none\n",
     ":9: [mail] imap_tls may be none on the loopback host only"},
    {"base path", "[site]\nbase_path = mail\n",
     ":2: base_path must begin and end with '/': \"mail\""},
    {"dotted path", "[site]\nbase_path = /a/../b/\n",
     ":2: base_path has an empty or dotted step: \"/a/../b/\""},
    {"http", "[site]\norigin = http://mail.example.org\n" STORE MAIL,
     ":2: [site] origin must be https"},
    {"http elsewhere",
     "[site]\norigin = http://localhost.example.org\n"
     "insecure_localhost = true\n" STORE MAIL,
     ":2: [site] origin may be http on localhost only"},
    {"insecure https", GOOD "[site]\ninsecure_localhost = true\n",
     ":10: [site] insecure_localhost is for an http origin only"},
    {"origin with path", "[site]\norigin = https://a/b\n",
     ":2: origin must be a scheme and a host in lower case, without a "
     "path: \"https://a/b\""},
    {"host", "[mail]\nimap_host = a b\n",
     ":2: imap_host is not a host name or address: \"a b\""},
    {"floor", GOOD "[trust]\nfloor_rsa_bits = 4096\n",
     ":10: [trust] floor_rsa_bits is above min_rsa_bits"},
    {"missing", SITE STORE "[mail]\nimap_host = a\n",
     ": [mail] submission_host is missing"},
    {"log", GOOD "[server]\nlog = file\n",
     ":10: log must be stderr or syslog: \"file\""},
    /* What may be half of the secret is not shown. */
    {"short token", GOOD "[site]\nmetrics_token = guessme\n",
     ":10: metrics_token must have 32 to 256 characters, or be a file's "
     "path: \"...\""},
    {"odd token",
     GOOD "[site]\nmetrics_token = 0123456789 0123456789 0123456789\n",
     ":10: metrics_token has a character that no token may have: \"...\""},
    {"not UTF-8", "[site]\norganisation = \xff\n", ": is not UTF-8"},
};

static void
refusals_name_file_line_and_reason(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) got = load(refusals[i].text, &error);
        assert_null(got);
        expect_app_error(error, APP_ERROR_CONFIG, refusals[i].name);
        g_autofree char *want =
            g_strconcat(folder, "/sceau.conf", refusals[i].want, NULL);
        if (strcmp(error->message, want) != 0)
            fail_msg("%s: got %s", refusals[i].name, error->message);
    }
}

static void
missing_file_is_named(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_null(config_load("/nowhere/sceau.conf", &error));
    expect_app_error(error, APP_ERROR_CONFIG, "missing file");
    assert_non_null(strstr(error->message, "/nowhere/sceau.conf"));
}

static void
example_is_good(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) got = config_load("deploy/sceau.conf.example", &error);
    expect_fine(got != NULL, error, "example");

    /* Every default that it shows is one: uncommented, all still reads. */
    g_autofree char *text = NULL;
    assert_true(
        g_file_get_contents("deploy/sceau.conf.example", &text, NULL, NULL));
    g_autoptr(GRegex) comment =
        g_regex_new("^#([a-z_]+ = .)", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *open =
        g_regex_replace(comment, text, -1, 0, "\\1", 0, NULL);
    g_autoptr(Config) full = load(open, &error);
    expect_fine(full != NULL, error, "example with its defaults");
    assert_int_equal(full->workers, got->workers);
    assert_int_equal(full->imap.port, got->imap.port);
    assert_string_equal(full->static_path, got->static_path);
    assert_string_equal(full->templates, "/usr/share/sceau/templates");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_filled_in),
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(refusals_name_file_line_and_reason),
        cmocka_unit_test(missing_file_is_named),
        cmocka_unit_test(example_is_good),
    };
    folder = temporary_folder();
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    remove_folder(folder);
    g_free(folder);
    return status;
}
