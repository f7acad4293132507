#include "core/store/seen_verdict.h"

static const char save_sql[] =
    "INSERT INTO seen_verdict"
    " (account, folder, uid_validity, uid, code, changed)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (account, folder, uid_validity, uid)"
    " DO UPDATE SET code = excluded.code, changed = excluded.changed";
/* A page of a mailbox, in one statement: each begins by locking. */
#define AT_ONCE 50
static const char load_sql[] =
    "SELECT uid, code FROM seen_verdict WHERE account = $1 AND folder = $2"
    " AND uid_validity = $3 AND uid IN ("
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
    "$19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, "
    "$33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, "
    "$47, $48, $49, $50, $51, $52, $53)";

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

/* The codes of the first of n; *took is how many those are. */
static gboolean
load_some(Stmt *st, const guint32 *uids, gsize n, GHashTable *codes,
          gsize *took, GError **error)
{
    gboolean row = FALSE;
    *took = MIN(n, AT_ONCE);
    /* What is left of the places is the last one again. */
    for (gsize i = 0; i < AT_ONCE; i++)
        stmt_bind_int(st, (int)(4 + i), uids[MIN(i, *took - 1)]);
    while (stmt_step(st, &row, error)) {
        if (!row) {
            stmt_reset(st);
            return TRUE;
        }
        g_hash_table_insert(codes, GUINT_TO_POINTER((guint)stmt_int(st, 0)),
                            g_strdup(stmt_text(st, 1)));
    }
    return FALSE;
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
    for (gsize took; n > 0; n -= took, uids += took)
        if (!load_some(st, uids, n, codes, &took, error))
            return NULL;
    return g_steal_pointer(&codes);
}
