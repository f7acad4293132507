#include "core/store/audit.h"

static const char add_sql[] =
    "INSERT INTO audit (account, actor, act, detail, created)"
    " VALUES (NULLIF($1, 0), $2, $3, $4, $5)";

gboolean
audit_add(Db *db, gint64 account, const char *actor, const char *act,
          const char *detail, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, add_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, actor);
    stmt_bind_text(st, 3, act);
    stmt_bind_text(st, 4, detail);
    stmt_bind_int(st, 5, now);
    return stmt_run(st, error);
}
