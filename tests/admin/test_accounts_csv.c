#include "core/admin/accounts_csv.h"

#include <time.h>

#include "core/admin/groups.h"
#include "tests/admin/office_test.h"

#define LINES 10000

#ifdef __SANITIZE_ADDRESS__
static const guint limit = 20000;
#else
static const guint limit = 3000;
#endif

static AccountsCsv *
read_text(const Office *office, const char *text, GError **error)
{
    g_autoptr(GBytes) file = g_bytes_new(text, strlen(text));
    return accounts_csv_read(office, file, error);
}

static void
wrong_lines_are_named_and_good_ones_wait(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    static const char text[] =
        "\xef\xbb\xbf"
        "Address;Option;Group\r\n"                 /* 1: a heading */
        "ana@demo.test;allowed\r\n"                /* 2 */
        "\r\n"                                     /* 3: nothing */
        "ana;allowed\r\n"                          /* 4 */
        "ANA@demo.test;forbidden\r\n"              /* 5 */
        "eve@demo.test;perhaps\r\n"                /* 6 */
        "eve2@demo.test;allowed;no\r\n"            /* 7 */
        "eve3@demo.test\r\n"                       /* 8 */
        "a;b;c;d\r\n"                              /* 9 */
        "\"bob@demo.test\";\" Pre-Enabled \";\r\n" /* 10 */
        "alice@demo.test;;direction";              /* 11 */
    static const struct {
        guint line;
        const char *reason;
    } want[] = {{4, "address"}, {5, "twice"},   {6, "option"},
                {7, "group"},   {8, "columns"}, {9, "columns"}};
    g_autoptr(GError) error = NULL;
    assert_true(groups_create(&office, "Direction", NULL) != 0);
    g_autoptr(AccountsCsv) csv = read_text(&office, text, &error);
    expect_fine(csv != NULL, error, "read");
    assert_int_equal(csv->faults->len, G_N_ELEMENTS(want));
    for (gsize i = 0; i < G_N_ELEMENTS(want); i++) {
        const AccountsCsvFault *got = g_ptr_array_index(csv->faults, i);
        assert_int_equal(got->line, want[i].line);
        assert_string_equal(got->reason, want[i].reason);
        assert_string_not_equal(accounts_csv_reason(got->reason),
                                got->reason);
    }
    assert_int_equal(csv->rows->len, 3);
    assert_int_equal(csv->fresh, 1);
    /* Reading did nothing. */
    assert_null(account_find(self->db, "ana@demo.test", NULL));
    expect_fine(accounts_csv_apply(&office, csv, &error), error, "apply");
    g_autoptr(Account) ana = account_find(self->db, "ana@demo.test", NULL);
    assert_string_equal(ana->option, "allowed");
    g_autoptr(Account) bob = account_load(self->db, self->bob, NULL);
    assert_string_equal(bob->option, "pre-enabled");
    assert_true(bob->enabled);
    g_autoptr(GPtrArray) groups =
        group_of_account(self->db, self->alice, NULL);
    assert_int_equal(groups->len, 1);
}

static void
a_list_that_is_none_is_refused(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autofree char *long_one = g_strnfill(ACCOUNTS_CSV_MAX_BYTES + 1, 'x');
    g_autofree char *many = g_strnfill(ACCOUNTS_CSV_MAX_LINES + 1, '\n');
    const struct {
        const char *name, *text;
        AppError want;
    } cases[] = {
        {"nothing", "", APP_ERROR_INPUT},
        {"not UTF-8", "a\xff@b.test,allowed", APP_ERROR_INPUT},
        {"only a heading", "address,option\n", APP_ERROR_INPUT},
        {"too long", long_one, APP_ERROR_TOO_LARGE},
        {"too many", many, APP_ERROR_TOO_LARGE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(read_text(&office, cases[i].text, &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
}

static void
sec_62_a_list_keeps_to_ones_domains(void **state)
{
    const Fixture *self = *state;
    gint64 id =
        new_officer(self->db, "some@a.test", ROLE_ADMINISTRATOR, "a.test");
    g_autoptr(Account) who = account_load(self->db, id, NULL);
    const Office office = office_of(self->db, who);
    g_autoptr(AccountsCsv) csv = read_text(
        &office, "x@a.test,allowed\nalice@demo.test,allowed\n", NULL);
    assert_int_equal(csv->rows->len, 1);
    const AccountsCsvFault *fault = g_ptr_array_index(csv->faults, 0);
    assert_string_equal(fault->reason, "reach");
    gint64 staff = new_officer(self->db, "s@a.test", ROLE_HELPDESK, "a.test");
    g_autoptr(Account) helpdesk = account_load(self->db, staff, NULL);
    const Office desk = office_of(self->db, helpdesk);
    g_autoptr(GError) error = NULL;
    assert_null(read_text(&desk, "x@a.test,allowed\n", &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "helpdesk");
}

/* O9, and the promise of speed: 10,000 people of a list in three seconds. */
static void
o9_ten_thousand_are_allowed_by_a_list(void **state)
{
    const Fixture *self = *state;
    const Office office = office_of(self->db, NULL);
    g_autoptr(GString) text = g_string_new("address,option,group\n");
    gint64 group = groups_create(&office, "finance", NULL);
    assert_true(group != 0);
    for (guint i = 0; i < LINES; i++)
        g_string_append_printf(text, "p%u@demo.test,pre-enabled,finance\n",
                               i);
    clock_t begin = clock();
    g_autoptr(GError) error = NULL;
    g_autoptr(AccountsCsv) csv = read_text(&office, text->str, &error);
    expect_fine(csv != NULL && accounts_csv_apply(&office, csv, &error),
                error, "apply");
    guint took = (guint)((clock() - begin) / (CLOCKS_PER_SEC / 1000));
    print_message("10,000 lines: %u ms\n", took);
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM account WHERE"
                                         " option = 'pre-enabled' AND"
                                         " enabled = 1 AND allowed = 1"),
                     LINES);
    assert_int_equal(
        number_of(self->db, "SELECT count(*) FROM account_group_member"),
        LINES);
    /* Time of the processor: others share this machine. */
    if (took > limit)
        fail_msg("%u ms", took);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wrong_lines_are_named_and_good_ones_wait),
        TEST(a_list_that_is_none_is_refused),
        TEST(sec_62_a_list_keeps_to_ones_domains),
        TEST(o9_ten_thousand_are_allowed_by_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
