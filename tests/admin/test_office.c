#include "core/store/audit.h"
#include "tests/admin/office_test.h"
#include "tests/base/expect.h"

/* Who (0: the terminal), a role that is asked for, a domain; may they? */
static void
roles_and_domains_decide(void **state)
{
    const Fixture *self = *state;
    static const struct {
        const char *name, *who;
        Role role;
        const char *scope;
        Role least;
        const char *domain;
        gboolean want;
    } cases[] = {
        {"terminal", NULL, 0, NULL, ROLE_ADMINISTRATOR, NULL, TRUE},
        {"staff", "s@a.test", ROLE_STAFF, NULL, ROLE_HELPDESK, "a.test",
         FALSE},
        {"helpdesk", "h@a.test", ROLE_HELPDESK, NULL, ROLE_HELPDESK, "b.test",
         TRUE},
        {"helpdesk is no administrator", "i@a.test", ROLE_HELPDESK, NULL,
         ROLE_ADMINISTRATOR, "a.test", FALSE},
        {"administrator of all", "j@a.test", ROLE_ADMINISTRATOR, NULL,
         ROLE_ADMINISTRATOR, NULL, TRUE},
        {"administrator helps too", "k@a.test", ROLE_ADMINISTRATOR, NULL,
         ROLE_HELPDESK, "a.test", TRUE},
        {"within the domain", "l@a.test", ROLE_ADMINISTRATOR, "A.test",
         ROLE_ADMINISTRATOR, "a.test", TRUE},
        {"another domain", "m@a.test", ROLE_ADMINISTRATOR, "a.test",
         ROLE_ADMINISTRATOR, "b.test", FALSE},
        {"a domain below is another", "n@a.test", ROLE_ADMINISTRATOR,
         "a.test", ROLE_ADMINISTRATOR, "x.a.test", FALSE},
        {"the whole site", "o@a.test", ROLE_ADMINISTRATOR, "a.test",
         ROLE_ADMINISTRATOR, NULL, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Account) who = NULL;
        if (cases[i].who != NULL) {
            gint64 id = new_officer(self->db, cases[i].who, cases[i].role,
                                    cases[i].scope);
            who = account_load(self->db, id, NULL);
        }
        const Office office = office_of(self->db, who);
        g_autoptr(GError) error = NULL;
        gboolean got =
            office_reach(&office, cases[i].least, cases[i].domain, &error);
        if (got != cases[i].want)
            fail_msg("%s: got %d", cases[i].name, got);
        if (!got)
            expect_app_error(error, APP_ERROR_FORBIDDEN, cases[i].name);
    }
}

/* An account of another domain is not told from one that is not there. */
static void
an_account_out_of_reach_is_not_found(void **state)
{
    const Fixture *self = *state;
    gint64 id = new_officer(self->db, "h@a.test", ROLE_HELPDESK, "a.test");
    g_autoptr(Account) who = account_load(self->db, id, NULL);
    const Office office = office_of(self->db, who);
    g_autoptr(GError) error = NULL;
    assert_null(office_account(&office, ROLE_HELPDESK, self->alice, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "out of reach");
    g_clear_error(&error);
    assert_null(office_account(&office, ROLE_HELPDESK, 4711, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "not there");
    g_clear_error(&error);
    assert_null(
        office_find(&office, ROLE_HELPDESK, "alice@demo.test", &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "out of reach, by address");
    g_autoptr(Account) own = office_account(&office, ROLE_HELPDESK, id, NULL);
    assert_non_null(own);
}

static void
a_note_names_who_and_from_where(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) alice = account_load(self->db, self->alice, NULL);
    const Office office = office_of(self->db, NULL);
    expect_fine(office_note(&office, alice, NULL, "account-allow", "allowed",
                            "forbidden", &error),
                error, "note");
    const AuditQuery query = {.account = self->alice, .limit = 1};
    g_autoptr(GPtrArray) rows = audit_list(self->db, &query, NULL);
    assert_int_equal(rows->len, 1);
    const AuditRow *row = g_ptr_array_index(rows, 0);
    assert_string_equal(row->actor, "terminal");
    assert_string_equal(row->subject, "alice@demo.test");
    assert_string_equal(row->before, "allowed");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(roles_and_domains_decide),
        TEST(an_account_out_of_reach_is_not_found),
        TEST(a_note_names_who_and_from_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
