#include "core/admin/policy_admin.h"

#include "core/admin/groups.h"
#include "tests/admin/office_test.h"

static PolicyPlace *
place_of(const Office *office, PolicyScope scope, const char *subject)
{
    g_autoptr(GError) error = NULL;
    PolicyPlace *place = policy_admin_place(office, scope, subject, &error);
    expect_fine(place != NULL, error, subject);
    return place;
}

static void
s8_a_trial_shows_whom_a_change_touches_and_changes_nothing(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autoptr(GError) error = NULL;
    new_account(self->db, "eve@other.test");
    g_autoptr(Account) bob = account_load(self->db, self->bob, NULL);
    g_autoptr(PolicyPlace) own =
        place_of(&office, POLICY_ACCOUNT, "bob@demo.test");
    const PolicyEdit no = {POLICY_SIGN_ALWAYS, "no"};
    assert_true(policy_admin_set(&office, own, &no, 1, NULL, NULL));

    g_autoptr(PolicyPlace) domain =
        place_of(&office, POLICY_DOMAIN, "Demo.Test");
    const PolicyEdit edits[] = {{POLICY_OPTION, "allowed"},
                                {POLICY_SIGN_ALWAYS, "yes"},
                                {POLICY_IDLE_MINUTES, ""}};
    g_autoptr(PolicyTrial) trial =
        policy_admin_try(&office, domain, edits, G_N_ELEMENTS(edits), &error);
    expect_fine(trial != NULL, error, "try");
    assert_int_equal(trial->touched, 2);
    assert_int_equal(trial->edits, 2);
    assert_string_equal(g_ptr_array_index(trial->names, 0),
                        "alice@demo.test");
    assert_int_equal(trial->effects->len, 2);
    const PolicyEffect *option = g_ptr_array_index(trial->effects, 0);
    assert_int_equal(option->count, 2);
    assert_null(option->before);
    assert_string_equal(option->after, "allowed");
    /* bob has a nearer line. */
    const PolicyEffect *sign = g_ptr_array_index(trial->effects, 1);
    assert_int_equal(sign->count, 1);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM policy"), 1);

    expect_fine(policy_admin_set(&office, domain, edits, G_N_ELEMENTS(edits),
                                 NULL, &error),
                error, "set");
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM account WHERE"
                                         " allowed = 1"),
                     2);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit WHERE"
                                         " subject = 'domain demo.test'"),
                     2);
    g_autoptr(Account) alice = account_load(self->db, self->alice, NULL);
    g_autoptr(Policy) policy = policy_effective(self->db, alice, NULL);
    assert_true(policy->sign_always);
}

static void
s8_lines_of_a_place_need_its_reach(void **state)
{
    const Fixture *self = *state;
    const Office all = office_of(self->db, NULL);
    assert_true(groups_create(&all, "direction", NULL) != 0);
    gint64 id =
        new_officer(self->db, "some@a.test", ROLE_ADMINISTRATOR, "a.test");
    g_autoptr(Account) who = account_load(self->db, id, NULL);
    const Office office = office_of(self->db, who);
    static const struct {
        const char *name;
        PolicyScope scope;
        const char *subject;
        AppError want; /* 0: fine */
    } cases[] = {
        {"the site", POLICY_SITE, "", APP_ERROR_FORBIDDEN},
        {"own domain", POLICY_DOMAIN, "a.test", 0},
        {"another domain", POLICY_DOMAIN, "demo.test", APP_ERROR_FORBIDDEN},
        {"two domains at once", POLICY_DOMAIN, "a.test demo.test",
         APP_ERROR_INPUT},
        {"no domain", POLICY_DOMAIN, "a@a.test", APP_ERROR_INPUT},
        {"a group", POLICY_GROUP, "direction", APP_ERROR_FORBIDDEN},
        {"an account", POLICY_ACCOUNT, "some@a.test", 0},
        {"another’s account", POLICY_ACCOUNT, "alice@demo.test",
         APP_ERROR_NOT_FOUND},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PolicyPlace) got = policy_admin_place(
            &office, cases[i].scope, cases[i].subject, &error);
        if (cases[i].want == 0)
            expect_fine(got != NULL, error, cases[i].name);
        else
            expect_app_error(error, cases[i].want, cases[i].name);
    }
}

static void
the_later_of_two_who_save_lines_is_told(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autoptr(PolicyPlace) site = place_of(&office, POLICY_SITE, "");
    g_autoptr(PolicySheet) shown = policy_admin_sheet(&office, site, NULL);
    const PolicyEdit first = {POLICY_TLS, "yes"};
    const PolicyEdit second = {POLICY_TLS, "no"};
    g_autoptr(GError) error = NULL;
    expect_fine(
        policy_admin_set(&office, site, &first, 1, shown->state, &error),
        error, "first");
    assert_false(
        policy_admin_set(&office, site, &second, 1, shown->state, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "second");
    g_autofree char *kept =
        policy_get(self->db, POLICY_SITE, "", POLICY_TLS, NULL);
    assert_string_equal(kept, "yes");
}

/* One wrong line, and none of the others is kept. */
static void
a_wrong_value_leaves_nothing_half_done(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autoptr(PolicyPlace) site = place_of(&office, POLICY_SITE, "");
    const PolicyEdit edits[] = {{POLICY_OPTION, "allowed"},
                                {POLICY_FLOOR_RSA, "1023"}};
    g_autoptr(GError) error = NULL;
    assert_false(policy_admin_set(&office, site, edits, 2, NULL, &error));
    expect_app_error(error, APP_ERROR_INPUT, "set");
    g_clear_error(&error);
    assert_null(policy_admin_try(&office, site, edits, 2, &error));
    expect_app_error(error, APP_ERROR_INPUT, "try");
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM policy"), 0);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM audit"), 0);
    g_autoptr(Account) alice = account_load(self->db, self->alice, NULL);
    assert_false(alice->allowed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(s8_a_trial_shows_whom_a_change_touches_and_changes_nothing),
        TEST(s8_lines_of_a_place_need_its_reach),
        TEST(the_later_of_two_who_save_lines_is_told),
        TEST(a_wrong_value_leaves_nothing_half_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
