/* What administrators trust: taken in, named, withdrawn, and what it does. */
#include "tests/admin/trust_test.h"

#include "core/admin/trust_admin.h"
#include "core/pki/cert_export.h"
#include "core/store/audit.h"
#include "core/store/trust_cert.h"

static GBytes *
file_of(Cert *const *certs, gsize n)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < n; i++)
        cert_append_pem(text, certs[i]);
    return g_string_free_to_bytes(text);
}

static guint
add(const Scene *scene, GBytes *file, gboolean accept_expired)
{
    guint added = 0;
    const TrustPlan plan = {.file = file, .accept_expired = accept_expired};
    trust_admin_add(&scene->office, &plan, &added, NULL);
    return added;
}

static const TrustLine *
line_named(GPtrArray *lines, const char *name)
{
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        if (strcmp(line->name, name) == 0)
            return line;
    }
    fail_msg("no line %s", name);
    return NULL;
}

static gboolean
has(const TrustLine *line, const char *problem)
{
    return g_strv_contains((const char *const *)line->problems, problem);
}

static void
a_file_is_looked_at_before_it_is_taken_in(void **state)
{
    Scene *scene = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Cert) fresh = forge_root("Fresh", scene->other);
    g_autoptr(Cert) inter =
        forge_authority("Inter", scene->leaf, "Root", scene->root);
    g_autoptr(Cert) ana = forge_person(scene->leaf, "Root", scene->root);
    g_autoptr(Cert) old = forge(&(CertSpec){
        .subject = dn("Old"),
        .key = scene->other,
        .not_after = TEST_NOW - DAY,
        .extensions = {ext_ca(TRUE, -1), ext_usage(USAGE_CERT_SIGN)}});
    g_autoptr(Cert) web = forge(&(CertSpec){
        .subject = dn("Web"),
        .key = scene->other,
        .extensions = {ext_ca(TRUE, -1), ext_purpose(SERVER_PURPOSE)}});
    Cert *const certs[] = {fresh, inter, ana, old, web, scene->anchor, fresh};
    g_autoptr(GBytes) file = file_of(certs, G_N_ELEMENTS(certs));
    const TrustPlan plan = {.file = file};
    g_autoptr(GPtrArray) lines =
        trust_admin_read(&scene->office, &plan, &error);
    expect_fine(lines != NULL, error, "read");
    assert_int_equal(lines->len, G_N_ELEMENTS(certs));
    assert_string_equal(line_named(lines, "Fresh")->role, "anchor");
    assert_string_equal(line_named(lines, "Inter")->role, "intermediate");
    assert_false(line_named(lines, "Fresh")->refused);
    assert_true(has(line_named(lines, "Ana"), "not-authority"));
    assert_true(has(line_named(lines, "Old"), "expired"));
    assert_true(has(line_named(lines, "Web"), "other-purpose"));
    assert_true(has(line_named(lines, "Root"), "known"));
    assert_true(has(g_ptr_array_index(lines, 6), "known"));

    assert_int_equal(add(scene, file, FALSE), 2);
    assert_int_equal(number_of(scene->db, "SELECT count(*) FROM trust_cert"),
                     2);
    assert_int_equal(number_of(scene->db, "SELECT count(*) FROM audit"
                                          " WHERE act = 'trust-add'"),
                     2);
}

static void
expired_ones_need_a_tick(void **state)
{
    Scene *scene = *state;
    g_autoptr(Cert) old = forge(&(CertSpec){
        .subject = dn("Old"),
        .key = scene->other,
        .not_after = TEST_NOW - DAY,
        .extensions = {ext_ca(TRUE, -1), ext_usage(USAGE_CERT_SIGN)}});
    g_autoptr(GBytes) file = file_of(&old, 1);
    g_autoptr(GError) error = NULL;
    guint added = 0;
    const TrustPlan plan = {.file = file};
    assert_false(trust_admin_add(&scene->office, &plan, &added, &error));
    expect_app_error(error, APP_ERROR_CERTIFICATE, "without a tick");
    assert_int_equal(add(scene, file, TRUE), 1);
}

static void
files_that_are_none_are_refused(void **state)
{
    Scene *scene = *state;
    g_autoptr(GString) many = g_string_new(NULL);
    for (guint i = 0; i <= TRUST_UPLOAD_MAX; i++)
        cert_append_pem(many, scene->anchor);
    const struct {
        const char *name;
        const char *text;
        AppError want;
    } cases[] = {
        {"empty", "", APP_ERROR_CERTIFICATE},
        {"text", "hello", APP_ERROR_CERTIFICATE},
        {"201", many->str, APP_ERROR_TOO_LARGE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) file =
            g_bytes_new(cases[i].text, strlen(cases[i].text));
        const TrustPlan plan = {.file = file};
        assert_null(trust_admin_read(&scene->office, &plan, &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
}

/* Ana is Other's; Ben is Root's. */
static void
what_a_change_does_is_said_before(void **state)
{
    Scene *scene = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Cert) other = forge_root("Other", scene->other);
    Cert *const one[] = {other};
    g_autoptr(GBytes) file = file_of(one, 1);
    const CertSpec person = {.key = scene->leaf, .serial = 7};
    CertSpec ana = person, ben = person;
    GBytes *usages[4];
    for (gsize i = 0; i < 2; i++) {
        CertSpec *spec = i == 0 ? &ana : &ben;
        usages[i] = ext_usage(USAGE_DIGITAL_SIGNATURE | USAGE_KEY_AGREEMENT);
        usages[i + 2] = ext_alt(mail_name("ana@example.org"));
        spec->subject = dn(i == 0 ? "Ana" : "Ben");
        spec->issuer = dn(i == 0 ? "Other" : "Root");
        spec->signer = i == 0 ? scene->other : scene->root;
        spec->extensions[0] = usages[i];
        spec->extensions[1] = usages[i + 2];
    }
    g_autoptr(Cert) of_other = forge(&ana);
    g_autoptr(Cert) of_root = forge(&ben);
    keep_contact(scene, "ana@Example.org", of_other);
    keep_contact(scene, "ben@demo.test", of_root);

    const TrustPlan adding = {.file = file};
    g_autoptr(TrustEffect) more =
        trust_admin_effect(&scene->office, &adding, &error);
    expect_fine(more != NULL, error, "adding");
    assert_int_equal(more->checked, 2);
    assert_int_equal(more->gained, 1);
    assert_int_equal(more->lost, 0);
    const TrustDomain *domain = g_ptr_array_index(more->domains, 0);
    assert_string_equal(domain->domain, "example.org");

    const TrustPlan leaving = {.withdraw = cert_fingerprint(scene->anchor)};
    g_autoptr(TrustEffect) less =
        trust_admin_effect(&scene->office, &leaving, &error);
    expect_fine(less != NULL, error, "withdrawing");
    assert_int_equal(less->lost, 1);
    assert_int_equal(GPOINTER_TO_UINT(g_hash_table_lookup(less->reasons,
                                                          "unknown-issuer")),
                     1);
    assert_int_equal(number_of(scene->db, "SELECT count(*) FROM trust_cert"),
                     0);
}

static void
uploaded_ones_are_renamed_and_withdrawn(void **state)
{
    Scene *scene = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Cert) other = forge_root("Other", scene->other);
    Cert *const one[] = {other};
    g_autoptr(GBytes) file = file_of(one, 1);
    const char *kid = cert_fingerprint(other);
    assert_int_equal(add(scene, file, FALSE), 1);
    expect_fine(trust_admin_rename(&scene->office, kid, "Ours", 0, &error),
                error, "rename");
    g_autoptr(TrustLine) named = trust_admin_get(&scene->office, kid, &error);
    assert_string_equal(named->name, "Ours");
    const TrustPlan plan = {.withdraw = kid};
    expect_fine(trust_admin_withdraw(&scene->office, &plan, &error), error,
                "withdraw");
    g_autoptr(TrustLine) gone = trust_admin_get(&scene->office, kid, &error);
    assert_true(gone->withdrawn != 0);
    assert_false(trust_admin_withdraw(&scene->office, &plan, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "twice");
    assert_int_equal(add(scene, file, FALSE), 1);
    AuditChain chain = {0};
    assert_true(audit_verify(scene->db, 0, &chain, NULL));
    assert_int_equal(chain.bad, 0);
    assert_int_equal(chain.last, 4);
}

static void
a_files_certificate_is_its_operators(void **state)
{
    Scene *scene = *state;
    g_autoptr(GError) error = NULL;
    const TrustPlan plan = {.withdraw = cert_fingerprint(scene->anchor)};
    assert_false(trust_admin_withdraw(&scene->office, &plan, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "a file's");
}

static void
two_administrators_do_not_overwrite_each_other(void **state)
{
    Scene *scene = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Cert) other = forge_root("Other", scene->other);
    Cert *const one[] = {other};
    g_autoptr(GBytes) file = file_of(one, 1);
    gint64 edition = 0;
    guint added = 0;
    assert_true(trust_admin_edition(&scene->office, &edition, NULL));
    assert_int_equal(add(scene, file, FALSE), 1);
    const TrustPlan late = {.withdraw = cert_fingerprint(other),
                            .edition = edition};
    assert_false(trust_admin_withdraw(&scene->office, &late, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "withdraw");
    g_clear_error(&error);
    const TrustPlan again = {.file = file, .edition = edition};
    assert_false(trust_admin_add(&scene->office, &again, &added, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "add");
}

static void
sec_62_only_administrators_of_all_domains_change(void **state)
{
    Scene *scene = *state;
    g_autoptr(Cert) other = forge_root("Other", scene->other);
    Cert *const one[] = {other};
    g_autoptr(GBytes) file = file_of(one, 1);
    const struct {
        const char *login;
        Role role;
        const char *domain;
        gboolean may_look, may_change;
    } cases[] = {
        {"staff@demo.test", ROLE_STAFF, NULL, FALSE, FALSE},
        {"help@demo.test", ROLE_HELPDESK, NULL, FALSE, FALSE},
        {"part@demo.test", ROLE_ADMINISTRATOR, "demo.test", TRUE, FALSE},
        {"whole@demo.test", ROLE_ADMINISTRATOR, NULL, TRUE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 id = new_officer(scene->db, cases[i].login, cases[i].role,
                                cases[i].domain);
        g_autoptr(Account) who = account_load(scene->db, id, NULL);
        g_autoptr(GError) error = NULL;
        Office office = scene->office;
        guint added = 0;
        const TrustPlan plan = {.file = file};
        office.who = who;
        office.actor = who->login;
        g_autoptr(GPtrArray) lines = trust_admin_list(&office, NULL);
        assert_int_equal(lines != NULL, cases[i].may_look);
        gboolean did = trust_admin_add(&office, &plan, &added, &error);
        assert_int_equal(did, cases[i].may_change);
        if (!did)
            expect_app_error(error, APP_ERROR_FORBIDDEN, cases[i].login);
    }
}

#define SCENE(test)                                                          \
    cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(a_file_is_looked_at_before_it_is_taken_in),
        SCENE(expired_ones_need_a_tick),
        SCENE(files_that_are_none_are_refused),
        SCENE(what_a_change_does_is_said_before),
        SCENE(uploaded_ones_are_renamed_and_withdrawn),
        SCENE(a_files_certificate_is_its_operators),
        SCENE(two_administrators_do_not_overwrite_each_other),
        SCENE(sec_62_only_administrators_of_all_domains_change),
    };
    return cmocka_run_group_tests_name("trust admin", tests, NULL, NULL);
}
