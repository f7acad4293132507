/*
 * SQLite, and its only home besides the modules beside it. A Db is one
 * connection, used by one thread. WAL, synchronous FULL, foreign keys on,
 * DEFENSIVE, trusted_schema off; file 0600 in a folder 0700 (SEC-52, 60).
 */
#ifndef SCEAU_STORE_DB_H
#define SCEAU_STORE_DB_H

#include <glib.h>

typedef struct Db Db;
typedef struct Stmt Stmt;

/* ":memory:" for tests. Applies the numbered schema files (compiled in). */
Db *db_open(const char *path, GError **error);
/* Another program's own database: schema is NULL-terminated, each text what
 * the next version adds, and outlives the Db. */
Db *db_open_as(const char *path, const char *const *schema, GError **error);
void db_close(Db *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)

/* BEGIN IMMEDIATE; every begin is ended by commit or rollback. */
gboolean db_begin(Db *db, GError **error);
gboolean db_commit(Db *db, GError **error);
void db_rollback(Db *db);

typedef void (*DbAfter)(gpointer what);
/* Runs run(what) once the transaction is kept, at once outside of one; never
 * when it is rolled back. forget, or NULL, frees what. */
void db_after_commit(Db *db, DbAfter run, gpointer what,
                     GDestroyNotify forget);

Stmt *db_prepare(Db *db, const char *sql, GError **error);
void stmt_free(Stmt *stmt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stmt, stmt_free)
/* Value number index, $1 being the first; NULL text or bytes is NULL. */
void stmt_bind_int(Stmt *stmt, int index, gint64 value);
void stmt_bind_text(Stmt *stmt, int index, const char *text);
void stmt_bind_bytes(Stmt *stmt, int index, GBytes *bytes); /* borrowed */
/* One step: TRUE with *row TRUE while there are rows. */
gboolean stmt_step(Stmt *stmt, gboolean *row, GError **error);
/* Ready to be bound and run again. */
void stmt_reset(Stmt *stmt);
gboolean stmt_run(Stmt *stmt, GError **error); /* expects no row */
/* The same, and APP_ERROR_NOT_FOUND "no such <what>" when nothing changed. */
gboolean stmt_run_on(Stmt *stmt, const char *what, GError **error);
/* What read makes of each row to the last, freed by clear with the array. */
GPtrArray *stmt_rows(Stmt *stmt, gpointer (*read)(Stmt *row),
                     GDestroyNotify clear, GError **error);
/* The first column of each row to the last, for g_strfreev. */
char **stmt_texts(Stmt *stmt, GError **error);
/* APP_ERROR_NOT_FOUND "no such <what>" when there is no row. */
gboolean stmt_need_row(Stmt *stmt, const char *what, GError **error);
gint64 stmt_int(Stmt *stmt, int column);
const char *stmt_text(Stmt *stmt, int column); /* borrowed until next step */
gboolean stmt_is_null(Stmt *stmt, int column);
GBytes *stmt_bytes(Stmt *stmt, int column);
/* Nothing of what was deleted is left in the journal beside the file; as far
 * as nobody else is reading it just then. */
void db_settle(Db *db);
gint64 db_last_id(Db *db);
gint64 db_changes(Db *db);
#endif
