/* All that is kept about one person is given out, and all of it goes. */
#include "core/store/person.h"

#include <glib/gstdio.h>

#include "core/store/audit.h"
#include "core/store/contact.h"
#include "core/store/session.h"
#include "tests/store/accounts.h"

#define CANARY "canary-7d3f"

/* Of the site, not of a person. A new table is put here, in person.c's
 * sections, or in its lists: somebody has to think about it. */
static const char *const of_the_site[] = {
    "account_gone",    "account_group",     "attempt",
    "audit_end",       "authority",         "revocation_cache",
    "spool",           "spool_chunk",       "tally",
    "trust_cert",      "revocation_source", "trust_version",
    "sqlite_sequence",
};

static gboolean
is_section(const char *table)
{
    for (gsize i = 0; person_table(i) != NULL; i++)
        if (strcmp(person_table(i), table) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_listed(const char *table)
{
    for (gsize i = 0; i < G_N_ELEMENTS(of_the_site); i++)
        if (strcmp(of_the_site[i], table) == 0)
            return TRUE;
    return g_strv_contains(person_tables_left_out(), table);
}

/* The names that a statement gives, one in each row. */
static GPtrArray *
names_of(Db *db, const char *sql, const char *value)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Stmt) st = db_prepare(db, sql, &error);
    expect_fine(st != NULL, error, sql);
    if (value != NULL)
        stmt_bind_text(st, 1, value);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    gboolean row = FALSE;
    while (stmt_step(st, &row, &error) && row)
        g_ptr_array_add(names, g_strdup(stmt_text(st, 0)));
    return names;
}

static GPtrArray *
all_tables(Db *db)
{
    return names_of(db, "SELECT name FROM sqlite_schema WHERE type = 'table'",
                    NULL);
}

static void
every_table_is_given_out_or_said_why_not(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GPtrArray) tables = all_tables(self->db);
    guint about = 0;
    for (guint i = 0; i < tables->len; i++) {
        const char *table = g_ptr_array_index(tables, i);
        if (is_section(table))
            about++;
        else if (!is_listed(table))
            fail_msg("%s: neither exported nor on a list", table);
        g_autoptr(GPtrArray) columns =
            names_of(self->db,
                     "SELECT name FROM pragma_table_info($1)"
                     " WHERE name IN ('account', 'contact')",
                     table);
        if (columns->len > 0 && !is_section(table) &&
            !g_strv_contains(person_tables_left_out(), table))
            fail_msg("%s: is about a person and not exported", table);
    }
    assert_true(about >= 15);
}

static void
execute(Db *db, const char *sql, gint64 account)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Stmt) st = db_prepare(db, sql, &error);
    expect_fine(st != NULL, error, sql);
    stmt_bind_int(st, 1, account);
    expect_fine(stmt_run(st, &error), error, sql);
}

/* A row in every table that has a section, with the canary in its texts. */
static const char *const rows[] = {
    "UPDATE account SET name = '" CANARY "' WHERE id = $1",
    "INSERT INTO account_scope VALUES ($1, '" CANARY "')",
    "INSERT OR IGNORE INTO account_group SELECT 1, 'board', 0 WHERE $1 > 0",
    "INSERT INTO account_group_member VALUES (1, $1)",
    "INSERT OR REPLACE INTO policy VALUES"
    " ('account', CAST($1 AS TEXT), 'line', '" CANARY "', NULL, $1, 0)",
    "INSERT INTO session (name, account, login, csrf, password, created,"
    " seen) VALUES ('n' || $1, $1, '" CANARY "', 'c', x'00', 1, 2)",
    "INSERT INTO own_cert VALUES ($1, '" CANARY "', x'30', x'', 1, 0)",
    "INSERT INTO disabled_key VALUES ($1, '" CANARY "', 'stolen', 1)",
    "INSERT INTO cert_request (id, account, key, algorithm, csr, renews,"
    " state, created) VALUES ('r' || $1, $1, '" CANARY "' || $1, 'P-256',"
    " x'30', '', 'waiting', 1)",
    "INSERT INTO contact VALUES ($1 * 10, $1, 'personal', '" CANARY "',"
    " 'x@y', 'x@y', 'x', NULL, 1)",
    "INSERT INTO contact_cert VALUES ($1 * 10, '" CANARY
    "', x'30', x'', NULL,"
    " 0, 'used', 'file', 1)",
    "INSERT INTO contact_word VALUES ($1, 'personal', '" CANARY "', $1 * 10)",
    "INSERT INTO account_word VALUES ('" CANARY "', $1)",
    "INSERT INTO given_key VALUES ($1 * 10, '" CANARY "', 0)",
    "INSERT INTO seen_verdict VALUES ($1, '" CANARY "', 1, 1, 'verified', 1)",
    "INSERT INTO envelope_seen VALUES ($1, '" CANARY "', 'h', 1)",
    "INSERT INTO spool (id, created) VALUES ($1 * 100, 1)",
    "INSERT INTO spool_chunk VALUES ($1 * 100, 0, CAST('" CANARY
    "' AS BLOB))",
    "INSERT INTO outbox (account, name, state, message_id, created, changed)"
    " VALUES ($1, 'a' || $1, 2, '" CANARY "', 1, 1)",
    "INSERT INTO keyreq SELECT 'k' || $1, $1, id, 0,"
    " CAST('" CANARY "' AS BLOB), $1 * 100, 9 FROM session"
    " WHERE account = $1",
    "INSERT INTO notice (account, code, detail, actor, created)"
    " VALUES ($1, 'x', '" CANARY "', 'a', 1)",
    "INSERT INTO support_code VALUES ('s' || $1, $1, '" CANARY "', '/', NULL,"
    " 1)",
};

static void
fill(Db *db, gint64 account)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        execute(db, rows[i], account);
}

static void
keep_rows(Db *db, gint64 account, const char *address)
{
    g_autoptr(GError) error = NULL;
    const AuditAct act = {.actor = address,
                          .source = "192.0.2.1",
                          .account = account,
                          .subject = address,
                          .act = "test"};
    assert_true(audit_add(db, &act, NOW, &error));
    execute(db,
            "INSERT INTO issued (serial, kid, request, account, address, key,"
            " algorithm, der, not_after, created) VALUES ('1', 'k', 'r', $1,"
            " (SELECT address FROM account WHERE id = $1), 'k', 'P-256',"
            " x'30', 9, 1)",
            account);
}

/* Every section has what was put in its table, and of nobody else. */
static void
every_section_says_its_rows(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    fill(self->db, self->alice);
    fill(self->db, self->bob);
    keep_rows(self->db, self->alice, "alice@demo.test");
    g_autoptr(Json) out = json_object_new();
    expect_fine(person_export(self->db, self->alice, out, &error), error,
                "export");
    g_autofree char *text = json_write_lines(out);
    /* One row of each: no "[]" and no second object in an array. */
    if (strstr(text, "[]") != NULL || strstr(text, "}, {") != NULL)
        fail_msg("a section is empty or has too many: %s", text);
    assert_null(strstr(text, "bob@demo.test"));
    /* Nothing of what is sealed. */
    g_autofree char *sealed =
        g_base64_encode((const guchar *)CANARY, strlen(CANARY));
    assert_null(strstr(text, sealed));
    assert_non_null(strstr(text, "\"kept_since\": \"1970-01-01T00:00:01Z\""));
}

static void
expect_nowhere(Db *db, const char *needle)
{
    g_autoptr(GPtrArray) tables = all_tables(db);
    for (guint i = 0; i < tables->len; i++) {
        const char *table = g_ptr_array_index(tables, i);
        if (g_strv_contains(person_tables_kept(), table))
            continue;
        g_autoptr(GPtrArray) columns =
            names_of(db, "SELECT name FROM pragma_table_info($1)", table);
        for (guint j = 0; j < columns->len; j++) {
            const char *column = g_ptr_array_index(columns, j);
            g_autofree char *sql = g_strdup_printf(
                "SELECT COUNT(*) FROM \"%s\" WHERE instr(lower(CAST(\"%s\""
                " AS TEXT)), '%s') > 0",
                table, column, needle);
            if (number_of(db, sql) != 0)
                fail_msg("%s.%s still has %s", table, column, needle);
        }
    }
}

/* After it no row of any table has the address, but those that are kept. */
static void
a_deletion_leaves_what_is_said_and_nothing_else(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    fill(self->db, self->alice);
    keep_rows(self->db, self->alice, "alice@demo.test");
    assert_true(number_of(self->db, "SELECT COUNT(*) FROM spool") == 1);
    expect_fine(db_begin(self->db, &error) &&
                    person_delete(self->db, self->alice, &error) &&
                    db_commit(self->db, &error),
                error, "delete");
    expect_nowhere(self->db, "alice");
    expect_nowhere(self->db, CANARY);
    assert_int_equal(number_of(self->db, "SELECT COUNT(*) FROM audit"), 1);
    assert_int_equal(number_of(self->db, "SELECT COUNT(*) FROM issued"), 1);
    assert_int_equal(number_of(self->db, "SELECT COUNT(*) FROM account"), 1);
}

/* The journal knows accounts by number: a new one gets a new number. */
static void
a_number_is_not_given_twice(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    assert_true(self->bob > self->alice);
    assert_true(person_delete(self->db, self->bob, &error));
    gint64 eve = new_account(self->db, "eve@demo.test");
    assert_true(eve > self->bob);
    assert_true(person_delete(self->db, self->alice, &error));
    assert_true(new_account(self->db, "zoe@demo.test") > eve);
}

/* secure_delete, and a journal that is emptied. */
static void
the_file_forgets_too(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = temporary_folder();
    assert_int_equal(g_chmod(folder, 0700), 0);
    {
        g_autoptr(Db) db = folder_db(folder);
        gint64 eve = new_account(db, "eve@demo.test");
        fill(db, eve);
        assert_true(folder_holds(folder, CANARY));
        expect_fine(db_begin(db, &error) && person_delete(db, eve, &error) &&
                        db_commit(db, &error),
                    error, "delete");
        db_settle(db);
        assert_false(folder_holds(folder, CANARY));
        assert_false(folder_holds(folder, "eve@demo.test"));
    }
    remove_folder(folder);
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_table_is_given_out_or_said_why_not),
        TEST(every_section_says_its_rows),
        TEST(a_deletion_leaves_what_is_said_and_nothing_else),
        TEST(a_number_is_not_given_twice),
        cmocka_unit_test(the_file_forgets_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
