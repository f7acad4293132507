#include "core/store/notice.h"

#include "tests/store/accounts.h"

static void
add(const Fixture *self, gint64 account, const char *code, const char *detail)
{
    g_autoptr(GError) error = NULL;
    expect_fine(notice_add(self->db, account, code, detail, "help@demo.test",
                           NOW, &error),
                error, code);
}

static GPtrArray *
list(const Fixture *self, gint64 account)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *notices = notice_list(self->db, account, 3, &error);
    expect_fine(notices != NULL, error, "list");
    return notices;
}

static const Notice *
nth(const GPtrArray *notices, guint i)
{
    assert_true(i < notices->len);
    return g_ptr_array_index(notices, i);
}

static void
the_newest_comes_first(void **state)
{
    const Fixture *self = *state;
    add(self, self->alice, "option-allowed", NULL);
    add(self, self->alice, "certificate-issued", "2027-11-25");
    g_autoptr(GPtrArray) got = list(self, self->alice);
    assert_int_equal(got->len, 2);
    assert_string_equal(nth(got, 0)->code, "certificate-issued");
    assert_string_equal(nth(got, 0)->detail, "2027-11-25");
    assert_string_equal(nth(got, 0)->actor, "help@demo.test");
    assert_int_equal(nth(got, 0)->created, NOW);
    assert_null(nth(got, 1)->detail);
}

static void
the_same_again_is_one(void **state)
{
    const Fixture *self = *state;
    add(self, self->alice, "preference-reset", NULL);
    add(self, self->alice, "certificate-issued", "a");
    add(self, self->alice, "certificate-issued", "b");
    add(self, self->alice, "preference-reset", NULL);
    g_autoptr(GPtrArray) got = list(self, self->alice);
    assert_int_equal(got->len, 3);
    assert_string_equal(nth(got, 0)->code, "preference-reset");
    assert_string_equal(nth(got, 1)->detail, "b");
}

/* How the option stands now makes it moot how it stood before. */
static void
what_is_new_about_a_thing_replaces_what_was_told(void **state)
{
    static const struct {
        const char *first, *detail, *second, *other;
        guint want;
    } cases[] = {
        {"option-allowed", NULL, "option-withdrawn", NULL, 1},
        {"option-withdrawn", NULL, "option-on", NULL, 1},
        {"request-refused", NULL, "certificate-issued", NULL, 1},
        {"stolen-marked", "2027-03-03", "stolen-withdrawn", "2027-03-03", 1},
        {"stolen-marked", "2027-03-03", "stolen-withdrawn", "2028-01-01", 2},
        {"preference-reset", NULL, "first-guide", NULL, 2},
    };
    const Fixture *self = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        add(self, self->bob, cases[i].first, cases[i].detail);
        add(self, self->alice, cases[i].first, cases[i].detail);
        add(self, self->alice, cases[i].second, cases[i].other);
        g_autoptr(GPtrArray) got = list(self, self->alice);
        if (got->len != cases[i].want)
            fail_msg("%s, then %s: %u", cases[i].first, cases[i].second,
                     got->len);
        assert_string_equal(nth(got, 0)->code, cases[i].second);
        g_autoptr(GPtrArray) bobs = list(self, self->bob);
        assert_string_equal(nth(bobs, 0)->code, cases[i].first);
        assert_true(notice_settle(self->db, self->alice, cases[i].first,
                                  cases[i].detail, NULL));
        assert_true(notice_settle(self->db, self->alice, cases[i].second,
                                  cases[i].other, NULL));
        g_autoptr(GPtrArray) after = list(self, self->alice);
        assert_int_equal(after->len, 0);
    }
}

static void
one_dismisses_only_their_own(void **state)
{
    const Fixture *self = *state;
    add(self, self->alice, "site-reset", NULL);
    g_autoptr(GPtrArray) before = list(self, self->alice);
    gint64 id = nth(before, 0)->id;
    assert_true(notice_dismiss(self->db, self->bob, id, NULL));
    g_autoptr(GPtrArray) still = list(self, self->alice);
    assert_int_equal(still->len, 1);
    /* A button pressed twice is no trouble. */
    assert_true(notice_dismiss(self->db, self->alice, id, NULL));
    assert_true(notice_dismiss(self->db, self->alice, id, NULL));
    g_autoptr(GPtrArray) after = list(self, self->alice);
    assert_int_equal(after->len, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_newest_comes_first, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_same_again_is_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            what_is_new_about_a_thing_replaces_what_was_told, setup,
            teardown),
        cmocka_unit_test_setup_teardown(one_dismisses_only_their_own, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
