#include "core/admin/accounts.h"

#include "core/admin/groups.h"
#include "core/store/audit.h"
#include "core/store/notice.h"
#include "core/store/policy.h"
#include "core/store/session.h"
#include "tests/admin/office_test.h"

static Account *
account_of(Db *db, const char *login)
{
    Account *account = account_find(db, login, NULL);
    assert_non_null(account);
    return account;
}

/* What a page would save for the account as it stands. */
static AccountsChange
change_of(const Account *account)
{
    static const char *const none[] = {NULL};
    return (AccountsChange){.version = account->version,
                            .option = "inherit",
                            .role = account->role,
                            .domains = none,
                            .suspended = account->suspended};
}

static void
s1_the_option_is_given_told_and_noted(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    static const struct {
        const char *option;
        gboolean allowed, enabled;
        const char *notice; /* NULL: none is added */
    } steps[] = {
        {"allowed", TRUE, FALSE, "option-allowed"},
        {"pre-enabled", TRUE, TRUE, "option-on"},
        {"forbidden", FALSE, TRUE, "option-withdrawn"},
        {"inherit", FALSE, TRUE, NULL},
        {"allowed", TRUE, TRUE, "option-on"},
        {"pre-enabled", TRUE, TRUE, NULL},
    };
    assert_true(account_set_seen(self->db, self->alice, NOW, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Account) before = account_load(self->db, self->alice, NULL);
        gint64 newest_before =
            number_of(self->db, "SELECT COALESCE(max(id), 0) FROM notice");
        AccountsChange change = change_of(before);
        change.option = steps[i].option;
        expect_fine(accounts_save(&office, self->alice, &change, &error),
                    error, steps[i].option);
        g_autoptr(Account) after = account_load(self->db, self->alice, NULL);
        assert_int_equal(after->allowed, steps[i].allowed);
        assert_int_equal(after->enabled, steps[i].enabled);
        const AuditQuery query = {.account = self->alice, .limit = 1};
        g_autoptr(GPtrArray) rows = audit_list(self->db, &query, NULL);
        const AuditRow *row = g_ptr_array_index(rows, 0);
        assert_string_equal(row->act, "account-option");
        assert_string_equal(row->after, steps[i].option);
        g_autoptr(GPtrArray) told =
            notice_list(self->db, self->alice, 9, NULL);
        assert_int_equal(told->len, 1);
        const Notice *newest = g_ptr_array_index(told, 0);
        if (steps[i].notice == NULL)
            assert_int_equal(newest->id, newest_before);
        else
            assert_string_equal(newest->code, steps[i].notice);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) alice = account_load(self->db, self->alice, NULL);
    assert_false(accounts_set_option(&office, alice, "maybe", &error));
    expect_app_error(error, APP_ERROR_INPUT, "a word of nothing");
}

/* Two have the same page open: the second is told, and nothing is lost. */
static void
the_later_of_two_who_save_is_told(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) shown = account_load(self->db, self->alice, NULL);
    AccountsChange first = change_of(shown);
    AccountsChange second = change_of(shown);
    first.option = "allowed";
    second.suspended = TRUE;
    expect_fine(accounts_save(&office, self->alice, &first, &error), error,
                "first");
    assert_false(accounts_save(&office, self->alice, &second, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "second");
    g_autoptr(Account) now = account_load(self->db, self->alice, NULL);
    assert_true(now->allowed);
    assert_false(now->suspended);
    /* At the terminal, too, a change is one that the page is told of. */
    g_clear_error(&error);
    assert_true(accounts_set_option(&office, now, "forbidden", NULL));
    AccountsChange third = change_of(now);
    assert_false(accounts_save(&office, self->alice, &third, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "terminal in between");
}

static void
sec_62_nobody_reaches_farther_than_given(void **state)
{
    static const char *const a[] = {"a.test", NULL};
    static const char *const both[] = {"a.test", "b.test", NULL};
    static const char *const all[] = {NULL};
    static const struct {
        const char *name, *who, *whom;
        Role role;
        const char *const *domains;
        gboolean want;
    } cases[] = {
        {"helpdesk in one’s domain", "some@a.test", "p@a.test", ROLE_HELPDESK,
         a, TRUE},
        {"an administrator beside one", "some@a.test", "p@a.test",
         ROLE_ADMINISTRATOR, a, TRUE},
        {"of the whole site", "some@a.test", "p@a.test", ROLE_HELPDESK, all,
         FALSE},
        {"of another domain too", "some@a.test", "p@a.test",
         ROLE_ADMINISTRATOR, both, FALSE},
        {"one’s own role", "some@a.test", "some@a.test", ROLE_ADMINISTRATOR,
         all, FALSE},
        {"one’s own, away", "boss@a.test", "boss@a.test", ROLE_STAFF, all,
         FALSE},
        {"who reaches farther", "some@a.test", "boss@a.test", ROLE_STAFF, all,
         FALSE},
        {"by who reaches all", "boss@a.test", "some@a.test", ROLE_STAFF, all,
         TRUE},
        {"helpdesk gives no role", "help@a.test", "p@a.test", ROLE_HELPDESK,
         a, FALSE},
        {"staff gives no role", "q@a.test", "p@a.test", ROLE_HELPDESK, a,
         FALSE},
        {"the terminal gives any", NULL, "p@a.test", ROLE_ADMINISTRATOR, all,
         TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Db) db = memory_db();
        new_officer(db, "some@a.test", ROLE_ADMINISTRATOR, "a.test");
        new_officer(db, "boss@a.test", ROLE_ADMINISTRATOR, NULL);
        new_officer(db, "help@a.test", ROLE_HELPDESK, "a.test");
        new_account(db, "p@a.test");
        new_account(db, "q@a.test");
        g_autoptr(Account) who =
            cases[i].who != NULL ? account_of(db, cases[i].who) : NULL;
        g_autoptr(Account) whom = account_of(db, cases[i].whom);
        const Office office = office_of(db, who);
        AccountsChange change = change_of(whom);
        change.role = cases[i].role;
        change.domains = cases[i].domains;
        g_autoptr(GError) error = NULL;
        gboolean got = accounts_save(&office, whom->id, &change, &error);
        if (got != cases[i].want)
            fail_msg("%s: got %d", cases[i].name, got);
        g_autoptr(Account) after = account_load(db, whom->id, NULL);
        assert_int_equal(after->role, got ? cases[i].role : whom->role);
        if (!got)
            expect_app_error(error, APP_ERROR_FORBIDDEN, cases[i].name);
    }
}

static void
sec_62_another_domain_is_out_of_reach(void **state)
{
    const Fixture *self = *state;
    gint64 id =
        new_officer(self->db, "some@a.test", ROLE_ADMINISTRATOR, "a.test");
    g_autoptr(Account) who = account_load(self->db, id, NULL);
    const Office office = office_of(self->db, who);
    g_autoptr(Account) alice = account_load(self->db, self->alice, NULL);
    AccountsChange change = change_of(alice);
    change.option = "allowed";
    g_autoptr(GError) error = NULL;
    assert_false(accounts_save(&office, self->alice, &change, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "save");
    g_clear_error(&error);
    assert_null(accounts_ensure(&office, "new@demo.test", &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "make one");
    g_clear_error(&error);
    gint64 group = groups_create(&office, "direction", &error);
    assert_int_equal(group, 0);
    expect_app_error(error, APP_ERROR_FORBIDDEN, "make a group");
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM policy"), 0);
}

static void
suspending_ends_the_sessions(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autofree char *cookie =
        session_create(self->db, self->key, self->alice, "alice@demo.test",
                       "secret", NOW, NULL);
    g_autoptr(Account) alice = account_load(self->db, self->alice, NULL);
    g_autoptr(GError) error = NULL;
    expect_fine(accounts_set_suspended(&office, alice, TRUE, &error), error,
                "suspend");
    assert_null(
        session_find(self->db, self->key, cookie, NOW, 30, 12, &error));
    expect_app_error(error, APP_ERROR_SIGN_IN, "its session");
    g_autoptr(Account) now = account_load(self->db, self->alice, NULL);
    assert_true(now->suspended);
}

/* A person put in a group is held to its lines, and no longer when out. */
static void
o9_a_group_pre_enables_whom_it_holds(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autoptr(GError) error = NULL;
    const char *const alice[] = {"alice@demo.test", NULL};
    const char *const bob[] = {"bob@demo.test", NULL};
    gint64 group = groups_create(&office, " Direction ", &error);
    expect_fine(group != 0, error, "create");
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, group);
    assert_true(policy_save(self->db, POLICY_GROUP, id, POLICY_OPTION,
                            "pre-enabled", NOW, NULL));
    expect_fine(groups_add(&office, group, alice, &error), error, "add");
    g_autoptr(Account) in = account_load(self->db, self->alice, NULL);
    assert_string_equal(in->option, "pre-enabled");
    assert_true(account_is_secure(in));
    expect_fine(groups_drop(&office, group, alice, &error), error, "drop");
    g_autoptr(Account) out = account_load(self->db, self->alice, NULL);
    assert_string_equal(out->option, "forbidden");
    assert_true(groups_add(&office, group, bob, NULL));
    expect_fine(groups_remove(&office, group, &error), error, "remove");
    g_autoptr(Account) after = account_load(self->db, self->bob, NULL);
    assert_string_equal(after->option, "forbidden");
    assert_false(groups_add(&office, 4711, bob, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "no such group");
}

/* One who is not there keeps out the others, and the group itself. */
static void
a_group_is_filled_whole_or_not_at_all(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    const char *const some[] = {"alice@demo.test", "no@demo.test", NULL};
    const char *const both[] = {"alice@demo.test", "bob@demo.test", NULL};
    g_autoptr(GError) error = NULL;
    assert_false(groups_fill(&office, "finance", some, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "one is not there");
    g_clear_error(&error);
    assert_null(group_find(self->db, "finance", &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "no group was made");
    g_clear_error(&error);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit"), 0);

    expect_fine(groups_fill(&office, "finance", both, &error), error, "both");
    g_autoptr(Group) group = group_find(self->db, "finance", NULL);
    assert_non_null(group);
    assert_int_equal(group->members, 2);
    assert_false(groups_drop(&office, group->id, some, &error));
    g_autoptr(Group) still = group_find(self->db, "finance", NULL);
    assert_int_equal(still->members, 2);
    assert_true(groups_drop(&office, group->id, both, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(s1_the_option_is_given_told_and_noted),
        TEST(the_later_of_two_who_save_is_told),
        TEST(sec_62_nobody_reaches_farther_than_given),
        TEST(sec_62_another_domain_is_out_of_reach),
        TEST(suspending_ends_the_sessions),
        TEST(o9_a_group_pre_enables_whom_it_holds),
        TEST(a_group_is_filled_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
