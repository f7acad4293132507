/* S5, S6: certificates in the files that other programs take. */
#include "core/pki/cert_export.h"

#include "tests/pki/forge_cert.h"

#include <glib/gstdio.h>

#define PASSWORD "ein Paßwort"

typedef struct {
    Cert *leaf;
    GPtrArray *chain;
    char *folder;
} Shelf;

static int
setup(void **state)
{
    Shelf *shelf = g_new0(Shelf, 1);
    g_autoptr(Key) root = ec_key_new();
    g_autoptr(Key) middle = ec_key_new();
    g_autoptr(Key) leaf = ec_key_new();
    shelf->leaf = forge_person(leaf, "Middle", middle);
    shelf->chain = certs_new();
    g_ptr_array_add(shelf->chain,
                    forge_authority("Middle", middle, "Root", root));
    shelf->folder = g_dir_make_tmp("sceau-export-XXXXXX", NULL);
    assert_non_null(shelf->folder);
    *state = shelf;
    return 0;
}

static int
teardown(void **state)
{
    Shelf *shelf = *state;
    g_autofree char *file = g_build_filename(shelf->folder, "file", NULL);
    g_unlink(file);
    g_rmdir(shelf->folder);
    cert_unref(shelf->leaf);
    g_ptr_array_unref(shelf->chain);
    g_free(shelf->folder);
    g_free(shelf);
    return 0;
}

/* What the command says of the exported file, which is its $0; NULL if it
 * fails. */
static char *
said(const Shelf *shelf, CertFormat format, const char *command)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *file = g_build_filename(shelf->folder, "file", NULL);
    g_autoptr(GBytes) bytes =
        cert_export(shelf->leaf, shelf->chain, format, PASSWORD, &error);
    if (bytes == NULL)
        fail_msg("%s: %s", cert_format_name(format), error->message);
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    assert_true(g_file_set_contents(file, data, (gssize)size, NULL));
    const char *const argv[] = {"sh", "-c", command, file, NULL};
    char *out = NULL;
    int status = 1;
    assert_true(g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                             G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL,
                             &status, &error));
    if (status != 0)
        g_clear_pointer(&out, g_free);
    return out;
}

static guint
count(const char *text, const char *word)
{
    guint n = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        n++;
    return n;
}

static void
s5_other_programs_read_every_format(void **state)
{
    static const struct {
        const char *name;
        CertFormat format;
        const char *command;
        guint certificates;
    } cases[] = {
        {"pem, openssl", CERT_PEM, "openssl x509 -in $0", 1},
        {"pem, certtool", CERT_PEM, "certtool -i --infile $0", 1},
        {"der, openssl", CERT_DER, "openssl x509 -inform DER -in $0", 1},
        {"der, certtool", CERT_DER, "certtool -i --inder --infile $0", 1},
        {"p7b, openssl", CERT_P7B,
         "openssl pkcs7 -inform DER -print_certs -in $0", 2},
        {"p7b, certtool", CERT_P7B, "certtool --p7-info --inder --infile $0",
         2},
        {"p12, openssl", CERT_P12,
         "openssl pkcs12 -in $0 -passin 'pass:" PASSWORD "'", 2},
        {"p12, certtool", CERT_P12,
         "certtool --p12-info --inder --infile $0 --password '" PASSWORD "'",
         2},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            said(*state, cases[i].format, cases[i].command);
        if (got == NULL ||
            count(got, "BEGIN CERTIFICATE") != cases[i].certificates)
            fail_msg("%s: %s", cases[i].name, got ? got : "cannot be read");
    }
}

/* S5: openssl names every bag, keys first if there were any. */
static void
s5_no_key_bag_is_in_it(void **state)
{
    g_autofree char *got =
        said(*state, CERT_P12,
             "openssl pkcs12 -info -noenc -in $0 -passin 'pass:" PASSWORD
             "' 2>&1");
    assert_non_null(got);
    assert_int_equal(count(got, "Certificate bag"), 2);
    assert_null(strstr(got, "Key bag"));
    assert_null(strstr(got, "Keybag"));
    assert_null(strstr(got, "KEY"));
    g_autofree char *keys = said(
        *state, CERT_P12,
        "openssl pkcs12 -nocerts -noenc -in $0 -passin 'pass:" PASSWORD "'");
    assert_true(keys == NULL || strstr(keys, "KEY") == NULL);
}

static void
s6_only_the_password_opens_it(void **state)
{
    g_autofree char *wrong =
        said(*state, CERT_P12, "openssl pkcs12 -in $0 -passin pass:other");
    assert_null(wrong);
    g_autofree char *none =
        said(*state, CERT_P12, "openssl pkcs12 -in $0 -passin pass:");
    assert_null(none);
    g_autofree char *how =
        said(*state, CERT_P12,
             "openssl pkcs12 -info -in $0 -passin 'pass:" PASSWORD "' 2>&1");
    assert_non_null(strstr(how, "AES-256-CBC"));
    assert_non_null(strstr(how, "sha256"));
}

static void
s6_a_password_is_demanded(void **state)
{
    const Shelf *shelf = *state;
    g_autofree char *huge = g_strnfill(CERT_PASSWORD_MAX + 1, 'a');
    const struct {
        const char *name, *password;
    } cases[] = {
        {"none", NULL},
        {"empty", ""},
        {"immense", huge},
        {"not UTF-8", "\xff"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(cert_export(shelf->leaf, shelf->chain, CERT_P12,
                                cases[i].password, &error));
        if (!g_error_matches(error, APP_ERROR, APP_ERROR_INPUT))
            fail_msg("%s", cases[i].name);
    }
}

static void
formats_have_names(void **state)
{
    static const char *const names[] = {"pem", "der", "p7b", "p12"};
    CertFormat format;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        assert_true(cert_format_from_name(names[i], &format, NULL));
        assert_string_equal(cert_format_name(format), names[i]);
    }
    g_autoptr(GError) error = NULL;
    assert_false(cert_format_from_name("key", &format, &error));
    assert_true(g_error_matches(error, APP_ERROR, APP_ERROR_INPUT));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s5_other_programs_read_every_format),
        cmocka_unit_test(s5_no_key_bag_is_in_it),
        cmocka_unit_test(s6_only_the_password_opens_it),
        cmocka_unit_test(s6_a_password_is_demanded),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests_name("export", tests, setup, teardown);
}
