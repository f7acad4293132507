/* What the local authority signs, judged by us, by openssl and by certtool
 * (S13, S14; RFC 5280). */
#include "core/pki/authority.h"

#include <time.h>

#include "core/pki/authority_profile.h"
#include "core/pki/cert_fields.h"
#include "core/pki/crl.h"
#include "tests/pki/request.h"

#define DAY 86400

typedef struct {
    char *folder;
    AuthorityKey *key;
    Cert *root;
    gint64 now;
} Desk;

static char *
file_of(const Desk *desk, const char *name)
{
    return g_build_filename(desk->folder, name, NULL);
}

static void
open_desk(Desk *desk, const char *algorithm)
{
    g_autoptr(GError) error = NULL;
    desk->now = (gint64)time(NULL);
    desk->folder = temporary_folder();
    g_autofree char *path = file_of(desk, "key.pem");
    expect_fine(authority_key_make(algorithm, path, &error), error,
                algorithm);
    desk->key = authority_key_load(path, &error);
    expect_fine(desk->key != NULL, error, algorithm);
    const AuthorityRoot root = {"Démo", "Organisation", desk->now,
                                desk->now + 3650 * (gint64)DAY};
    g_autoptr(GBytes) der = authority_make_root(desk->key, &root, &error);
    expect_fine(der != NULL, error, "root");
    desk->root = cert_parse(der, &error);
    expect_fine(desk->root != NULL, error, "root");
}

static void
close_desk(Desk *desk)
{
    authority_key_free(desk->key);
    cert_unref(desk->root);
    remove_folder(desk->folder);
    g_free(desk->folder);
}

static GBytes *
issue(const Desk *desk, GBytes *request, const char *address,
      const char *serial)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Csr) csr = csr_parse(request, &error);
    expect_fine(csr != NULL, error, "request");
    const AuthorityLeaf leaf = {
        .serial = serial,
        .address = address,
        .name = "Ana Ruiz",
        .crl_url = "http://mail.example.org/crl/ca.crl",
        .not_before = desk->now,
        .not_after = desk->now + 365 * DAY,
    };
    GBytes *der = authority_issue(desk->key, desk->root, csr, &leaf, &error);
    expect_fine(der != NULL, error, address);
    return der;
}

static void
save(const Desk *desk, const char *name, GBytes *der)
{
    gsize size;
    const char *data = g_bytes_get_data(der, &size);
    g_autofree char *path = file_of(desk, name);
    assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
}

/* A program in the folder of the desk; its words, its exit status 0. */
static char *
run(const Desk *desk, const char *line)
{
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    char *out = NULL;
    g_autofree char *wrong = NULL;
    int status = -1;
    assert_true(g_spawn_sync(desk->folder, argv, NULL, G_SPAWN_SEARCH_PATH,
                             NULL, NULL, &out, &wrong, &status, NULL));
    if (status != 0)
        fail_msg("%s: %s %s", line, out, wrong);
    return out;
}

static void
expect_words(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strstr(text, *words) == NULL)
            fail_msg("no \"%s\" in %s", *words, text);
    }
}

static void
make_pem(const Desk *desk)
{
    g_autofree char *one =
        run(desk, "openssl x509 -inform DER -in root.der -out root.pem");
    g_autofree char *two =
        run(desk, "openssl x509 -inform DER -in leaf.der -out leaf.pem");
}

/* One authority of each kind, one person's key of another kind. */
static void
s13_others_accept_what_is_issued(void **state)
{
    static const struct {
        const char *algorithm;
        Wanted wanted;
        const char *usage;
    } cases[] = {
        {"p-256",
         {P256, "ana@demo.test", NULL, FALSE},
         "Digital Signature, Key Agreement"},
        {"p-384",
         {GNUTLS_PK_RSA, 2048, NULL, NULL, FALSE},
         "Digital Signature, Key Encipherment"},
        {"rsa-3072",
         {P384, NULL, NULL, FALSE},
         "Digital Signature, Key Agreement"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Desk desk;
        open_desk(&desk, cases[i].algorithm);
        g_autofree char *serial = authority_serial_new();
        g_autoptr(GBytes) request = make_request(&cases[i].wanted);
        g_autoptr(GBytes) der =
            issue(&desk, request, "ana@demo.test", serial);
        save(&desk, "root.der", cert_der(desk.root));
        save(&desk, "leaf.der", der);
        make_pem(&desk);
        g_autofree char *text =
            run(&desk, "openssl x509 -in leaf.pem -noout -text");
        const char *const words[] = {"Version: 3",
                                     cases[i].usage,
                                     "E-mail Protection",
                                     "email:ana@demo.test",
                                     "CA:FALSE",
                                     "Key Usage: critical",
                                     "Subject Key Identifier",
                                     "Authority Key Identifier",
                                     "URI:http://mail.example.org/crl/ca.crl",
                                     "CN = Ana Ruiz",
                                     NULL};
        expect_words(text, words);
        g_autofree char *verify =
            run(&desk, "openssl verify -x509_strict -purpose smimesign"
                       " -CAfile root.pem leaf.pem");
        /* It asks EC keys for keyEncipherment, which they have no use for. */
        g_autofree char *encrypt =
            cases[i].wanted.kind != GNUTLS_PK_RSA
                ? NULL
                : run(&desk, "openssl verify -x509_strict -purpose"
                             " smimeencrypt -CAfile root.pem leaf.pem");
        g_autofree char *other =
            run(&desk, "certtool --verify --verify-profile medium"
                       " --load-ca-certificate root.pem --infile leaf.pem");
        close_desk(&desk);
    }
}

static void
s13_the_certificate_says_one_address_and_mail_alone(void **state)
{
    Desk desk;
    open_desk(&desk, "p-256");
    g_autofree char *serial = authority_serial_new();
    const Wanted wanted = {P256, NULL, NULL, FALSE};
    g_autoptr(GBytes) request = make_request(&wanted);
    static const char *const people[] = {"ana@demo.test", "zoé@demo.test",
                                         "ana@bücher.test"};
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autoptr(GBytes) der = issue(&desk, request, people[i], serial);
        g_autoptr(Cert) cert = cert_parse(der, NULL);
        assert_non_null(cert);
        assert_true(cert_has_address(cert, people[i]));
        assert_null(cert_addresses(cert)[1]);
        assert_true(cert_may_sign_mail(cert) && cert_may_encrypt_mail(cert));
        assert_false(cert_is_authority(cert));
        assert_null(cert_missing_usage(cert));
        assert_int_equal(cert->version, 3);
        assert_false(cert->extensions.unknown_critical);
        assert_string_equal(cert_serial(cert), serial);
        assert_true(cert_names_issuer(cert, desk.root));
    }
    assert_true(cert_is_authority(desk.root));
    assert_int_equal(desk.root->extensions.path_len, 0);
    close_desk(&desk);
}

/* S14 and the rest of the rules, whatever the server asks. */
static void
s14_the_profile_refuses(void **state)
{
    static const char *const domains[] = {"demo.test", NULL};
    static const struct {
        const char *name, *spec;
        Wanted wanted;
        const char *address, *want;
    } cases[] = {
        {"RSA 1023", "rsa:1023", {0}, "ana@demo.test", "weak"},
        {"RSA 1024", "rsa:1024", {0}, "ana@demo.test", "weak"},
        {"RSA 2047", "rsa:2047", {0}, "ana@demo.test", "weak"},
        {"RSA 2048", "rsa:2048", {0}, "ana@demo.test", NULL},
        {"P-192", "ec:prime192v1", {0}, "ana@demo.test", "weak"},
        {"P-224", "ec:secp224r1", {0}, "ana@demo.test", "weak"},
        {"secp256k1", "ec:secp256k1", {0}, "ana@demo.test", "weak"},
        {"P-256", "ec:prime256v1", {0}, "ana@demo.test", NULL},
        {"not its key",
         NULL,
         {P256, NULL, NULL, TRUE},
         "ana@demo.test",
         "proof"},
        {"another's",
         NULL,
         {P256, "bob@demo.test", NULL, FALSE},
         "ana@demo.test",
         "address"},
        {"no address", NULL, {P256, NULL, NULL, FALSE}, "ana", "address"},
        {"another domain",
         NULL,
         {P256, NULL, NULL, FALSE},
         "ana@other.test",
         "policy"},
        {"a domain below",
         NULL,
         {P256, NULL, NULL, FALSE},
         "ana@x.demo.test",
         "policy"},
        {"case of the domain",
         NULL,
         {P256, NULL, NULL, FALSE},
         "ana@DEMO.Test",
         NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = cases[i].spec != NULL
                                    ? openssl_request(cases[i].spec)
                                    : make_request(&cases[i].wanted);
        g_autoptr(Csr) csr = der != NULL ? csr_parse(der, NULL) : NULL;
        if (csr == NULL)
            fail_msg("%s: no request", cases[i].name);
        const char *got = authority_refusal(csr, cases[i].address, domains);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, got);
    }
}

static void
a_certificate_ends_within_825_days_and_the_authority(void **state)
{
    Desk desk;
    gint64 end = 0;
    open_desk(&desk, "p-256");
    assert_true(authority_end(desk.root, desk.now, 4000, &end));
    assert_int_equal(end, desk.now + 825 * (gint64)DAY - 1);
    /* The shortest that the configuration may ask for. */
    assert_true(authority_end(desk.root, desk.now, 1, &end));
    assert_int_equal(end, desk.now + DAY - 1);
    gint64 late = cert_not_after(desk.root) - 10 * DAY;
    assert_true(authority_end(desk.root, late, 365, &end));
    assert_int_equal(end, cert_not_after(desk.root));
    assert_false(
        authority_end(desk.root, cert_not_after(desk.root) - DAY, 365, &end));
    close_desk(&desk);
}

static GBytes *
make_list(const Desk *desk, const char *serial, gint64 number)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) revoked =
        g_array_new(FALSE, FALSE, sizeof(AuthorityRevoked));
    AuthorityRevoked one = {(char *)(guintptr)serial, desk->now, 1};
    if (serial != NULL)
        g_array_append_val(revoked, one);
    GBytes *der = authority_make_crl(desk->key, desk->root, revoked, number,
                                     desk->now, desk->now + 7 * DAY, &error);
    expect_fine(der != NULL, error, "list");
    return der;
}

static void
others_read_the_list_and_refuse_what_is_on_it(void **state)
{
    static const char *const algorithms[] = {"p-256", "p-384", "rsa-3072"};
    for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        Desk desk;
        open_desk(&desk, algorithms[i]);
        g_autofree char *serial = authority_serial_new();
        const Wanted wanted = {P256, NULL, NULL, FALSE};
        g_autoptr(GBytes) request = make_request(&wanted);
        g_autoptr(GBytes) der =
            issue(&desk, request, "ana@demo.test", serial);
        g_autoptr(GBytes) list = make_list(&desk, serial, 300);
        save(&desk, "root.der", cert_der(desk.root));
        save(&desk, "leaf.der", der);
        save(&desk, "list.der", list);
        make_pem(&desk);
        g_autofree char *pem =
            run(&desk, "openssl crl -inform DER -in list.der -out list.pem");
        g_autofree char *text = run(
            &desk, "openssl crl -in list.pem -CAfile root.pem -noout -text");
        const char *const words[] = {"CRL Number", "300", "Key Compromise",
                                     "Authority Key Identifier", NULL};
        expect_words(text, words);
        g_autofree char *other =
            run(&desk, "certtool --verify-crl --load-ca-certificate root.pem"
                       " --infile list.pem");
        const char *argv[] = {"openssl",  "verify",   "-crl_check",
                              "-CRLfile", "list.pem", "-CAfile",
                              "root.pem", "leaf.pem", NULL};
        g_autofree char *out = NULL, *wrong = NULL;
        int status = 0;
        g_spawn_sync(desk.folder, (char **)(guintptr)argv, NULL,
                     G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &wrong, &status,
                     NULL);
        assert_int_not_equal(status, 0);
        assert_non_null(strstr(wrong, "certificate revoked"));
        close_desk(&desk);
    }
}

static void
the_list_is_read_by_us_too(void **state)
{
    Desk desk;
    open_desk(&desk, "p-256");
    static const gint64 numbers[] = {1, 127, 128, 65535, 4294967296};
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(GBytes) list = make_list(&desk, NULL, numbers[i]);
        g_autoptr(Crl) crl = crl_parse(list, NULL);
        assert_non_null(crl);
        assert_int_equal(crl->entries->len, 0);
        guint64 number = 0;
        for (gsize j = 0; j < crl->number.size; j++)
            number = number << 8 | crl->number.data[j];
        assert_int_equal(number, numbers[i]);
        assert_false(crl->unknown_critical);
    }
    close_desk(&desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s13_others_accept_what_is_issued),
        cmocka_unit_test(s13_the_certificate_says_one_address_and_mail_alone),
        cmocka_unit_test(s14_the_profile_refuses),
        cmocka_unit_test(
            a_certificate_ends_within_825_days_and_the_authority),
        cmocka_unit_test(others_read_the_list_and_refuse_what_is_on_it),
        cmocka_unit_test(the_list_is_read_by_us_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
