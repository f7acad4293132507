#include "core/store/seen_verdict.h"

static const char save_sql[] =
    "INSERT INTO seen_verdict"
    " (account, folder, uid_validity, uid, code, changed)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (account, folder, uid_validity, uid)"
    " DO UPDATE SET code = excluded.code, changed = excluded.changed";
static const char load_sql[] =
    "SELECT code FROM seen_verdict WHERE account = $1 AND folder = $2"
    " AND uid_validity = $3 AND uid = $4";

gboolean
seen_verdict_save(Db *db, gint64 account, const char *folder,
                  guint32 uid_validity, guint32 uid, const char *code,
                  gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, save_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, folder);
    stmt_bind_int(st, 3, uid_validity);
    stmt_bind_int(st, 4, uid);
    stmt_bind_text(st, 5, code);
    stmt_bind_int(st, 6, now);
    return stmt_run(st, error);
}

GHashTable *
seen_verdict_load(Db *db, gint64 account, const char *folder,
                  guint32 uid_validity, const guint32 *uids, gsize n,
                  GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, load_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, folder);
    stmt_bind_int(st, 3, uid_validity);

    g_autoptr(GHashTable) codes =
        g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (gsize i = 0; i < n; i++) {
        gboolean row = FALSE;
        stmt_bind_int(st, 4, uids[i]);
        if (!stmt_step(st, &row, error))
            return NULL;
        if (row)
            g_hash_table_insert(codes, GUINT_TO_POINTER(uids[i]),
                                g_strdup(stmt_text(st, 0)));
        stmt_reset(st);
    }
    return g_steal_pointer(&codes);
}
