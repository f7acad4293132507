#include "core/store/figures.h"

/* $1: the scope. */
#define WITHIN                                                               \
    " ($1 = 0 OR a.domain IN"                                                \
    " (SELECT domain FROM account_scope WHERE account = $1))"
#define ENDING                                                               \
    " FROM own_cert o JOIN account a ON a.id = o.account"                    \
    " WHERE o.not_after >= $2 AND o.not_after < $3 AND NOT EXISTS"           \
    " (SELECT 1 FROM own_cert later WHERE later.account = o.account"         \
    " AND (later.not_after > o.not_after OR (later.not_after = o.not_after"  \
    " AND later.kid > o.kid))) AND" WITHIN

static const char accounts_sql[] =
    "SELECT allowed, enabled, COUNT(*) FROM account a WHERE" WITHIN
    " GROUP BY allowed, enabled";
static const char ending_sql[] = "SELECT COUNT(*)" ENDING;
static const char ending_list_sql[] =
    "SELECT o.account, o.not_after, a.address" ENDING
    " ORDER BY o.not_after, a.address LIMIT $4";
static const char sessions_sql[] = "SELECT COUNT(*) FROM session";
static const char outbox_sql[] =
    "SELECT state, COUNT(*) FROM outbox GROUP BY state";
static const char audit_sql[] = "SELECT id FROM audit_end WHERE one = 1";

gboolean
figures_accounts(Db *db, gint64 scope, FigureAccounts *out, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, accounts_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, scope);
    *out = (FigureAccounts){0};
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return TRUE;
        if (stmt_int(st, 0) == 0)
            out->forbidden += stmt_int(st, 2);
        else if (stmt_int(st, 1) == 0)
            out->off = stmt_int(st, 2);
        else
            out->on = stmt_int(st, 2);
    }
    return FALSE;
}

void
figure_end_free(FigureEnd *end)
{
    if (end == NULL)
        return;
    g_free(end->address);
    g_free(end);
}

gboolean
figures_ending(Db *db, gint64 scope, gint64 from, gint64 until, gint64 *count,
               GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, ending_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, scope);
    stmt_bind_int(st, 2, from);
    stmt_bind_int(st, 3, until);
    if (!stmt_need_row(st, "count", error))
        return FALSE;
    *count = stmt_int(st, 0);
    return TRUE;
}

static gpointer
end_from_row(Stmt *st)
{
    FigureEnd *end = g_new0(FigureEnd, 1);
    end->account = stmt_int(st, 0);
    end->not_after = stmt_int(st, 1);
    end->address = g_strdup(stmt_text(st, 2));
    return end;
}

GPtrArray *
figures_ending_list(Db *db, gint64 scope, gint64 from, gint64 until,
                    guint limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, ending_list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, scope);
    stmt_bind_int(st, 2, from);
    stmt_bind_int(st, 3, until);
    stmt_bind_int(st, 4, limit);
    return stmt_rows(st, end_from_row, (GDestroyNotify)figure_end_free,
                     error);
}

static gboolean
count_one(Db *db, const char *sql, gint64 *count, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL || !stmt_need_row(st, "count", error))
        return FALSE;
    *count = stmt_int(st, 0);
    return TRUE;
}

gboolean
figures_sessions(Db *db, gint64 *count, GError **error)
{
    return count_one(db, sessions_sql, count, error);
}

gboolean
figures_audit_rows(Db *db, gint64 *count, GError **error)
{
    return count_one(db, audit_sql, count, error);
}

gboolean
figures_outbox(Db *db, gint64 counts[5], GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, outbox_sql, error);
    if (st == NULL)
        return FALSE;
    for (gsize i = 0; i < 5; i++)
        counts[i] = 0;
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return TRUE;
        gint64 state = stmt_int(st, 0);
        if (state >= 0 && state < 5)
            counts[state] = stmt_int(st, 1);
    }
    return FALSE;
}
