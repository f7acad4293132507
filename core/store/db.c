#include "core/store/db.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/store/db_internal.h"
#include "core/store/schema.h"

#define BUSY_MILLISECONDS 5000

/* What was put off until the transaction is kept. */
typedef struct {
    DbAfter run;
    gpointer what;
    GDestroyNotify forget;
} Later;

static void
later_free(gpointer data)
{
    Later *later = data;
    if (later->forget != NULL)
        later->forget(later->what);
    g_free(later);
}

static void
statement_finalize(gpointer handle)
{
    sqlite3_finalize(handle);
}

/* SQLite's message names tables and columns, which are ours, and sometimes a
 * value of a schema file; still, one line. */
gboolean
db_fail(Db *db, GError **error)
{
    int code = sqlite3_extended_errcode(db->handle);
    AppError what = APP_ERROR_STORE;
    if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
        what = APP_ERROR_BUSY;
    else if (code == SQLITE_CONSTRAINT_UNIQUE ||
             code == SQLITE_CONSTRAINT_PRIMARYKEY)
        what = APP_ERROR_CONFLICT;

    g_autofree char *quoted =
        error_quote(sqlite3_errmsg(db->handle), -1, 200);
    g_set_error(error, APP_ERROR, what, "database: %s", quoted);
    return FALSE;
}

static gboolean
execute(Db *db, const char *sql, GError **error)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return db_fail(db, error);
    return TRUE;
}

/*
 * The file is made here, before SQLite would make it with the umask's mode;
 * its journal files take over its mode (SEC-60). It is never opened: closing
 * any descriptor of it would drop every lock that this process's other
 * connections hold on it (POSIX), and another process would then delete the
 * journal under them.
 */
static gboolean
prepare_file(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct stat status;
    const char *wrong = NULL;
    if (g_mkdir_with_parents(folder, 0700) != 0 || stat(folder, &status) != 0)
        wrong = g_strerror(errno);
    else if ((status.st_mode & 077) != 0)
        wrong = "others may enter its folder: chmod 700";
    if (wrong == NULL) {
        gboolean made = mknod(path, S_IFREG | 0600, 0) == 0;
        if ((!made && errno != EEXIST) || chmod(path, 0600) != 0)
            wrong = g_strerror(errno);
    }
    if (wrong == NULL)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "database %s: %s", path,
                wrong);
    return FALSE;
}

static gboolean
harden(Db *db, GError **error)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        int now = -1;
        if (sqlite3_db_config(db->handle, options[i].option, options[i].value,
                              &now) != SQLITE_OK ||
            now != options[i].value)
            return db_fail(db, error);
    }
    sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(db->handle, BUSY_MILLISECONDS);
    sqlite3_extended_result_codes(db->handle, 1);

    /* What is deleted is overwritten with zeros: content wiped at SENT must
     * not remain in free pages (SEC-57). */
    return execute(db,
                   "PRAGMA journal_mode = WAL;"
                   "PRAGMA synchronous = FULL;"
                   "PRAGMA secure_delete = ON;"
                   "PRAGMA temp_store = MEMORY;"
                   "PRAGMA journal_size_limit = 67108864;",
                   error);
}

static gboolean
schema_version(Db *db, gint64 *version, GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, "PRAGMA user_version", error);
    if (st == NULL || !stmt_step(st, &row, error))
        return FALSE;
    *version = row ? stmt_int(st, 0) : 0;
    return TRUE;
}

static gint64
known_version(const Db *db)
{
    gint64 known = 0;
    while (db->schema[known] != NULL)
        known++;
    return known;
}

static gboolean
apply_schema(Db *db, GError **error)
{
    gint64 version = 0;
    if (!schema_version(db, &version, error))
        return FALSE;
    for (; version < known_version(db); version++) {
        g_autofree char *stamp = g_strdup_printf(
            "PRAGMA user_version = %" G_GINT64_FORMAT, version + 1);
        if (!execute(db, db->schema[version], error) ||
            !execute(db, stamp, error))
            return FALSE;
    }
    return TRUE;
}

/* As a rule there is nothing to do, and then no lock is asked for. Inside the
 * transaction the version is read again: another process may be first. */
static gboolean
update_schema(Db *db, GError **error)
{
    gint64 version = 0;
    if (!schema_version(db, &version, error))
        return FALSE;
    if (version == known_version(db))
        return TRUE;
    if (version > known_version(db)) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                    "database: schema %" G_GINT64_FORMAT
                    " is of a later version than this program",
                    version);
        return FALSE;
    }
    if (!db_begin(db, error))
        return FALSE;
    if (apply_schema(db, error) && db_commit(db, error))
        return TRUE;
    db_rollback(db);
    return FALSE;
}

Db *
db_open(const char *path, GError **error)
{
    return db_open_as(path, schema_files, error);
}

Db *
db_open_as(const char *path, const char *const *schema, GError **error)
{
    if (strcmp(path, ":memory:") != 0 && !prepare_file(path, error))
        return NULL;

    g_autoptr(Db) db = g_new0(Db, 1);
    db->schema = schema;
    db->ready = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                      statement_finalize);
    db->later = g_ptr_array_new_with_free_func(later_free);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK) {
        db_fail(db, error);
        return NULL;
    }
    if (!harden(db, error) || !update_schema(db, error))
        return NULL;
    return g_steal_pointer(&db);
}

void
db_close(Db *db)
{
    if (db == NULL)
        return;
    g_hash_table_unref(db->ready);
    g_ptr_array_unref(db->later);
    int status = sqlite3_close(db->handle);
    /* A statement that outlives its connection is a fault of ours. */
    g_assert(status == SQLITE_OK);
    g_free(db);
}

gboolean
db_begin(Db *db, GError **error)
{
    return execute(db, "BEGIN IMMEDIATE", error);
}

gboolean
db_commit(Db *db, GError **error)
{
    if (!execute(db, "COMMIT", error))
        return FALSE;
    for (guint i = 0; i < db->later->len; i++) {
        const Later *later = g_ptr_array_index(db->later, i);
        later->run(later->what);
    }
    g_ptr_array_set_size(db->later, 0);
    return TRUE;
}

void
db_after_commit(Db *db, DbAfter run, gpointer what, GDestroyNotify forget)
{
    Later *later = g_new0(Later, 1);
    *later = (Later){run, what, forget};
    g_ptr_array_add(db->later, later);
    if (!sqlite3_get_autocommit(db->handle))
        return;
    /* Nothing to wait for: the statement before was a transaction. */
    run(what);
    g_ptr_array_set_size(db->later, 0);
}

void
db_rollback(Db *db)
{
    g_ptr_array_set_size(db->later, 0);
    /* SQLite rolls back by itself after some errors. */
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

void
db_settle(Db *db)
{
    /* Busy is no failure: the next checkpoint does it. */
    sqlite3_busy_timeout(db->handle, 200);
    sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                              NULL, NULL);
    sqlite3_busy_timeout(db->handle, BUSY_MILLISECONDS);
}

gint64
db_last_id(Db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

gint64
db_changes(Db *db)
{
    return sqlite3_changes64(db->handle);
}
