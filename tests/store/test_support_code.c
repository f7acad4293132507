#include "core/store/support_code.h"

#include <string.h>

#include "tests/store/accounts.h"

#define DAY (24 * 3600)
#define LETTERS "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

static void
b11_a_code_can_be_read_out(void **state)
{
    for (int i = 0; i < 200; i++) {
        g_autofree char *code = support_code_new();
        assert_int_equal(strlen(code), 9);
        assert_int_equal(strspn(code, LETTERS), 4);
        assert_int_equal(code[4], '-');
        assert_int_equal(strspn(code + 5, LETTERS), 4);
        g_autoptr(GError) error = NULL;
        g_autofree char *again = support_code_read(code, &error);
        expect_fine(again != NULL, error, code);
        assert_string_equal(again, code);
    }
}

static void
b11_case_spaces_and_dashes_do_not_matter(void **state)
{
    g_autofree char *code = support_code_new();
    g_autofree char *lower = g_ascii_strdown(code, -1);
    g_autofree char *spaced = g_strdup_printf(
        " %c %c%c-%.*s", lower[0], lower[1], lower[2], 6, lower + 3);
    g_autofree char *got = support_code_read(spaced, NULL);
    assert_non_null(got);
    assert_string_equal(got, code);
}

static gboolean
is_read(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *got = support_code_read(text, &error);
    if (got == NULL)
        expect_app_error(error, APP_ERROR_INPUT, text);
    return got != NULL;
}

/* Every letter in every place, and every two neighbours exchanged. */
static void
b11_a_misheard_letter_is_found(void **state)
{
    for (int round = 0; round < 20; round++) {
        g_autofree char *code = support_code_new();
        for (guint at = 0; at < 9; at++) {
            for (const char *c = LETTERS; at != 4 && *c != '\0'; c++) {
                g_autofree char *heard = g_strdup(code);
                heard[at] = *c;
                assert_int_equal(is_read(heard), *c == code[at]);
            }
            guint next = at == 3 ? 5 : at + 1;
            if (at == 4 || at == 8)
                continue;
            g_autofree char *swapped = g_strdup(code);
            swapped[at] = code[next];
            swapped[next] = code[at];
            assert_int_equal(is_read(swapped), code[at] == code[next]);
        }
    }
}

static void
what_is_no_code_is_refused(void **state)
{
    static const char *const texts[] = {"",          "K7QM",       "K7QM-2XP",
                                        "OOOO-OOOO", "K7QM2XPD2X", "<b>",
                                        "2222-2223", "\xc3\xa9"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (is_read(texts[i]))
            fail_msg("%s was read", texts[i]);
}

static void
save(const Fixture *self, gint64 account, const char *text, gint64 at)
{
    g_autoptr(GError) error = NULL;
    const SupportCode code = {.code = (char *)(guintptr)text,
                              .account = account,
                              .error = (char *)(guintptr) "unreachable",
                              .route = (char *)(guintptr) "/mail/{}"};
    expect_fine(support_code_save(self->db, &code, at, &error), error, text);
}

static void
b11_a_code_is_found_for_thirty_days(void **state)
{
    const Fixture *self = *state;
    g_autofree char *text = support_code_new();
    save(self, self->alice, text, NOW);
    g_autoptr(SupportCode) found =
        support_code_find(self->db, text, NOW + 29 * DAY, NULL);
    assert_non_null(found);
    assert_int_equal(found->account, self->alice);
    assert_string_equal(found->error, "unreachable");
    assert_string_equal(found->route, "/mail/{}");
    assert_null(found->kid);
    assert_int_equal(found->created, NOW);
    assert_null(support_code_find(self->db, text, NOW + 30 * DAY, NULL));
    assert_true(support_code_sweep(self->db, NOW + 29 * DAY, NULL));
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM support_code"),
                     1);
    assert_true(support_code_sweep(self->db, NOW + 30 * DAY, NULL));
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM support_code"),
                     0);
}

/* Who makes errors all day long fills no disk, and pushes out nobody else's.
 */
static void
only_the_newest_of_an_account_are_kept(void **state)
{
    const Fixture *self = *state;
    g_autofree char *other = support_code_new();
    save(self, self->bob, other, NOW);
    for (int i = 0; i < SUPPORT_CODES_MAX + 20; i++) {
        g_autofree char *text = support_code_new();
        save(self, self->alice, text, NOW + i);
        g_autofree char *nobody = support_code_new();
        save(self, 0, nobody, NOW + i);
    }
    assert_int_equal(
        number_of(self->db,
                  "SELECT count(*) FROM support_code WHERE account IS NULL"),
        SUPPORT_CODES_MAX);
    g_autoptr(GPtrArray) list =
        support_code_list(self->db, self->alice, 500, NOW + 200, NULL);
    assert_int_equal(list->len, SUPPORT_CODES_MAX);
    const SupportCode *first = g_ptr_array_index(list, 0);
    assert_int_equal(first->created, NOW + SUPPORT_CODES_MAX + 19);
    g_autoptr(SupportCode) still =
        support_code_find(self->db, other, NOW + 1, NULL);
    assert_non_null(still);
}

static void
the_same_trouble_of_a_day_has_one_code(void **state)
{
    const Fixture *self = *state;
    static const struct {
        const char *name;
        gint64 account;
        const char *kid, *error;
        gint64 now;
        gboolean same;
    } cases[] = {
        {"later that day", 1, "aa", "expired", NOW + 3600, TRUE},
        {"another account", 2, "aa", "expired", NOW, FALSE},
        {"another certificate", 1, "ab", "expired", NOW, FALSE},
        {"another trouble", 1, "aa", "revoked", NOW, FALSE},
        {"another day", 1, "aa", "expired", NOW + DAY, FALSE},
    };
    g_autofree char *first =
        support_code_of(self->key, 1, "aa", "expired", NOW);
    assert_true(is_read(first));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            support_code_of(self->key, cases[i].account, cases[i].kid,
                            cases[i].error, cases[i].now);
        if ((strcmp(got, first) == 0) != cases[i].same)
            fail_msg("%s: %s and %s", cases[i].name, first, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(b11_a_code_can_be_read_out),
        cmocka_unit_test(b11_case_spaces_and_dashes_do_not_matter),
        cmocka_unit_test(b11_a_misheard_letter_is_found),
        cmocka_unit_test(what_is_no_code_is_refused),
        cmocka_unit_test_setup_teardown(b11_a_code_is_found_for_thirty_days,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            only_the_newest_of_an_account_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(
            the_same_trouble_of_a_day_has_one_code, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
