#include <string.h>

#include "core/base/error.h"
#include "core/store/db_internal.h"

struct Stmt {
    Db *db;
    sqlite3_stmt *handle;
};

/* NULL if none is ready. */
static sqlite3_stmt *
take_ready(Db *db, const char *sql)
{
    gpointer handle = NULL;
    g_hash_table_steal_extended(db->ready, sql, NULL, &handle);
    return handle;
}

Stmt *
db_prepare(Db *db, const char *sql, GError **error)
{
    sqlite3_stmt *handle = take_ready(db, sql);
    if (handle == NULL &&
        sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &handle, NULL) != SQLITE_OK) {
        db_fail(db, error);
        return NULL;
    }
    Stmt *stmt = g_new0(Stmt, 1);
    stmt->db = db;
    stmt->handle = handle;
    return stmt;
}

void
stmt_free(Stmt *stmt)
{
    if (stmt == NULL)
        return;
    /* Nothing of what was bound or read stays in it. */
    sqlite3_reset(stmt->handle);
    sqlite3_clear_bindings(stmt->handle);
    const char *sql = sqlite3_sql(stmt->handle);
    GHashTable *ready = stmt->db->ready;
    if (g_hash_table_contains(ready, sql))
        sqlite3_finalize(stmt->handle);
    else
        g_hash_table_insert(ready, (gpointer)(guintptr)sql, stmt->handle);
    g_free(stmt);
}

/* To SQLite $1 is a name like any other, numbered by where it first stands;
 * to PostgreSQL and to us it is the first value. */
static int
parameter(const Stmt *stmt, int index)
{
    char name[12];
    g_snprintf(name, sizeof name, "$%d", index);
    int position = sqlite3_bind_parameter_index(stmt->handle, name);
    g_assert(position > 0);
    return position;
}

void
stmt_bind_int(Stmt *stmt, int index, gint64 value)
{
    sqlite3_bind_int64(stmt->handle, parameter(stmt, index), value);
}

void
stmt_bind_text(Stmt *stmt, int index, const char *text)
{
    sqlite3_bind_text(stmt->handle, parameter(stmt, index), text, -1,
                      SQLITE_TRANSIENT);
}

void
stmt_bind_bytes(Stmt *stmt, int index, GBytes *bytes)
{
    int position = parameter(stmt, index);
    if (bytes == NULL) {
        sqlite3_bind_null(stmt->handle, position);
        return;
    }
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    /* An empty GBytes has no address, and that would be NULL to SQLite. */
    sqlite3_bind_blob64(stmt->handle, position, size > 0 ? data : "", size,
                        SQLITE_STATIC);
}

gboolean
stmt_step(Stmt *stmt, gboolean *row, GError **error)
{
    int status = sqlite3_step(stmt->handle);
    *row = status == SQLITE_ROW;
    if (status == SQLITE_ROW || status == SQLITE_DONE)
        return TRUE;
    return db_fail(stmt->db, error);
}

gboolean
stmt_run_on(Stmt *stmt, const char *what, GError **error)
{
    if (!stmt_run(stmt, error))
        return FALSE;
    if (db_changes(stmt->db) > 0)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_NOT_FOUND, "no such %s", what);
    return FALSE;
}

GPtrArray *
stmt_rows(Stmt *stmt, gpointer (*read)(Stmt *row), GDestroyNotify clear,
          GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(clear);
    gboolean row = FALSE;
    while (stmt_step(stmt, &row, error)) {
        if (!row)
            return g_steal_pointer(&rows);
        g_ptr_array_add(rows, read(stmt));
    }
    return NULL;
}

char **
stmt_texts(Stmt *stmt, GError **error)
{
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
    gboolean row = FALSE;
    while (stmt_step(stmt, &row, error)) {
        if (!row)
            return g_strv_builder_end(texts);
        g_strv_builder_add(texts, stmt_text(stmt, 0));
    }
    return NULL;
}

gboolean
stmt_run(Stmt *stmt, GError **error)
{
    gboolean row = FALSE;
    if (!stmt_step(stmt, &row, error))
        return FALSE;
    g_assert(!row);
    return TRUE;
}

gboolean
stmt_need_row(Stmt *stmt, const char *what, GError **error)
{
    gboolean row = FALSE;
    if (!stmt_step(stmt, &row, error))
        return FALSE;
    if (!row)
        g_set_error(error, APP_ERROR, APP_ERROR_NOT_FOUND, "no such %s",
                    what);
    return row;
}

void
stmt_reset(Stmt *stmt)
{
    sqlite3_reset(stmt->handle);
}

gint64
stmt_int(Stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->handle, column);
}

const char *
stmt_text(Stmt *stmt, int column)
{
    return (const char *)sqlite3_column_text(stmt->handle, column);
}

gboolean
stmt_is_null(Stmt *stmt, int column)
{
    return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

GBytes *
stmt_bytes(Stmt *stmt, int column)
{
    const void *data = sqlite3_column_blob(stmt->handle, column);
    int size = sqlite3_column_bytes(stmt->handle, column);
    return g_bytes_new(data, (gsize)size);
}
