#include "core/store/disabled_key.h"

#include "core/store/contact.h"
#include "tests/store/accounts.h"

static gint64
since(const Fixture *self, gint64 account, const char *key)
{
    gint64 at = -1;
    assert_true(disabled_key_since(self->db, account, key, &at, NULL, NULL));
    return at;
}

static void
o10_the_first_report_stands(void **state)
{
    const Fixture *self = *state;
    assert_int_equal(since(self, self->alice, "k1"), 0);
    assert_true(
        disabled_key_add(self->db, self->alice, "k1", "stolen", NOW, NULL));
    assert_true(disabled_key_add(self->db, self->alice, "k1", "other",
                                 NOW + 9, NULL));
    g_autofree char *reason = NULL;
    gint64 at = 0;
    assert_true(
        disabled_key_since(self->db, self->alice, "k1", &at, &reason, NULL));
    assert_int_equal(at, NOW);
    assert_string_equal(reason, "stolen");
    assert_int_equal(since(self, self->bob, "k1"), 0);
    assert_int_equal(since(self, self->alice, "k2"), 0);
}

static void
a_key_is_enabled_again_once(void **state)
{
    const Fixture *self = *state;
    gboolean removed = FALSE;
    disabled_key_add(self->db, self->alice, "k1", "stolen", NOW, NULL);
    assert_true(
        disabled_key_remove(self->db, self->alice, "k1", &removed, NULL));
    assert_true(removed);
    assert_true(
        disabled_key_remove(self->db, self->alice, "k1", &removed, NULL));
    assert_false(removed);
    assert_int_equal(since(self, self->alice, "k1"), 0);
}

static void
befriend(const Fixture *self, gint64 account, const char *match)
{
    g_autoptr(GError) error = NULL;
    static const char *const words[] = {NULL};
    const Contact contact = {.book = (char *)(guintptr) "emailed",
                             .name = (char *)(guintptr) "",
                             .address = (char *)(guintptr)match,
                             .match = (char *)(guintptr)match,
                             .place = (char *)(guintptr)match};
    expect_fine(
        contact_create(self->db, account, &contact, words, NOW, &error) != 0,
        error, match);
}

static gint64
to_tell(const Fixture *self, const char *match)
{
    gint64 at = -1;
    assert_true(given_key_to_tell(self->db, self->alice, match, &at, NULL));
    return at;
}

static void
o10_each_contact_who_has_the_key_is_told_once(void **state)
{
    const Fixture *self = *state;
    gint64 account = self->alice, count = -1;
    befriend(self, account, "carl@a.test");
    befriend(self, account, "dora@a.test");
    befriend(self, self->bob, "carl@a.test");
    assert_true(given_key_add(self->db, account, "carl@a.test", "k1", NULL));
    assert_true(given_key_add(self->db, account, "carl@a.test", "k1", NULL));
    assert_true(given_key_add(self->db, account, "dora@a.test", "k2", NULL));
    /* Who is no contact is not remembered. */
    assert_true(given_key_add(self->db, account, "eve@a.test", "k1", NULL));
    assert_int_equal(number_of(self->db, "SELECT count(*) FROM given_key"),
                     2);

    /* Before anything was stolen a message tells nothing. */
    assert_true(given_key_told(self->db, account, "carl@a.test", NULL));
    disabled_key_add(self->db, account, "k1", "stolen", NOW, NULL);
    assert_int_equal(to_tell(self, "carl@a.test"), NOW);
    assert_int_equal(to_tell(self, "dora@a.test"), 0);
    assert_int_equal(to_tell(self, "eve@a.test"), 0);
    assert_true(given_key_count(self->db, account, &count, NULL));
    assert_int_equal(count, 1);

    assert_true(given_key_told(self->db, account, "carl@a.test", NULL));
    assert_int_equal(to_tell(self, "carl@a.test"), 0);
    assert_true(given_key_count(self->db, account, &count, NULL));
    assert_int_equal(count, 0);
    disabled_key_add(self->db, account, "k2", "stolen", NOW + 5, NULL);
    assert_int_equal(to_tell(self, "carl@a.test"), 0);
    assert_int_equal(to_tell(self, "dora@a.test"), NOW + 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(o10_the_first_report_stands, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_key_is_enabled_again_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            o10_each_contact_who_has_the_key_is_told_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
