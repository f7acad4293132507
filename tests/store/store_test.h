/* Databases for the tests of this folder. */
#ifndef SCEAU_TESTS_STORE_STORE_TEST_H
#define SCEAU_TESTS_STORE_STORE_TEST_H

#include "core/store/account.h"
#include "tests/base/expect.h"

#define NOW 1795579200 /* 2026-11-25 04:00 UTC */

static inline Db *
memory_db(void)
{
    g_autoptr(GError) error = NULL;
    Db *db = db_open(":memory:", &error);
    expect_fine(db != NULL, error, "database in memory");
    return db;
}

static inline Db *
folder_db(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "sceau.db", NULL);
    g_autoptr(GError) error = NULL;
    Db *db = db_open(path, &error);
    expect_fine(db != NULL, error, "database in a folder");
    return db;
}

static inline gint64
new_account(Db *db, const char *login)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) account =
        account_ensure(db, login, login, NOW, &error);
    expect_fine(account != NULL, error, login);
    return account->id;
}

/* One number from the database. */
static inline gint64
number_of(Db *db, const char *sql)
{
    gboolean row = FALSE;
    g_autoptr(GError) error = NULL;
    g_autoptr(Stmt) st = db_prepare(db, sql, &error);
    expect_fine(st != NULL && stmt_step(st, &row, &error), error, sql);
    assert_true(row);
    return stmt_int(st, 0);
}

/* TRUE if a file of the folder holds these bytes anywhere. */
static inline gboolean
folder_holds(const char *folder, const char *bytes)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    assert_non_null(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *data = NULL;
        gsize size = 0;
        assert_true(g_file_get_contents(path, &data, &size, NULL));
        if (memmem(data, size, bytes, strlen(bytes)) != NULL)
            return TRUE;
    }
    return FALSE;
}

static inline GBytes *
some_key(guint8 fill)
{
    guint8 raw[32];
    memset(raw, fill, sizeof raw);
    return g_bytes_new(raw, sizeof raw);
}

#endif
