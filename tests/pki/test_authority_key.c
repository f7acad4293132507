/* The key of the authority: a file that one user reads, or a token (S3). */
#include "core/pki/authority.h"

#include <sys/stat.h>
#include <time.h>

#include "tests/base/expect.h"

/* 0400 from its first moment, and not read when others may. */
static void
s3_the_key_is_its_readers_alone(void **state)
{
    struct stat status;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "key.pem", NULL);
    expect_fine(authority_key_make("p-256", path, &error), error, "make");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0400);
    assert_false(authority_key_make("p-256", path, &error));
    g_clear_error(&error);
    g_autoptr(AuthorityKey) key = authority_key_load(path, &error);
    expect_fine(key != NULL, error, "load");
    chmod(path, 0440);
    assert_null(authority_key_load(path, &error));
    expect_app_error(error, APP_ERROR_CONFIG, "others may read it");
    g_clear_error(&error);
    unlink(path);
    assert_null(authority_key_load(path, &error));
    expect_app_error(error, APP_ERROR_CONFIG, "gone");
    g_clear_error(&error);
    assert_false(authority_key_make("rsa-512", path, &error));
    expect_app_error(error, APP_ERROR_INPUT, "no such kind");
    remove_folder(folder);
}

static void
serial_numbers_are_long_and_never_alike(void **state)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < 10000; i++) {
        char *serial = authority_serial_new();
        assert_int_equal(strlen(serial), 32);
        assert_true(serial[0] >= '4' && serial[0] <= '7');
        assert_true(g_hash_table_add(seen, serial));
    }
}

/* A command that must work; FALSE when it is not there. */
static gboolean
try_run(const char *const *argv)
{
    int status = -1;
    g_autofree char *out = NULL, *wrong = NULL;
    if (!g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                      G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &wrong, &status,
                      NULL))
        return FALSE;
    if (status != 0)
        fail_msg("%s: %s %s", argv[0], out, wrong);
    return TRUE;
}

static void
make_token_folder(const char *folder)
{
    g_autofree char *tokens = g_build_filename(folder, "tokens", NULL);
    g_autofree char *conf = g_build_filename(folder, "softhsm2.conf", NULL);
    g_autofree char *pin = g_build_filename(folder, "pin", NULL);
    g_autofree char *text = g_strdup_printf(
        "directories.tokendir = %s\nobjectstore.backend = file\n", tokens);
    assert_int_equal(g_mkdir(tokens, 0700), 0);
    assert_true(g_file_set_contents(conf, text, -1, NULL));
    assert_true(g_file_set_contents(pin, "1234", -1, NULL));
    g_setenv("SOFTHSM2_CONF", conf, TRUE);
}

/* A key that no program ever sees signs like any other. */
static void
s3_a_key_on_a_token_signs(void **state)
{
    static const char *const init[] = {
        "softhsm2-util", "--init-token", "--free",   "--label", "sceau",
        "--pin",         "1234",         "--so-pin", "5678",    NULL};
    static const char *const make[] = {"p11tool",
                                       "--login",
                                       "--set-pin",
                                       "1234",
                                       "--generate-privkey",
                                       "ecdsa",
                                       "--curve",
                                       "secp256r1",
                                       "--label",
                                       "authority",
                                       "pkcs11:token=sceau",
                                       NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = temporary_folder();
    make_token_folder(folder);
    if (!try_run(init)) {
        print_message("softhsm2 is not here: deploy/deps check\n");
        skip();
    }
    assert_true(try_run(make));
    g_autofree char *url =
        g_strdup_printf("pkcs11:token=sceau;object=authority;type=private"
                        "?pin-source=file:%s/pin",
                        folder);
    g_autoptr(AuthorityKey) key = authority_key_load(url, &error);
    expect_fine(key != NULL, error, "token");
    const gint64 now = (gint64)time(NULL);
    const AuthorityRoot root = {"Token", "", now, now + 86400 * 3650L};
    g_autoptr(GBytes) der = authority_make_root(key, &root, &error);
    expect_fine(der != NULL, error, "root");
    g_autoptr(Cert) cert = cert_parse(der, NULL);
    assert_true(authority_key_fits(key, cert));
    assert_null(authority_key_load("pkcs11:token=other", &error));
    expect_app_error(error, APP_ERROR_CONFIG, "another token");
    g_autofree char *tidy = g_strconcat("rm -r ", folder, NULL);
    assert_true(g_spawn_command_line_sync(tidy, NULL, NULL, NULL, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s3_the_key_is_its_readers_alone),
        cmocka_unit_test(serial_numbers_are_long_and_never_alike),
        cmocka_unit_test(s3_a_key_on_a_token_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
