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
        cmocka_unit_test_setup_teardown(one_dismisses_only_their_own, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
