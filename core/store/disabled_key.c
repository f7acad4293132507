#include "core/store/disabled_key.h"

static const char add_sql[] =
    "INSERT INTO disabled_key (account, key, reason, created)"
    " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
static const char since_sql[] = "SELECT created, reason FROM disabled_key"
                                " WHERE account = $1 AND key = $2";
static const char remove_sql[] =
    "DELETE FROM disabled_key WHERE account = $1 AND key = $2";
static const char give_sql[] =
    "INSERT INTO given_key (contact, key)"
    " SELECT id, $3 FROM contact WHERE account = $1 AND match = $2"
    " ON CONFLICT DO NOTHING";
static const char told_sql[] =
    "UPDATE given_key SET told = 1 WHERE told = 0"
    " AND contact = (SELECT id FROM contact WHERE account = $1"
    " AND match = $2)"
    " AND key IN (SELECT key FROM disabled_key WHERE account = $1)";
#define TO_TELL                                                              \
    " FROM disabled_key AS d JOIN given_key AS g ON g.key = d.key"           \
    " JOIN contact AS c ON c.id = g.contact AND c.account = d.account"       \
    " WHERE d.account = $1 AND g.told = 0"
static const char to_tell_sql[] =
    "SELECT COALESCE(MAX(d.created), 0)" TO_TELL " AND c.match = $2";
static const char count_sql[] = "SELECT COUNT(DISTINCT c.id)" TO_TELL;

static Stmt *
prepare(Db *db, const char *sql, gint64 account, const char *text,
        GError **error)
{
    Stmt *st = db_prepare(db, sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    if (text != NULL)
        stmt_bind_text(st, 2, text);
    return st;
}

/* The first column of the one row there is. */
static gboolean
number(Stmt *st, gint64 *out, GError **error)
{
    gboolean row = FALSE;
    if (st == NULL || !stmt_step(st, &row, error))
        return FALSE;
    *out = row ? stmt_int(st, 0) : 0;
    return TRUE;
}

gboolean
disabled_key_add(Db *db, gint64 account, const char *key, const char *reason,
                 gint64 now, GError **error)
{
    g_autoptr(Stmt) st = prepare(db, add_sql, account, key, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 3, reason);
    stmt_bind_int(st, 4, now);
    return stmt_run(st, error);
}

gboolean
disabled_key_since(Db *db, gint64 account, const char *key, gint64 *since,
                   char **reason, GError **error)
{
    g_autoptr(Stmt) st = prepare(db, since_sql, account, key, error);
    if (!number(st, since, error))
        return FALSE;
    if (reason != NULL)
        *reason = *since != 0 ? g_strdup(stmt_text(st, 1)) : NULL;
    return TRUE;
}

gboolean
disabled_key_remove(Db *db, gint64 account, const char *key,
                    gboolean *removed, GError **error)
{
    g_autoptr(Stmt) st = prepare(db, remove_sql, account, key, error);
    if (st == NULL || !stmt_run(st, error))
        return FALSE;
    *removed = db_changes(db) > 0;
    return TRUE;
}

gboolean
given_key_add(Db *db, gint64 account, const char *match, const char *key,
              GError **error)
{
    g_autoptr(Stmt) st = prepare(db, give_sql, account, match, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 3, key);
    return stmt_run(st, error);
}

gboolean
given_key_told(Db *db, gint64 account, const char *match, GError **error)
{
    g_autoptr(Stmt) st = prepare(db, told_sql, account, match, error);
    return st != NULL && stmt_run(st, error);
}

gboolean
given_key_to_tell(Db *db, gint64 account, const char *match, gint64 *since,
                  GError **error)
{
    g_autoptr(Stmt) st = prepare(db, to_tell_sql, account, match, error);
    return number(st, since, error);
}

gboolean
given_key_count(Db *db, gint64 account, gint64 *count, GError **error)
{
    g_autoptr(Stmt) st = prepare(db, count_sql, account, NULL, error);
    return number(st, count, error);
}
