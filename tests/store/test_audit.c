#include "core/store/audit.h"

#include <fcntl.h>
#include <unistd.h>

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
    AuditChain chain = {.bad = -1};
    expect_fine(audit_verify(self->db, 0, &chain, &error), error, name);
    if (chain.bad != want_bad)
        fail_msg("%s: got %d, want %d", name, (int)chain.bad, (int)want_bad);
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

static guint
found(const Fixture *self, AuditQuery query)
{
    query.limit = 100;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = audit_list(self->db, &query, &error);
    expect_fine(rows != NULL, error, "list");
    return rows->len;
}

static void
a_search_takes_beginnings(void **state)
{
    const Fixture *self = *state;
    add(self, "account-allow", "allowed");
    add(self, "preference-reset", NULL);
    const struct {
        AuditQuery query;
        guint want;
    } cases[] = {
        {{.act = "account"}, 1},
        {{.subject = "Alice"}, 2},
        {{.subject = "lice"}, 0},
        {{.actor = "root@"}, 2},
        {{.actor = "%"}, 0},
        {{.actor = "root@", .act = "preference"}, 1},
        {{.from = NOW}, 2},
        {{.from = NOW + 1}, 0},
        {{.until = NOW}, 0},
        {{.until = NOW + 1}, 2},
        {{.before_id = 2}, 1},
        {{.account = self->alice}, 2},
        {{.account = self->bob}, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (found(self, cases[i].query) != cases[i].want)
            fail_msg("case %u: %u rows", (guint)i,
                     found(self, cases[i].query));
}

static gboolean
begins(const char *text, const char *with)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    return with == NULL || g_str_has_prefix(lower, with);
}

static gboolean
fits(const AuditRow *row, const AuditQuery *query)
{
    return begins(row->actor, query->actor) &&
           begins(row->subject, query->subject) &&
           begins(row->act, query->act) && row->created >= query->from &&
           (query->until == 0 || row->created < query->until) &&
           (query->account == 0 || row->account == query->account) &&
           (query->before_id == 0 || row->id < query->before_id);
}

/* Page after page of those that fit all, and none else. */
static void
expect_same(Db *db, const GPtrArray *all, AuditQuery query, guint number)
{
    guint at = 0;
    query.limit = 500;
    for (;;) {
        g_autoptr(GPtrArray) rows = audit_list(db, &query, NULL);
        assert_non_null(rows);
        for (guint i = 0; i < rows->len; i++, at++) {
            const AuditRow *row = g_ptr_array_index(rows, i);
            while (at < all->len && !fits(g_ptr_array_index(all, at), &query))
                at++;
            const AuditRow *want =
                at < all->len ? g_ptr_array_index(all, at) : NULL;
            if (want == NULL || want->id != row->id)
                fail_msg("search %u: row %d", number, (int)row->id);
            query.before_id = i + 1 == rows->len ? row->id : query.before_id;
        }
        if (rows->len < query.limit)
            break;
    }
    for (; at < all->len; at++)
        if (fits(g_ptr_array_index(all, at), &query))
            fail_msg("search %u: one is missing", number);
}

/* Many rows are found by what selects few of them, or walked: the same. */
static void
every_way_of_searching_finds_the_same(void **state)
{
    const Fixture *self = *state;
    static const char fill_sql[] =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 14000) INSERT INTO audit (id, account, subject, actor,"
        " source, act, created, hash) SELECT i, i % 700, 'P' || (i % 700) ||"
        " '@demo.test', CASE WHEN i < 6000 THEN 'Former' WHEN i % 999 = 0"
        " THEN 'seldom' ELSE 'root' END, 'x', CASE i % 4000 WHEN 7 THEN"
        " 'key-stolen' ELSE 'account-' || (i % 3) END, i / 2, 'h' FROM n";
    spoil(self, fill_sql);
    const AuditQuery everything = {.limit = 20000};
    g_autoptr(GPtrArray) all = audit_list(self->db, &everything, NULL);
    assert_int_equal(all->len, 14000);
    static const AuditQuery searches[] = {
        {.limit = 0},
        {.actor = "former"},
        {.actor = "root"},
        {.actor = "seldom"},
        {.actor = "nobody"},
        {.subject = "p"},
        {.subject = "p31@"},
        {.act = "account-"},
        {.act = "key-stolen"},
        {.actor = "former", .act = "account-1"},
        {.actor = "root", .act = "key", .subject = "p"},
        {.from = 6900},
        {.from = 10, .until = 20},
        {.until = 6000},
        {.account = 31},
        {.account = 31, .act = "account-2"},
        {.actor = "former", .before_id = 3000},
        {.from = 1000, .until = 6500, .actor = "seldom"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(searches); i++)
        expect_same(self->db, all, searches[i], i);
}

/* Of other domains one sees what one did oneself, and nothing else. */
static void
a_scope_bounds_what_is_shown(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    gint64 eve = new_account(self->db, "eve@other.test");
    const char *const domains[] = {"demo.test", NULL};
    assert_true(account_set_role(self->db, self->bob, ROLE_ADMINISTRATOR,
                                 domains, &error));
    const struct {
        const char *actor, *subject;
        gint64 account;
        gboolean want;
    } acts[] = {
        {"root@demo.test", "alice@demo.test", self->alice, TRUE},
        {"root@demo.test", "alice@DEMO.test", self->alice, TRUE},
        {"root@demo.test", "eve@other.test", eve, FALSE},
        {"bob@demo.test", "eve@other.test", eve, TRUE},
        {"root@demo.test", "eve@x.demo.test", eve, FALSE},
        {"root@demo.test", "the authority", 0, FALSE},
        {"root@demo.test", "anchor@demo.test", 0, FALSE},
        /* Whoever has gone is still of the domain. */
        {"root@demo.test", "gone@demo.test", 4711, TRUE},
    };
    guint want = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        const AuditAct act = {.actor = acts[i].actor,
                              .source = "192.0.2.1",
                              .account = acts[i].account,
                              .subject = acts[i].subject,
                              .act = "test"};
        assert_true(audit_add(self->db, &act, NOW, &error));
        want += acts[i].want ? 1 : 0;
        guint got = found(self, (AuditQuery){.scope = self->bob});
        if (got != want)
            fail_msg("%s on %s: %u rows, want %u", acts[i].actor,
                     acts[i].subject, got, want);
    }
}

/* A long chain is followed through its newest rows alone. */
static void
the_newest_rows_are_followed_alone(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < 5; i++)
        add(self, "account-allow", "allowed");
    AuditChain chain = {0};
    assert_true(audit_verify(self->db, 2, &chain, &error));
    assert_int_equal(chain.first, 4);
    assert_int_equal(chain.last, 5);
    assert_int_equal(chain.bad, 0);
    spoil(self, "UPDATE audit SET actor = 'x' WHERE id = 2");
    assert_true(audit_verify(self->db, 2, &chain, &error));
    assert_int_equal(chain.bad, 0);
    assert_true(audit_verify(self->db, 4, &chain, &error));
    assert_int_equal(chain.bad, 2);
    spoil(self, "DELETE FROM audit WHERE id = 5");
    assert_true(audit_verify(self->db, 2, &chain, &error));
    assert_int_equal(chain.bad, 5);
}

/* What the log says of a row, from a pipe in place of stderr. */
static char *
logged(const Fixture *self, const AuditAct *act, gboolean keep)
{
    g_autoptr(GError) error = NULL;
    int ends[2];
    char text[4096];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    int saved = dup(STDERR_FILENO);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    gboolean ok =
        db_begin(self->db, &error) && audit_add(self->db, act, NOW, &error);
    gssize before = read(ends[0], text, sizeof text);
    if (keep)
        ok = ok && db_commit(self->db, &error);
    else
        db_rollback(self->db);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    gssize size = read(ends[0], text, sizeof text);
    close(ends[0]);
    close(ends[1]);
    expect_fine(ok, error, "act");
    assert_true(before < 0);
    return g_strndup(text, (gsize)MAX(size, 0));
}

/* SEC-59: whatever a value holds, the copy is one line that says the hash. */
static void
sec_59_the_log_has_each_row_that_is_kept(void **state)
{
    const Fixture *self = *state;
    const AuditAct act = {.actor = "root@demo.test",
                          .source = "192.0.2.1",
                          .account = self->alice,
                          .subject = "alice@demo.test",
                          .act = "account-name",
                          .before = "a\r\nsceau: audit row=1 hash=0",
                          .after = "\033[2J\" hash=0"};
    g_autofree char *none = logged(self, &act, FALSE);
    assert_string_equal(none, "");
    g_autofree char *got = logged(self, &act, TRUE);
    const AuditQuery query = {.limit = 1};
    g_autoptr(GPtrArray) rows = audit_list(self->db, &query, NULL);
    const AuditRow *row = g_ptr_array_index(rows, 0);
    g_autofree char *want = g_strdup_printf(
        "sceau: audit row=1 actor=root@demo.test source=192.0.2.1"
        " act=account-name subject=alice@demo.test"
        " before=\"a\\x0d\\x0asceau: audit row=1 hash=0\""
        " after=\"\\x1b[2J\\x22 hash=0\" hash=%s\n",
        row->hash);
    assert_string_equal(got, want);
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
        TEST(every_way_of_searching_finds_the_same),
        TEST(a_scope_bounds_what_is_shown),
        TEST(the_newest_rows_are_followed_alone),
        TEST(sec_59_the_log_has_each_row_that_is_kept),
        TEST(a_chain_left_alone_is_whole),
        cmocka_unit_test(what_was_done_to_a_row_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
