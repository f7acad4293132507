#include "core/store/tally.h"
#include "tests/store/accounts.h"

#define DAY (24 * 3600)

static void
count(const Fixture *self, const char *name, gint64 when)
{
    g_autoptr(GError) error = NULL;
    expect_fine(tally_add(self->db, name, when, &error), error, name);
}

static void
what_happened_is_summed_by_name(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    count(self, "sent", NOW);
    count(self, "sent", NOW);
    count(self, "sent", NOW - 40 * DAY);
    count(self, "sent-signed", NOW);
    assert_true(tally_add_code(self->db, "failure-", "store", NOW, &error));

    g_autoptr(GPtrArray) month =
        tally_since(self->db, "", NOW - 29 * DAY, &error);
    expect_fine(month != NULL, error, "month");
    assert_int_equal(tally_of(month, "sent"), 2);
    assert_int_equal(tally_of(month, "failure-store"), 1);
    assert_int_equal(tally_of(month, "never"), 0);

    g_autoptr(GPtrArray) ever = tally_since(self->db, "sent", 0, &error);
    assert_int_equal(ever->len, 2);
    assert_int_equal(tally_of(ever, "sent"), 3);
    assert_int_equal(tally_of(ever, "failure-store"), 0);
}

/* The day goes from midnight to midnight, UTC. */
static void
days_are_counted_apart(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    gint64 midnight = NOW - NOW % DAY;
    count(self, "sent", midnight - 1);
    count(self, "sent", midnight);
    count(self, "sent", midnight + DAY - 1);
    count(self, "sent", midnight + DAY);
    g_autoptr(GArray) days =
        tally_days(self->db, "sent", NOW - DAY, 2, &error);
    expect_fine(days != NULL, error, "days");
    assert_int_equal(days->len, 2);
    assert_int_equal(g_array_index(days, gint64, 0), 1);
    assert_int_equal(g_array_index(days, gint64, 1), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_happened_is_summed_by_name),
        TEST(days_are_counted_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
