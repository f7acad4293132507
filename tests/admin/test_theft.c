/* A key is reported stolen, by the person or on their word (O10). */
#include "core/admin/helpdesk.h"
#include "core/admin/theft.h"
#include "core/store/disabled_key.h"
#include "core/store/notice.h"
#include "core/store/own_cert.h"
#include "tests/admin/office_test.h"
#include "tests/pki/forge_cert.h"

typedef struct {
    Fixture *base;
    Db *db;
    Account *person, *other, *helper, *admin;
    Key *key;
    char *first, *second; /* kids of two certificates of one key */
} Case;

static char *
give(Case *self, guint serial)
{
    g_autoptr(Cert) cert = forge(
        &(CertSpec){.subject = dn("Alice"),
                    .issuer = dn("Root"),
                    .key = self->key,
                    .signer = self->key,
                    .serial = serial,
                    .not_before = NOW - 100 * DAY,
                    .not_after = NOW + 100 * DAY,
                    .extensions = {ext_usage(USAGE_DIGITAL_SIGNATURE),
                                   ext_purpose(MAIL_PURPOSE),
                                   ext_alt(mail_name("alice@demo.test"))}});
    g_autoptr(GBytes) none = g_bytes_new_static("", 0);
    const char *kid = cert_fingerprint(cert);
    assert_true(own_cert_save(self->db, self->person->id, kid, cert_der(cert),
                              none, NOW, NULL));
    return g_strdup(kid);
}

static int
case_new(void **state)
{
    void *base = NULL;
    setup(&base);
    Case *self = g_new0(Case, 1);
    self->base = base;
    self->db = self->base->db;
    gint64 helper =
        new_officer(self->db, "help@demo.test", ROLE_HELPDESK, "demo.test");
    gint64 admin = new_officer(self->db, "root@demo.test", ROLE_ADMINISTRATOR,
                               "demo.test");
    self->person = account_load(self->db, self->base->alice, NULL);
    self->other = account_load(self->db, self->base->bob, NULL);
    self->helper = account_load(self->db, helper, NULL);
    self->admin = account_load(self->db, admin, NULL);
    self->key = ec_key_new();
    self->first = give(self, 1);
    self->second = give(self, 2);
    *state = self;
    return 0;
}

static int
case_free(void **state)
{
    Case *self = *state;
    void *base = self->base;
    account_free(self->person);
    account_free(self->other);
    account_free(self->helper);
    account_free(self->admin);
    key_free(self->key);
    g_free(self->first);
    g_free(self->second);
    teardown(&base);
    g_free(self);
    return 0;
}

static guint
notices(const Case *self)
{
    return (guint)number_of(self->db, "SELECT count(*) FROM notice");
}

static guint
stolen(const Case *self)
{
    const Office office = office_of(self->db, self->helper);
    g_autoptr(HelpdeskView) view =
        helpdesk_view(&office, self->person->id, NULL);
    guint n = 0;
    for (guint i = 0; i < view->certificates->len; i++) {
        const HelpdeskCertificate *one =
            g_ptr_array_index(view->certificates, i);
        gboolean said = g_strcmp0(one->problems[0], "stolen") == 0;
        assert_int_equal(said, one->stolen != 0);
        n += said ? 1 : 0;
    }
    return n;
}

static void
o10_one_report_refuses_every_certificate_of_the_key(void **state)
{
    Case *self = *state;
    const Office office = office_of(self->db, self->person);
    TheftOutcome outcome;
    g_autoptr(GError) error = NULL;
    expect_fine(
        theft_report(&office, self->person, self->first, &outcome, &error),
        error, "report");
    assert_int_equal(stolen(self), 2);
    assert_false(outcome.revoked);
    assert_false(outcome.local);
    assert_string_equal(outcome.instructions, "other-authority");
    /* Who says it of themselves needs not be told; the journal has it. */
    assert_int_equal(notices(self), 0);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit"), 1);
    expect_fine(
        theft_report(&office, self->person, self->second, &outcome, &error),
        error, "again");
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit"), 1);
}

static void
o10_helpdesk_reports_and_the_person_is_told(void **state)
{
    Case *self = *state;
    const Office office = office_of(self->db, self->helper);
    TheftOutcome outcome;
    assert_true(theft_report(&office, self->person, NULL, &outcome, NULL));
    assert_int_equal(stolen(self), 2);
    g_autoptr(GPtrArray) list =
        notice_list(self->db, self->person->id, 5, NULL);
    assert_int_equal(list->len, 1);
    const Notice *notice = g_ptr_array_index(list, 0);
    assert_string_equal(notice->code, "stolen-marked");
}

static void
o10_only_an_administrator_takes_it_back(void **state)
{
    Case *self = *state;
    const Account *actors[] = {self->person, self->helper, self->other};
    const Office reporter = office_of(self->db, self->person);
    TheftOutcome outcome;
    assert_true(
        theft_report(&reporter, self->person, self->first, &outcome, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(actors); i++) {
        const Office office = office_of(self->db, actors[i]);
        g_autoptr(GError) error = NULL;
        assert_false(
            theft_withdraw(&office, self->person, self->first, &error));
        expect_app_error(error, APP_ERROR_FORBIDDEN, actors[i]->login);
    }
    assert_int_equal(stolen(self), 2);
    const Office admin = office_of(self->db, self->admin);
    g_autoptr(GError) error = NULL;
    expect_fine(theft_withdraw(&admin, self->person, self->first, &error),
                error, "administrator");
    assert_int_equal(stolen(self), 0);
    assert_int_equal(notices(self), 1);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit"), 2);
    assert_false(theft_withdraw(&admin, self->person, self->first, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "a second time");
}

static void
o10_another_person_reports_nothing(void **state)
{
    Case *self = *state;
    const Office office = office_of(self->db, self->other);
    TheftOutcome outcome;
    g_autoptr(GError) error = NULL;
    assert_false(
        theft_report(&office, self->person, self->first, &outcome, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "another person");
    g_clear_error(&error);
    assert_false(
        theft_report(&office, self->other, self->first, &outcome, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "not their certificate");
    assert_int_equal(stolen(self), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, case_new, case_free)
        TEST(o10_one_report_refuses_every_certificate_of_the_key),
        TEST(o10_helpdesk_reports_and_the_person_is_told),
        TEST(o10_only_an_administrator_takes_it_back),
        TEST(o10_another_person_reports_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
