#include "core/mail/enrol.h"

#include "core/base/json.h"
#include "core/store/own_cert.h"
#include "tests/base/expect.h"

#define NOW 1795579200 /* 2026-11-25 04:00 UTC */

typedef struct {
    char *folder;
    Config config;
    World world;
} Office;

static void run(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
run(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    g_autofree char *command = g_strdup_vprintf(format, list);
    va_end(list);
    const char *const argv[] = {"sh", "-ec", command, NULL};
    g_autofree char *said = NULL;
    int status = 1;
    assert_true(g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                             G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said,
                             &status, NULL));
    if (status != 0)
        fail_msg("%s: %s", command, said);
}

static int
setup(void **state)
{
    Office *office = g_new0(Office, 1);
    World *world = &office->world;
    office->folder = temporary_folder();
    office->config = (Config){
        .min_rsa_bits = 2048,
        .floor_rsa_bits = 1024,
        .min_ec_bits = 256,
        .floor_ec_bits = 224,
    };
    world->config = &office->config;
    world->db = db_open(":memory:", NULL);
    world->now = NOW;
    assert_true(
        account_set_allowed(world->db, "alice@demo.test", TRUE, NOW, NULL));
    world->account = account_find(world->db, "alice@demo.test", NULL);
    assert_true(
        account_set_enabled(world->db, world->account->id, TRUE, NULL));
    account_free((Account *)(guintptr)world->account);
    world->account = account_find(world->db, "alice@demo.test", NULL);
    *state = office;
    return 0;
}

static int
teardown(void **state)
{
    Office *office = *state;
    account_free((Account *)(guintptr)office->world.account);
    db_close(office->world.db);
    remove_folder(office->folder);
    g_free(office->folder);
    g_free(office);
    return 0;
}

/* A certificate valid during 2026 and 2027 by default; DER. */
static GBytes *
certificate(const Office *office, const char *key, const char *extensions,
            const char *from, const char *to)
{
    run("cd '%s' && printf '%%s\\n' '[ca]' 'default_ca = here' '[here]'"
        " 'new_certs_dir = .' 'database = index' 'serial = serial'"
        " 'default_md = sha256' 'policy = any' 'unique_subject = no'"
        " '[any]' 'commonName = supplied' >ca.cnf"
        " && printf '%s\\n' >ext && : >index && echo 01 >serial"
        " && openssl req -new -nodes -newkey %s -keyout key.pem -out req.pem"
        " -subj '/CN=Alice Martin'"
        " && openssl ca -batch -config ca.cnf -selfsign -keyfile key.pem"
        " -in req.pem -extfile ext -startdate %s -enddate %s -notext"
        " -out cert.pem && openssl x509 -in cert.pem -outform DER"
        " -out cert.der",
        office->folder, extensions, key, from, to);
    g_autofree char *path =
        g_build_filename(office->folder, "cert.der", NULL);
    char *data = NULL;
    gsize size = 0;
    assert_true(g_file_get_contents(path, &data, &size, NULL));
    return g_bytes_new_take(data, size);
}

#define RSA "rsa:2048"
#define EC "ec -pkeyopt ec_paramgen_curve:P-256"
#define MAIL                                                                 \
    "subjectAltName = email:alice@demo.test\\n"                              \
    "keyUsage = digitalSignature\\nextendedKeyUsage = emailProtection"
#define BEGINS "260101000000Z"
#define ENDS "271231000000Z"

static Json *
enrol(const Office *office, GBytes *der, const char *name)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *text =
        enrol_certificate(&office->world, der, chain, &error);
    expect_fine(text != NULL, error, name);
    return json_read(text, strlen(text), NULL);
}

static char *
joined(const Json *list)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (gsize i = 0; i < json_array_length(list); i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "," : "",
                               json_text(json_array_item(list, i)));
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
z11_problems_are_named(void **state)
{
    static const struct {
        const char *name, *key, *extensions, *from, *to, *want;
    } cases[] = {
        {"good", RSA, MAIL, BEGINS, ENDS, ""},
        {"ended", RSA, MAIL, "200101000000Z", "210101000000Z", "expired"},
        {"to come", RSA, MAIL, "270101000000Z", ENDS, "not-yet-valid"},
        {"another's", RSA,
         "subjectAltName = email:bob@demo.test\\n"
         "keyUsage = digitalSignature\\n"
         "extendedKeyUsage = emailProtection",
         BEGINS, ENDS, "address"},
        {"for web servers", RSA,
         "subjectAltName = email:alice@demo.test\\n"
         "keyUsage = digitalSignature\\nextendedKeyUsage = serverAuth",
         BEGINS, ENDS, "usage"},
        {"1536 bits", "rsa:1536", MAIL, BEGINS, ENDS, "weak"},
    };
    const Office *office = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der =
            certificate(office, cases[i].key, cases[i].extensions,
                        cases[i].from, cases[i].to);
        g_autoptr(Json) got = enrol(office, der, cases[i].name);
        g_autofree char *problems =
            joined(json_get_array(got, "problems", NULL));
        if (strcmp(problems, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, problems);
        g_autofree char *kid =
            g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, der);
        assert_string_equal(json_get_text(got, "kid", NULL), kid);
    }
}

static void
enrolling_refuses(void **state)
{
    Office *office = *state;
    g_autoptr(GBytes) good = certificate(office, RSA, MAIL, BEGINS, ENDS);
    g_autoptr(GBytes) small =
        certificate(office, "rsa:512", MAIL, BEGINS, ENDS);
    g_autoptr(GBytes) junk = g_bytes_new("junk", 4);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) junk_chain = g_ptr_array_new();
    g_ptr_array_add(junk_chain, junk);
    g_autoptr(GPtrArray) long_chain = g_ptr_array_new();
    for (int i = 0; i < 9; i++)
        g_ptr_array_add(long_chain, good);
    const struct {
        const char *name;
        GBytes *der;
        GPtrArray *chain;
        gboolean allowed, enabled;
        AppError want;
    } cases[] = {
        {"s1 not allowed", good, none, FALSE, TRUE, APP_ERROR_FORBIDDEN},
        {"z8 not ticked", good, none, TRUE, FALSE, APP_ERROR_FORBIDDEN},
        {"no certificate", junk, none, TRUE, TRUE, APP_ERROR_CERTIFICATE},
        {"below the floor", small, none, TRUE, TRUE, APP_ERROR_CERTIFICATE},
        {"junk in the chain", good, junk_chain, TRUE, TRUE,
         APP_ERROR_CERTIFICATE},
        {"chain of nine", good, long_chain, TRUE, TRUE,
         APP_ERROR_CERTIFICATE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Account account = *office->world.account;
        World world = office->world;
        account.allowed = cases[i].allowed;
        account.enabled = cases[i].enabled;
        world.account = &account;
        assert_null(
            enrol_certificate(&world, cases[i].der, cases[i].chain, &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
    g_autoptr(GPtrArray) stored =
        own_cert_list(office->world.db, office->world.account->id, NULL);
    assert_int_equal(stored->len, 0);
}

static void
listed_until_removed(void **state)
{
    const Office *office = *state;
    g_autoptr(GBytes) der = certificate(office, RSA, MAIL, BEGINS, ENDS);
    g_autoptr(Json) enrolled = enrol(office, der, "good");
    const char *kid = json_get_text(enrolled, "kid", NULL);
    g_autofree char *text = enrol_list(&office->world, NULL);
    g_autoptr(Json) json = json_read(text, strlen(text), NULL);
    const Json *list = json_get_array(json, "certificates", NULL);
    assert_int_equal(json_array_length(list), 1);
    const Json *item = json_array_item(list, 0);
    assert_string_equal(json_get_text(item, "kid", NULL), kid);
    assert_string_equal(json_get_text(item, "name", NULL), "Alice Martin");
    assert_string_equal(json_get_text(item, "not_before", NULL),
                        "2026-01-01T00:00:00Z");
    assert_string_equal(json_get_text(item, "not_after", NULL),
                        "2027-12-31T00:00:00Z");
    g_autofree char *addresses =
        joined(json_get_array(item, "addresses", NULL));
    assert_string_equal(addresses, "alice@demo.test");

    assert_true(enrol_remove(&office->world, kid, NULL));
    g_autofree char *after = enrol_list(&office->world, NULL);
    assert_string_equal(after, "{\"certificates\":[]}");
}

/* A root is not sent along; what is kept is read again by the sender. */
static void
chain_is_kept_without_its_root(void **state)
{
    const Office *office = *state;
    g_autoptr(GBytes) root = certificate(office, RSA, MAIL, BEGINS, ENDS);
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_ptr_array_add(chain, root);
    g_autofree char *text =
        enrol_certificate(&office->world, root, chain, NULL);
    g_autoptr(Json) json = json_read(text, strlen(text), NULL);
    g_autoptr(OwnCert) own =
        own_cert_get(office->world.db, office->world.account->id,
                     json_get_text(json, "kid", NULL), NULL);
    assert_int_equal(g_bytes_get_size(own->chain), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* B12: of those that sign the last one counts, whoever vouches for it. */
static void
b12_the_end_is_that_of_the_last_that_signs(void **state)
{
    static const struct {
        const char *name, *extensions, *to;
        gint64 want;
    } cases[] = {
        {"over", MAIL, "261101000000Z", 0},
        {"nine days", MAIL, "261204040000Z", NOW + 9 * 86400},
        {"sooner", MAIL, "261201040000Z", NOW + 9 * 86400},
        {"another's",
         "subjectAltName = email:bob@demo.test\\n"
         "keyUsage = digitalSignature\\n"
         "extendedKeyUsage = emailProtection",
         ENDS, NOW + 9 * 86400},
        {"later", MAIL, "270101040000Z", NOW + 37 * 86400},
    };
    Office *office = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 got = -1;
        g_autoptr(GBytes) der =
            certificate(office, EC, cases[i].extensions, BEGINS, cases[i].to);
        g_autoptr(Json) json = enrol(office, der, cases[i].name);
        assert_true(enrol_end(&office->world, &got, NULL));
        if (got != cases[i].want)
            fail_msg("%s: %d days", cases[i].name,
                     (int)((got - NOW) / 86400));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(z11_problems_are_named),
        TEST(enrolling_refuses),
        TEST(listed_until_removed),
        TEST(chain_is_kept_without_its_root),
        TEST(b12_the_end_is_that_of_the_last_that_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
