#include "core/store/db.h"

#include <sys/stat.h>

#include "core/store/audit.h"
#include "core/store/own_cert.h"
#include "core/store/seen_verdict.h"
#include "tests/store/store_test.h"

static void
sec_52_settings_hold(void **state)
{
    static const struct {
        const char *sql;
        gint64 want;
    } cases[] = {
        {"PRAGMA foreign_keys", 1},    {"PRAGMA trusted_schema", 0},
        {"PRAGMA synchronous", 2},     {"PRAGMA secure_delete", 1},
        {"PRAGMA busy_timeout", 5000},
    };
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (number_of(db, cases[i].sql) != cases[i].want)
            fail_msg("%s", cases[i].sql);
    }
    g_autoptr(Stmt) st = db_prepare(db, "PRAGMA journal_mode", NULL);
    assert_true(stmt_need_row(st, "mode", NULL));
    assert_string_equal(stmt_text(st, 0), "wal");
    g_clear_pointer(&st, stmt_free);
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
}

/* What DEFENSIVE, no views, no triggers, no double-quoted strings and no
 * attached databases refuse, although the statement is well formed. */
static void
sec_52_dangerous_statements_fail(void **state)
{
    static const struct {
        const char *name, *sql;
    } cases[] = {
        {"schema table", "DELETE FROM sqlite_schema"},
        {"attach", "ATTACH '/tmp/sceau-test-other.db' AS other"},
        {"double-quoted string", "SELECT \"no such column\""},
        {"load extension", "SELECT load_extension('x')"},
        {"unknown account",
         "INSERT INTO session (name, account, login, csrf, password,"
         " created, seen) VALUES ('x', 99, 'x', 'x', x'', 1, 1)"},
        {"wrong type", "INSERT INTO account (login, address, created)"
                       " VALUES ('x', 'x', 'soon')"},
    };
    g_autoptr(Db) db = memory_db();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Stmt) st = db_prepare(db, cases[i].sql, NULL);
        if (st != NULL && stmt_run(st, NULL))
            fail_msg("%s was let through", cases[i].name);
    }
}

/* Text is never more than text, wherever it goes. */
static void
sec_52_injection_set_is_text(void **state)
{
    static const char *const payloads[] = {
        "'; DROP TABLE account; --",
        "' OR '1'='1",
        "\" OR \"1\"=\"1",
        "x' UNION SELECT password FROM session --",
        "$1",
        "?1",
        "%' ESCAPE '",
        "a/**/b",
        "\\'; DELETE FROM account",
        "x'; PRAGMA writable_schema=1; --",
        "';ATTACH DATABASE '/tmp/x' AS x; --",
        "robert'); INSERT INTO account(login) VALUES('x'",
    };
    g_autoptr(Db) db = memory_db();
    gint64 id = new_account(db, "alice@demo.test");
    g_autoptr(GBytes) bytes = g_bytes_new("x", 1);
    for (gsize i = 0; i < G_N_ELEMENTS(payloads); i++) {
        const char *text = payloads[i];
        const guint32 uid = (guint32)i + 1;
        assert_true(account_set_name(db, id, text, NULL));
        const AuditAct act = {text, text, id, text, text, text, text};
        assert_true(audit_add(db, &act, NOW, NULL));
        assert_true(seen_verdict_save(db, id, text, 1, uid, text, NOW, NULL));
        assert_true(own_cert_save(db, id, text, bytes, bytes, NOW, NULL));

        g_autoptr(Account) account = account_load(db, id, NULL);
        assert_string_equal(account->name, text);
        g_autoptr(GHashTable) codes =
            seen_verdict_load(db, id, text, 1, &uid, 1, NULL);
        assert_string_equal(g_hash_table_lookup(codes, GUINT_TO_POINTER(uid)),
                            text);
        g_autoptr(OwnCert) cert = own_cert_get(db, id, text, NULL);
        assert_non_null(cert);
        g_autoptr(GError) error = NULL;
        assert_null(account_find(db, text, &error));
        assert_null(error);
    }
    assert_int_equal(number_of(db, "SELECT count(*) FROM account"), 1);
    assert_int_equal(number_of(db, "SELECT count(*) FROM own_cert"),
                     G_N_ELEMENTS(payloads));
}

/*
 * The grep gate: what is prepared is a named constant ("…_sql", or the sql
 * parameter of a helper that is given one), and only db.c, for the schema,
 * runs SQL without preparing it; stmt.c is its other half.
 */
static void
sec_52_statements_are_constants(void **state)
{
    g_autoptr(GRegex) call =
        g_regex_new("db_prepare\\(\\s*[^,]+,\\s*([^,]+),", 0, 0, NULL);
    g_autoptr(GRegex) constant = g_regex_new(
        "^([a-z_]*sql|\"[A-Za-z_ ]*\"|const char \\*sql)$", 0, 0, NULL);
    g_autoptr(GDir) dir = g_dir_open("core/store", 0, NULL);
    const char *name;
    guint calls = 0;
    while ((name = g_dir_read_name(dir)) != NULL) {
        if (!g_str_has_suffix(name, ".c"))
            continue;
        g_autofree char *path = g_build_filename("core/store", name, NULL);
        g_autofree char *text = NULL;
        assert_true(g_file_get_contents(path, &text, NULL, NULL));
        if (strcmp(name, "db.c") != 0 && strcmp(name, "stmt.c") != 0 &&
            strstr(text, "sqlite3_") != NULL)
            fail_msg("%s calls SQLite", name);

        g_autoptr(GMatchInfo) match = NULL;
        g_regex_match(call, text, 0, &match);
        for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
            g_autofree char *sql = g_match_info_fetch(match, 1);
            calls++;
            if (!g_regex_match(constant, sql, 0, NULL))
                fail_msg("%s prepares %s", name, sql);
        }
    }
    assert_true(calls > 30);
}

static void
sec_60_files_are_closed_to_others(void **state)
{
    g_autofree char *parent = temporary_folder();
    g_autofree char *folder = g_build_filename(parent, "state", NULL);
    mode_t old = umask(0);
    g_autoptr(Db) db = folder_db(folder);
    new_account(db, "alice@demo.test");
    umask(old);

    struct stat status;
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    guint files = 0;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        assert_int_equal(stat(path, &status), 0);
        if ((status.st_mode & 0777) != 0600)
            fail_msg("%s has mode %o", name, status.st_mode & 0777);
        files++;
    }
    /* The database and its journal, while it is open. */
    assert_true(files >= 2);
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
    remove_folder(parent);
}

static void
sec_60_open_folder_is_refused(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "sceau.db", NULL);
    g_autoptr(GError) error = NULL;
    assert_int_equal(g_chmod(folder, 0750), 0);
    assert_null(db_open(path, &error));
    expect_app_error(error, APP_ERROR_CONFIG, "folder open to the group");
    assert_int_equal(g_access(path, F_OK), -1);
    remove_folder(folder);
}

static void
later_schema_is_refused(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "sceau.db", NULL);
    g_autoptr(Db) db = folder_db(folder);
    g_autoptr(Stmt) st = db_prepare(db, "PRAGMA user_version = 99", NULL);
    assert_true(stmt_run(st, NULL));
    g_clear_pointer(&st, stmt_free);
    g_clear_pointer(&db, db_close);

    g_autoptr(GError) error = NULL;
    assert_null(db_open(path, &error));
    expect_app_error(error, APP_ERROR_CONFIG, "schema 99");
    remove_folder(folder);
}

static void
what_is_no_database_is_a_store_error(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "sceau.db", NULL);
    g_autofree char *text = g_strnfill(8192, 'x');
    g_autoptr(GError) error = NULL;
    assert_true(g_file_set_contents(path, text, -1, NULL));
    assert_null(db_open(path, &error));
    expect_app_error(error, APP_ERROR_STORE, "no database");
    remove_folder(folder);
}

static void
rollback_takes_back_and_twice_is_fine(void **state)
{
    g_autoptr(Db) db = memory_db();
    assert_true(db_begin(db, NULL));
    new_account(db, "alice@demo.test");
    db_rollback(db);
    db_rollback(db);
    assert_int_equal(number_of(db, "SELECT count(*) FROM account"), 0);
}

static gpointer
open_in_thread(gpointer folder)
{
    g_autoptr(Db) db = folder_db(folder);
    new_account(db, "alice@demo.test");
    return NULL;
}

/* Workers that start together on a new file: one makes the tables. */
static void
many_may_open_at_once(void **state)
{
    g_autofree char *folder = temporary_folder();
    GThread *threads[16];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("open", open_in_thread, folder);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    g_autoptr(Db) db = folder_db(folder);
    assert_int_equal(number_of(db, "SELECT count(*) FROM account"), 1);
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_52_settings_hold),
        cmocka_unit_test(sec_52_dangerous_statements_fail),
        cmocka_unit_test(sec_52_injection_set_is_text),
        cmocka_unit_test(sec_52_statements_are_constants),
        cmocka_unit_test(sec_60_files_are_closed_to_others),
        cmocka_unit_test(sec_60_open_folder_is_refused),
        cmocka_unit_test(later_schema_is_refused),
        cmocka_unit_test(what_is_no_database_is_a_store_error),
        cmocka_unit_test(rollback_takes_back_and_twice_is_fine),
        cmocka_unit_test(many_may_open_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
