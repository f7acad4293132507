#include "core/store/envelope_seen.h"

/* The first of several readers at once decides, whatever the order in which
 * they look afterwards. */
static const char save_sql[] =
    "INSERT INTO envelope_seen (account, key_hash, content_hash, created)"
    " VALUES ($1, $2, $3, $4) ON CONFLICT (account, key_hash) DO NOTHING";
static const char find_sql[] = "SELECT content_hash FROM envelope_seen"
                               " WHERE account = $1 AND key_hash = $2";

static gboolean
find(Db *db, gint64 account, const char *key_hash, char **content_hash,
     GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, key_hash);
    if (!stmt_step(st, &row, error))
        return FALSE;
    *content_hash = row ? g_strdup(stmt_text(st, 0)) : NULL;
    return TRUE;
}

static gboolean
save(Db *db, gint64 account, const char *key_hash, const char *content_hash,
     gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, save_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, key_hash);
    stmt_bind_text(st, 3, content_hash);
    stmt_bind_int(st, 4, now);
    return stmt_run(st, error);
}

/* A message opened again needs no lock: it is looked for first. */
gboolean
envelope_seen_check(Db *db, gint64 account, const char *key_hash,
                    const char *content_hash, gint64 now, gboolean *copied,
                    GError **error)
{
    g_autofree char *first = NULL;
    *copied = TRUE;
    if (!find(db, account, key_hash, &first, error))
        return FALSE;
    if (first == NULL &&
        (!save(db, account, key_hash, content_hash, now, error) ||
         !find(db, account, key_hash, &first, error)))
        return FALSE;
    *copied = g_strcmp0(first, content_hash) != 0;
    return TRUE;
}
