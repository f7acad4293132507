#include "core/store/audit.h"
#include "tests/store/accounts.h"

static void
add(const Fixture *self, const char *act, const char *after)
{
    g_autoptr(GError) error = NULL;
    const AuditAct row = {.actor = "root@demo.test",
                          .source = "192.0.2.1",
                          .account = self->alice,
                          .subject = "alice@demo.test",
                          .act = act,
                          .before = NULL,
                          .after = after};
    expect_fine(audit_add(self->db, &row, NOW, &error), error, act);
}

static void
spoil(const Fixture *self, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Stmt) st = db_prepare(self->db, sql, &error);
    expect_fine(st != NULL && stmt_run(st, &error), error, sql);
}

static void
expect_chain(const Fixture *self, gint64 want_bad, const char *name)
{
    g_autoptr(GError) error = NULL;
    gint64 bad = -1;
    gint64 rows = -1;
    expect_fine(audit_verify(self->db, &bad, &rows, &error), error, name);
    if (bad != want_bad)
        fail_msg("%s: got %d, want %d", name, (int)bad, (int)want_bad);
}

static void
what_was_done_can_be_read_again(void **state)
{
    const Fixture *self = *state;
    add(self, "account-allow", "allowed");
    add(self, "preference-reset", NULL);
    g_autoptr(GError) error = NULL;
    const AuditQuery query = {.account = self->alice, .limit = 10};
    g_autoptr(GPtrArray) rows = audit_list(self->db, &query, &error);
    expect_fine(rows != NULL, error, "list");
    assert_int_equal(rows->len, 2);
    const AuditRow *last = g_ptr_array_index(rows, 0);
    assert_string_equal(last->act, "preference-reset");
    assert_string_equal(last->source, "192.0.2.1");
    assert_null(last->after);
}

static void
a_search_takes_beginnings(void **state)
{
    const Fixture *self = *state;
    add(self, "account-allow", "allowed");
    add(self, "preference-reset", NULL);
    static const struct {
        const char *words;
        guint want;
    } cases[] = {{"account", 1}, {"alice", 2}, {"root@", 2}, {"%", 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const AuditQuery query = {.words = cases[i].words, .limit = 10};
        g_autoptr(GPtrArray) rows = audit_list(self->db, &query, NULL);
        assert_non_null(rows);
        if (rows->len != cases[i].want)
            fail_msg("%s: %u rows", cases[i].words, rows->len);
    }
}

static void
a_chain_left_alone_is_whole(void **state)
{
    const Fixture *self = *state;
    expect_chain(self, 0, "empty");
    add(self, "account-allow", "allowed");
    expect_chain(self, 0, "one row");
    add(self, "account-deny", "");
    expect_chain(self, 0, "two rows");
}

/* Each on a chain of three rows of its own. */
static void
what_was_done_to_a_row_is_found(void **state)
{
    static const struct {
        const char *name, *sql;
        gint64 bad;
    } cases[] = {
        {"actor changed", "UPDATE audit SET actor = 'x' WHERE id = 2", 2},
        {"after from NULL to empty",
         "UPDATE audit SET before = '' WHERE id = 1", 1},
        {"time moved", "UPDATE audit SET created = created + 1 WHERE id = 3",
         3},
        {"account taken away", "UPDATE audit SET account = NULL WHERE id = 2",
         2},
        {"hash emptied", "UPDATE audit SET hash = '' WHERE id = 2", 2},
        {"first row removed", "DELETE FROM audit WHERE id = 1", 2},
        {"middle row removed", "DELETE FROM audit WHERE id = 2", 3},
        {"last row removed", "DELETE FROM audit WHERE id = 3", 3},
        {"all rows removed", "DELETE FROM audit", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Db) db = memory_db();
        const Fixture self = {.db = db, .alice = 7};
        for (guint row = 0; row < 3; row++)
            add(&self, "account-allow", "allowed");
        spoil(&self, cases[i].sql);
        expect_chain(&self, cases[i].bad, cases[i].name);
    }
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_done_can_be_read_again),
        TEST(a_search_takes_beginnings),
        TEST(a_chain_left_alone_is_whole),
        cmocka_unit_test(what_was_done_to_a_row_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
