/* What helpdesk may do, and to whom (B11, SEC-62). */
#include "core/admin/helpdesk.h"

#include "core/store/audit.h"
#include "core/store/contact.h"
#include "core/store/contact_cert.h"
#include "core/store/notice.h"
#include "tests/admin/office_test.h"

typedef struct {
    Fixture *base;
    Db *db;
    Account *helper, *stranger, *person;
} Desk;

static int
desk_new(void **state)
{
    void *base = NULL;
    setup(&base);
    Desk *self = g_new0(Desk, 1);
    self->base = base;
    self->db = self->base->db;
    gint64 helper =
        new_officer(self->db, "help@demo.test", ROLE_HELPDESK, "demo.test");
    gint64 stranger =
        new_officer(self->db, "help@other.test", ROLE_HELPDESK, "other.test");
    self->helper = account_load(self->db, helper, NULL);
    self->stranger = account_load(self->db, stranger, NULL);
    self->person = account_load(self->db, self->base->alice, NULL);
    *state = self;
    return 0;
}

static int
desk_free(void **state)
{
    Desk *self = *state;
    void *base = self->base;
    account_free(self->helper);
    account_free(self->stranger);
    account_free(self->person);
    teardown(&base);
    g_free(self);
    return 0;
}

static void
expect_notice(const Desk *self, const char *code, const char *detail)
{
    g_autoptr(GPtrArray) list =
        notice_list(self->db, self->person->id, 1, NULL);
    assert_int_equal(list->len, 1);
    const Notice *notice = g_ptr_array_index(list, 0);
    assert_string_equal(notice->code, code);
    assert_true(g_strcmp0(notice->detail, detail) == 0);
    assert_string_equal(notice->actor, "help@demo.test");
}

static gint64
audited(const Desk *self, const char *act)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT count(*) FROM audit WHERE act = '%s'"
        " AND actor = 'help@demo.test' AND source = '192.0.2.1'",
        act);
    return number_of(self->db, sql);
}

static void
b11_preferences_are_reset_to_auto(void **state)
{
    const Desk *self = *state;
    const Office office = office_of(self->db, self->helper);
    gint64 id = self->person->id;
    assert_true(account_set_preference(self->db, id, "sign", NULL));
    assert_true(account_set_choice(self->db, id, "sign+encrypt", NULL));
    g_autoptr(GError) error = NULL;
    expect_fine(helpdesk_reset_preferences(&office, id, &error), error,
                "reset");
    g_autoptr(Account) now = account_load(self->db, id, NULL);
    assert_string_equal(now->preference, "auto");
    assert_null(now->last_choice);
    assert_int_equal(audited(self, "preference-reset"), 1);
    expect_notice(self, "preference-reset", NULL);
}

static void
b11_the_guide_is_a_notice(void **state)
{
    const Desk *self = *state;
    const Office office = office_of(self->db, self->helper);
    assert_true(helpdesk_guide(&office, self->person->id, NULL));
    expect_notice(self, "first-guide", NULL);
    assert_int_equal(audited(self, "first-guide"), 1);
}

static char *
new_code(const Desk *self, gint64 account, const char *kid)
{
    char *text = support_code_new();
    const SupportCode code = {.code = text,
                              .account = account,
                              .error = (char *)(guintptr) "expired",
                              .route = (char *)(guintptr) "/contacts/status",
                              .kid = (char *)(guintptr)kid};
    assert_true(support_code_save(self->db, &code, NOW, NULL));
    return text;
}

/* CARL, pinned to the certificate "kid1". */
static gint64
new_contact(const Desk *self, gint64 account)
{
    static const char *const words[] = {NULL};
    const Contact contact = {.book = (char *)(guintptr) "personal",
                             .name = (char *)(guintptr) "Carl",
                             .address = (char *)(guintptr) "carl@c.test",
                             .match = (char *)(guintptr) "carl@c.test",
                             .place = (char *)(guintptr) "carl"};
    gint64 id = contact_create(self->db, account, &contact, words, NOW, NULL);
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    const ContactCert cert = {.kid = (char *)(guintptr) "kid1",
                              .der = bytes,
                              .chain = bytes,
                              .standing = STANDING_ACCEPTED,
                              .source = (char *)(guintptr) "harvest"};
    assert_true(contact_cert_save(self->db, id, &cert, NOW, NULL));
    assert_true(contact_pin(self->db, account, id, "kid1", NULL));
    return id;
}

static void
b11_a_cached_certificate_is_invalidated_by_code(void **state)
{
    const Desk *self = *state;
    const Office office = office_of(self->db, self->helper);
    gint64 contact = new_contact(self, self->person->id);
    gint64 other = new_contact(self, self->base->bob);
    g_autofree char *code = new_code(self, self->person->id, "kid1");
    g_autoptr(GError) error = NULL;
    expect_fine(helpdesk_invalidate(&office, code, &error), error, "act");
    g_autoptr(GPtrArray) left = contact_cert_list(self->db, contact, NULL);
    g_autoptr(GPtrArray) kept = contact_cert_list(self->db, other, NULL);
    assert_int_equal(left->len, 0);
    assert_int_equal(kept->len, 1);
    g_autoptr(Contact) carl =
        contact_get(self->db, self->person->id, contact, NULL);
    assert_null(carl->pinned);
    expect_notice(self, "peer-invalidated", "Carl");
    /* The journal has the code, and nothing of whose it was. */
    assert_int_equal(audited(self, "peer-invalidated"), 1);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit WHERE"
                                         " after LIKE '%arl%' OR before"
                                         " LIKE '%arl%' OR after = 'kid1'"),
                     0);
    assert_false(helpdesk_invalidate(&office, code, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "a second time");
    g_clear_error(&error);
    g_autofree char *bare = new_code(self, self->person->id, NULL);
    assert_false(helpdesk_invalidate(&office, bare, &error));
    expect_app_error(error, APP_ERROR_INPUT, "about no certificate");
}

static void
b11_a_code_decodes_for_those_who_reach_its_account(void **state)
{
    const Desk *self = *state;
    const Office near = office_of(self->db, self->helper);
    const Office far = office_of(self->db, self->stranger);
    const Office staff = office_of(self->db, self->person);
    g_autofree char *code = new_code(self, self->person->id, NULL);
    g_autofree char *early = new_code(self, 0, NULL);
    g_autoptr(Account) account = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(SupportCode) got =
        helpdesk_decode(&near, code, &account, &error);
    expect_fine(got != NULL && account != NULL, error, "near");
    assert_int_equal(account->id, self->person->id);

    static const AppError want[] = {APP_ERROR_NOT_FOUND, APP_ERROR_FORBIDDEN};
    const Office *offices[] = {&far, &staff};
    for (gsize i = 0; i < G_N_ELEMENTS(offices); i++) {
        Account *none = NULL;
        assert_null(helpdesk_decode(offices[i], code, &none, &error));
        assert_null(none);
        expect_app_error(error, want[i], "out of reach");
        g_clear_error(&error);
    }
    Account *nobody = NULL;
    g_autoptr(SupportCode) before =
        helpdesk_decode(&far, early, &nobody, &error);
    expect_fine(before != NULL && nobody == NULL, error, "before sign-in");
    assert_null(helpdesk_decode(&near, "K7QM", &nobody, &error));
    expect_app_error(error, APP_ERROR_INPUT, "misheard");
}

/* Whom each act refuses, and that nothing was done or said then. */
static void
sec_62_only_helpdesk_of_the_domain_acts(void **state)
{
    const Desk *self = *state;
    g_autofree char *code = new_code(self, self->person->id, "kid1");
    new_contact(self, self->person->id);
    const Account *actors[] = {self->stranger, self->person};
    for (gsize i = 0; i < G_N_ELEMENTS(actors); i++) {
        const Office office = office_of(self->db, actors[i]);
        gint64 id = self->person->id;
        assert_false(helpdesk_reset_preferences(&office, id, NULL));
        assert_false(helpdesk_guide(&office, id, NULL));
        assert_false(helpdesk_invalidate(&office, code, NULL));
        assert_null(helpdesk_view(&office, id, NULL));
    }
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM notice"), 0);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit"), 0);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM contact_cert"),
                     1);
}

static void
b11_a_person_is_found_within_the_domains(void **state)
{
    const Desk *self = *state;
    const Office near = office_of(self->db, self->helper);
    const Office far = office_of(self->db, self->stranger);
    const Office staff = office_of(self->db, self->person);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = helpdesk_find(&near, "alic", &error);
    expect_fine(found != NULL, error, "near");
    assert_int_equal(found->len, 1);
    g_autoptr(GPtrArray) none = helpdesk_find(&far, "alic", &error);
    expect_fine(none != NULL, error, "far");
    assert_int_equal(none->len, 0);
    assert_null(helpdesk_find(&staff, "alic", &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "staff");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_new, desk_free)
        TEST(b11_preferences_are_reset_to_auto),
        TEST(b11_the_guide_is_a_notice),
        TEST(b11_a_cached_certificate_is_invalidated_by_code),
        TEST(b11_a_code_decodes_for_those_who_reach_its_account),
        TEST(sec_62_only_helpdesk_of_the_domain_acts),
        TEST(b11_a_person_is_found_within_the_domains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
