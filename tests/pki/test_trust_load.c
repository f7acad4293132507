/* Files of certificates and CRLs, as people and administrators have them. */
#include "tests/pki/forge_cert.h"

#include <glib/gstdio.h>

static const TrustPolicy policy = TRUST_POLICY_DEFAULT;

typedef struct {
    char *folder;
    Key *root, *leaf;
    Cert *anchor, *person;
} Files;

static void
put_file(const Files *files, const char *name, const char *data, gssize size)
{
    g_autofree char *path = g_build_filename(files->folder, name, NULL);
    assert_true(g_file_set_contents(path, data, size, NULL));
}

static char *
pem(const char *label, GBytes *der)
{
    gsize size;
    const guchar *data = g_bytes_get_data(der, &size);
    g_autofree char *base64 = g_base64_encode(data, size);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "-----BEGIN %s-----\n", label);
    for (gsize at = 0; at < strlen(base64); at += 64)
        g_string_append_printf(text, "%.64s\n", base64 + at);
    g_string_append_printf(text, "-----END %s-----\n", label);
    return g_string_free(text, FALSE);
}

static int
make_files(void **state)
{
    Files *files = g_new0(Files, 1);
    files->folder = g_dir_make_tmp("sceau-trust-XXXXXX", NULL);
    files->root = ec_key_new();
    files->leaf = ec_key_new();
    files->anchor = forge_root("Root", files->root);
    files->person = forge_person(files->leaf, "Root", files->root);
    *state = files;
    return 0;
}

static int
drop_files(void **state)
{
    Files *files = *state;
    g_autofree char *command = g_strdup_printf("rm -r %s", files->folder);
    assert_int_equal(system(command), 0);
    key_free(files->root);
    key_free(files->leaf);
    cert_unref(files->anchor);
    cert_unref(files->person);
    g_free(files->folder);
    g_free(files);
    return 0;
}

/* Certificates found in text; -1 if it is refused. */
static int
count(const char *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(GPtrArray) certs = cert_parse_file(bytes, &error);
    if (certs != NULL)
        return (int)certs->len;
    assert_int_equal(app_error_code(error), APP_ERROR_CERTIFICATE);
    return -1;
}

static int count_text(const char *format, ...) G_GNUC_PRINTF(1, 2);

static int
count_text(const char *format, ...)
{
    va_list parts;
    va_start(parts, format);
    g_autofree char *text = g_strdup_vprintf(format, parts);
    va_end(parts);
    return count(text, strlen(text));
}

static void
files_are_der_or_pem(void **state)
{
    const Files *files = *state;
    g_autofree char *one = pem("CERTIFICATE", cert_der(files->anchor));
    g_autofree char *two = pem("X509 CERTIFICATE", cert_der(files->person));
    g_autofree char *key = pem("EC PRIVATE KEY", cert_der(files->anchor));
    g_auto(GStrv) lines = g_strsplit(one, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);
    Der der = der_of(cert_der(files->anchor));
    assert_int_equal(count((const char *)der.data, der.size), 1);
    assert_int_equal(count_text("%s", one), 1);
    assert_int_equal(count_text("%s", crlf), 1);
    assert_int_equal(count_text("Bag Attributes\n%s\n# note\n%s", one, two),
                     2);
    assert_int_equal(count_text("%s%s", key, one), 1);
    assert_int_equal(count_text("-----BEGIN RSA PRIVATE KEY-----\n"
                                "Proc-Type: 4,ENCRYPTED\n\nAAAA\n"
                                "-----END RSA PRIVATE KEY-----\n%s",
                                one),
                     1);
}

static void
broken_files_are_refused(void **state)
{
    const Files *files = *state;
    g_autofree char *one = pem("CERTIFICATE", cert_der(files->anchor));
    g_autofree char *key = pem("PRIVATE KEY", cert_der(files->anchor));
    Der der = der_of(cert_der(files->anchor));
    assert_int_equal(count("", 0), -1);
    assert_int_equal(count("hello", 5), -1);
    assert_int_equal(count((const char *)der.data, der.size - 1), -1);
    assert_int_equal(count_text("%s", key), -1);
    assert_int_equal(count_text("%s-----BEGIN CERTIFICATE-----\nAAAA", one),
                     -1);
    assert_int_equal(count_text("-----BEGIN CERTIFICATE-----\nAAAA\n"
                                "-----END CERTIFICATE-----\n%s",
                                one),
                     -1);
    assert_int_equal(count_text("-----BEGIN CERTIFICATE-----\n!!\n"
                                "-----END CERTIFICATE-----\n"),
                     -1);
    assert_int_equal(count_text("-----BEGIN CERTIFICATE-----\nAAAA\n"
                                "-----END X509 CRL-----\n"),
                     -1);
}

/* openssl makes the certs-only message. */
static void
files_may_be_pkcs7(void **state)
{
    const Files *files = *state;
    g_autofree char *one = pem("CERTIFICATE", cert_der(files->anchor));
    g_autofree char *two = pem("CERTIFICATE", cert_der(files->person));
    g_autofree char *both = g_strconcat(one, two, NULL);
    put_file(files, "both", both, -1);
    static const char *const forms[] = {"DER", "PEM"};
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *command = g_strdup_printf(
            "cd %s && openssl crl2pkcs7 -nocrl -certfile both -outform %s"
            " -out p7",
            files->folder, forms[i]);
        assert_int_equal(system(command), 0);
        g_autofree char *path = g_build_filename(files->folder, "p7", NULL);
        g_autofree char *data = NULL;
        gsize size;
        assert_true(g_file_get_contents(path, &data, &size, NULL));
        assert_int_equal(count(data, size), 2);
    }
}

static VerdictSet
judge_from(const Files *files, const char *anchors, const char *crls)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(files->folder, anchors, NULL);
    g_autofree char *lists =
        crls ? g_build_filename(files->folder, crls, NULL) : NULL;
    g_autoptr(Trust) trust = trust_load(path, NULL, lists, &policy, &error);
    if (trust == NULL)
        fail_msg("%s", error->message);
    return trust_judge(trust, files->person, NULL, TEST_NOW, NULL);
}

static void
t12_anchors_come_from_a_file_or_a_folder(void **state)
{
    const Files *files = *state;
    g_autofree char *inside = g_build_filename(files->folder, "in", NULL);
    g_autofree char *one = pem("CERTIFICATE", cert_der(files->anchor));
    g_mkdir(inside, 0700);
    put_file(files, "root.txt", one, -1);
    put_file(files, "in/root.crt", one, -1);
    put_file(files, "in/again.pem", one, -1);
    put_file(files, "in/README", "not a certificate", -1);
    put_file(files, "in/.hidden.pem", "not a certificate", -1);
    assert_int_equal(judge_from(files, "root.txt", NULL), 0);
    assert_int_equal(judge_from(files, "in", NULL), 0);
    g_autoptr(GBytes) crl = forge_crl(
        &(CrlSpec){.issuer = dn("Root"), .signer = files->root, .serial = 7});
    g_autofree char *list = pem("X509 CRL", crl);
    put_file(files, "in/list.crl.txt", list, -1);
    assert_int_equal(judge_from(files, "in", "in/list.crl.txt"),
                     1U << VERDICT_REVOKED);
}

static void
bad_files_are_named(void **state)
{
    const Files *files = *state;
    static const char *const names[] = {"bad.pem", "missing.pem"};
    put_file(files, "bad.pem", "nothing here", -1);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path =
            g_build_filename(files->folder, names[i], NULL);
        assert_null(trust_load(path, NULL, NULL, &policy, &error));
        assert_int_equal(app_error_code(error), APP_ERROR_CONFIG);
        assert_non_null(strstr(error->message, names[i]));
        g_clear_error(&error);
        assert_null(trust_load(NULL, NULL, path, &policy, &error));
        assert_int_equal(app_error_code(error), APP_ERROR_CONFIG);
    }
}

/* What a system's bundle keeps from mail does not vouch for mail. */
static void
trust_settings_take_trust_away(void **state)
{
    static const struct {
        const char *name, *options;
        VerdictSet want;
    } cases[] = {
        {"no settings", "", 0},
        {"for mail", "-addtrust emailProtection", 0},
        {"for anything", "-addtrust anyExtendedKeyUsage", 0},
        {"for servers", "-addtrust serverAuth", 1U << VERDICT_UNKNOWN_ISSUER},
        {"not for mail", "-addreject emailProtection",
         1U << VERDICT_UNKNOWN_ISSUER},
        {"not for servers", "-addreject serverAuth", 0},
    };
    const Files *files = *state;
    g_autofree char *one = pem("CERTIFICATE", cert_der(files->anchor));
    put_file(files, "plain", one, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *command = g_strdup_printf(
            "cd %s && openssl x509 -in plain -trustout %s -out trusted",
            files->folder, cases[i].options);
        assert_int_equal(system(command), 0);
        VerdictSet got = judge_from(files, "trusted", NULL);
        if (got != cases[i].want)
            fail_msg("%s: got %x", cases[i].name, got);
    }
}

/* Wherever else the same authority stands as an anchor. */
static void
who_is_kept_from_mail_is_so_in_every_file(void **state)
{
    const Files *files = *state;
    g_autofree char *one = pem("CERTIFICATE", cert_der(files->anchor));
    put_file(files, "plain", one, -1);
    g_autofree char *command = g_strdup_printf(
        "cd %s && openssl x509 -in plain -trustout -addreject emailProtection"
        " -out kept && cat plain kept > both && cat kept plain > again",
        files->folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(judge_from(files, "plain", NULL), 0);
    assert_int_equal(judge_from(files, "both", NULL),
                     1U << VERDICT_UNKNOWN_ISSUER);
    assert_int_equal(judge_from(files, "again", NULL),
                     1U << VERDICT_UNKNOWN_ISSUER);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_der_or_pem),
        cmocka_unit_test(broken_files_are_refused),
        cmocka_unit_test(files_may_be_pkcs7),
        cmocka_unit_test(t12_anchors_come_from_a_file_or_a_folder),
        cmocka_unit_test(bad_files_are_named),
        cmocka_unit_test(trust_settings_take_trust_away),
        cmocka_unit_test(who_is_kept_from_mail_is_so_in_every_file),
    };
    return cmocka_run_group_tests_name("trust files", tests, make_files,
                                       drop_files);
}
