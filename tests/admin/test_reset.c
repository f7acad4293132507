/* S9, S10: what a reset takes and leaves, and what stands in its way. */
#include "core/admin/reset.h"

#include <sys/resource.h>

#include "core/pki/cert.h"
#include "core/store/audit.h"
#include "core/store/contact.h"
#include "core/store/contact_cert.h"
#include "core/store/own_cert.h"
#include "core/store/policy.h"
#include "core/store/trust_cert.h"
#include "tests/admin/authority_test.h"

static gint64
count(const Desk *desk, const char *sql)
{
    return number_of(desk->db, sql);
}

/* A certificate that somebody keeps of somebody else. */
static void
keep_third_party(const Desk *desk, const char *kid)
{
    g_autoptr(Stmt) contact = db_prepare(
        desk->db,
        "INSERT INTO contact (account, book, name, address, match, place,"
        " created) VALUES ($1, 'contacts', 'Eve', 'eve@far.test',"
        " 'eve@far.test', 'eve', 1)",
        NULL);
    stmt_bind_int(contact, 1, desk->ana);
    assert_true(stmt_run(contact, NULL));
    gint64 id = db_last_id(desk->db);
    g_autoptr(GBytes) der = g_bytes_new_static("far", 3);
    g_autoptr(GBytes) chain = g_bytes_new_static("", 0);
    const ContactCert cert = {
        .kid = (char *)(guintptr)kid,
        .der = der,
        .chain = chain,
        .standing = STANDING_ACCEPTED,
        .source = (char *)(guintptr) "harvest",
    };
    assert_true(contact_cert_save(desk->db, id, &cert, NOW, NULL));
}

static char *
reset(const Desk *desk, const char *word, GError **error)
{
    char *exported = NULL;
    const Office office = terminal_of(desk);
    if (reset_site(&office, word, &exported, error))
        return exported;
    g_free(exported);
    return NULL;
}

static void
s9_reset_keeps_policy_and_takes_the_rest(void **state)
{
    const Desk *desk = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *kid = certified(desk, desk->ana, "ana@demo.test");
    g_autoptr(LocalAuthority) before = local_authority_find(desk->db, NULL);
    keep_third_party(desk, "kid-of-eve");
    assert_true(policy_save(desk->db, POLICY_DOMAIN, "demo.test",
                            POLICY_SIGN_ALWAYS, "yes", NOW, NULL));
    g_autofree char *exported = reset(desk, " Maison ", &error);
    expect_fine(exported != NULL, error, "reset");

    assert_int_equal(count(desk, "SELECT COUNT(*) FROM authority"), 0);
    assert_int_equal(count(desk, "SELECT COUNT(*) FROM issued"), 0);
    assert_int_equal(count(desk, "SELECT COUNT(*) FROM cert_request"), 0);
    assert_int_equal(count(desk, "SELECT COUNT(*) FROM contact_cert"), 0);
    assert_int_equal(count(desk, "SELECT SUM(allowed) FROM account"), 0);
    /* Contacts, own certificates and policy stay. */
    assert_int_equal(count(desk, "SELECT COUNT(*) FROM contact"), 1);
    assert_int_equal(count(desk, "SELECT COUNT(*) FROM own_cert"), 1);
    g_autofree char *sign = policy_get(desk->db, POLICY_DOMAIN, "demo.test",
                                       POLICY_SIGN_ALWAYS, NULL);
    assert_string_equal(sign, "yes");
    g_autofree char *anchor =
        g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, before->der);
    g_autoptr(TrustCert) trust = trust_cert_find(desk->db, anchor, NULL);
    assert_true(trust->withdrawn != 0);
    const AuditQuery query = {.act = "reset", .limit = 1};
    g_autoptr(GPtrArray) rows = audit_list(desk->db, &query, NULL);
    assert_int_equal(rows->len, 1);
}

/* Public certificates and records, readable by their owner alone. */
static void
s9_the_export_holds_what_goes(void **state)
{
    const Desk *desk = *state;
    struct stat status;
    g_autofree char *kid = certified(desk, desk->ana, "ana@demo.test");
    keep_third_party(desk, "kid-of-eve");
    g_autofree char *exported = reset(desk, "Maison", NULL);
    assert_non_null(exported);
    assert_int_equal(stat(exported, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    g_autofree char *text = NULL;
    gsize size = 0;
    assert_true(g_file_get_contents(exported, &text, &size, NULL));
    g_autoptr(Json) json = json_read(text, size, NULL);
    static const struct {
        const char *list, *member, *want;
    } cases[] = {{"authority", "name", "Maison CA"},
                 {"issued", "address", "ana@demo.test"},
                 {"third_party", "kid", "kid-of-eve"},
                 {"accounts", "address", "ana@demo.test"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Json *item =
            json_array_item(json_member(json, cases[i].list), 0);
        assert_string_equal(member(item, cases[i].member), cases[i].want);
    }
    assert_null(strstr(text, "PRIVATE"));
}

/* S10: nothing was restarted in between. */
static void
s10_set_up_works_again_at_once(void **state)
{
    const Desk *desk = *state;
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    g_autofree char *exported = reset(desk, "Maison", NULL);
    assert_non_null(exported);
    make_authority(desk);
    assert_true(
        account_set_allowed(desk->db, "ana@demo.test", TRUE, NOW, NULL));
    g_autofree char *anew = certified(desk, desk->ana, "ana@demo.test");
    assert_string_not_equal(kid, anew);
    g_autoptr(Json) shown = ledger_state(desk);
    assert_null(member(shown, "problem"));
}

/* The key is put aside, 0400, and no other is there but the new one. */
static void
s9_the_key_is_retired_not_deleted(void **state)
{
    const Desk *desk = *state;
    g_autofree char *exported = reset(desk, "Maison", NULL);
    assert_non_null(exported);
    g_autoptr(GDir) folder = g_dir_open(desk->ca, 0, NULL);
    guint retired = 0;
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        struct stat status;
        g_autofree char *path = g_build_filename(desk->ca, name, NULL);
        assert_false(g_str_has_prefix(name, "key-"));
        if (!g_str_has_prefix(name, "retired-"))
            continue;
        retired++;
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0400);
    }
    assert_int_equal(retired, 1);
}

static void
s9_a_wrong_word_changes_nothing(void **state)
{
    const Desk *desk = *state;
    static const char *const words[] = {"", "maison", "Maison CA", NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *exported = reset(desk, words[i], &error);
        assert_null(exported);
        expect_app_error(error, APP_ERROR_INPUT, words[i]);
    }
    g_autofree char *folder = g_build_filename(desk->site, "exports", NULL);
    assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
    assert_int_equal(count(desk, "SELECT COUNT(*) FROM authority"), 1);
}

static void
administrators_of_a_domain_reset_nothing(void **state)
{
    const Desk *desk = *state;
    gint64 id = new_officer(desk->db, "admin@demo.test", ROLE_ADMINISTRATOR,
                            "demo.test");
    g_autoptr(Account) who = account_load(desk->db, id, NULL);
    const Office office = office_for(desk, who);
    g_autofree char *exported = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(reset_site(&office, "Maison", &exported, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "one domain");
}

/* Begun without sceau-ca: nothing is taken, and it ends when it answers. */
static void
a_reset_waits_for_sceau_ca(void **state)
{
    Desk *desk = *state;
    CertifyCount counted;
    g_autoptr(GError) error = NULL;
    const Office office = terminal_of(desk);
    stop_ca(desk, SIGTERM);
    g_autofree char *exported = reset(desk, "Maison", &error);
    assert_null(exported);
    expect_app_error(error, APP_ERROR_UNREACHABLE, "away");
    assert_int_equal(count(desk, "SELECT SUM(allowed) FROM account"), 2);
    start_ca(desk);
    assert_true(local_ca_resume(&office, &counted, NULL));
    assert_int_equal(count(desk, "SELECT SUM(allowed) FROM account"), 0);
    assert_int_equal(count(desk, "SELECT COUNT(*) FROM authority"), 0);
}

/* No room for the export: nothing goes, and nothing half written stays. */
static void
a_full_disk_stops_a_reset_before_anything_goes(void **state)
{
    const Desk *desk = *state;
    g_autoptr(GError) error = NULL;
    struct rlimit before, small;
    g_autofree char *folder = g_build_filename(desk->site, "exports", NULL);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 200;
    setrlimit(RLIMIT_FSIZE, &small);
    g_autofree char *exported = reset(desk, "Maison", &error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_null(exported);
    expect_app_error(error, APP_ERROR_STORE, "full");
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    assert_null(g_dir_read_name(dir));
    g_autoptr(LocalAuthority) authority =
        local_authority_find(desk->db, NULL);
    assert_string_equal(authority->state, AUTHORITY_ACTIVE);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(s9_reset_keeps_policy_and_takes_the_rest),
        TEST(s9_the_export_holds_what_goes),
        TEST(s10_set_up_works_again_at_once),
        TEST(s9_the_key_is_retired_not_deleted),
        TEST(s9_a_wrong_word_changes_nothing),
        TEST(administrators_of_a_domain_reset_nothing),
        TEST(a_reset_waits_for_sceau_ca),
        TEST(a_full_disk_stops_a_reset_before_anything_goes),
    };
    find_sceau_ca(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
