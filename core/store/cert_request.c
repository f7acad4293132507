#include "core/store/cert_request.h"

#include "core/base/error.h"

#define COLUMNS                                                              \
    "SELECT r.id, r.account, a.address, a.name, r.key, r.algorithm, r.csr,"  \
    " r.renews, r.state, r.reason, r.kid, r.decided_by,"                     \
    " COALESCE(r.decided, 0), r.created"                                     \
    " FROM cert_request AS r JOIN account AS a ON a.id = r.account"
/* Within the domains of the administrator $2; one without any has all. */
#define IN_SCOPE                                                             \
    " AND ($2 = 0 OR NOT EXISTS"                                             \
    " (SELECT 1 FROM account_scope WHERE account = $2) OR EXISTS"            \
    " (SELECT 1 FROM account_scope AS s WHERE s.account = $2"                \
    " AND s.domain = a.domain))"

static const char create_sql[] =
    "INSERT INTO cert_request (id, account, key, algorithm, csr, renews,"
    " state, reason, decided_by, decided, created)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10, 0), $11)";
static const char load_sql[] = COLUMNS " WHERE r.id = $1";
static const char of_key_sql[] =
    COLUMNS " WHERE r.key = $1 AND r.state NOT IN"
            " ('refused', 'cancelled')"
            " ORDER BY r.created DESC, r.id LIMIT 1";
static const char list_sql[] =
    COLUMNS " WHERE r.account = $1 ORDER BY r.created DESC, r.id LIMIT $2";
static const char in_state_sql[] = COLUMNS
    " WHERE r.state = $1" IN_SCOPE " ORDER BY r.created, r.id LIMIT $3";
static const char count_sql[] =
    "SELECT COUNT(*) FROM cert_request AS r"
    " JOIN account AS a ON a.id = r.account WHERE r.state = $1" IN_SCOPE;
static const char decide_sql[] =
    "UPDATE cert_request SET state = $3, reason = $4, decided_by = $5,"
    " decided = $6 WHERE id = $1 AND state = $2";
static const char issued_sql[] =
    "UPDATE cert_request SET state = 'issued', kid = $2,"
    " decided = COALESCE(decided, $3) WHERE id = $1 AND state = 'approved'";
static const char delete_all_sql[] = "DELETE FROM cert_request";

void
cert_request_free(CertRequest *request)
{
    if (request == NULL)
        return;
    g_free(request->id);
    g_free(request->address);
    g_free(request->person);
    g_free(request->key);
    g_free(request->algorithm);
    g_free(request->renews);
    g_free(request->state);
    g_free(request->reason);
    g_free(request->kid);
    g_free(request->decided_by);
    g_clear_pointer(&request->csr, g_bytes_unref);
    g_free(request);
}

static gpointer
row_read(Stmt *st)
{
    CertRequest *one = g_new0(CertRequest, 1);
    one->id = g_strdup(stmt_text(st, 0));
    one->account = stmt_int(st, 1);
    one->address = g_strdup(stmt_text(st, 2));
    one->person = g_strdup(stmt_text(st, 3));
    one->key = g_strdup(stmt_text(st, 4));
    one->algorithm = g_strdup(stmt_text(st, 5));
    one->csr = stmt_bytes(st, 6);
    one->renews = g_strdup(stmt_text(st, 7));
    one->state = g_strdup(stmt_text(st, 8));
    one->reason = g_strdup(stmt_text(st, 9));
    one->kid = g_strdup(stmt_text(st, 10));
    one->decided_by = g_strdup(stmt_text(st, 11));
    one->decided = stmt_int(st, 12);
    one->created = stmt_int(st, 13);
    return one;
}

gboolean
cert_request_create(Db *db, const CertRequest *request, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, request->id);
    stmt_bind_int(st, 2, request->account);
    stmt_bind_text(st, 3, request->key);
    stmt_bind_text(st, 4, request->algorithm);
    stmt_bind_bytes(st, 5, request->csr);
    stmt_bind_text(st, 6, request->renews);
    stmt_bind_text(st, 7, request->state);
    stmt_bind_text(st, 8, request->reason);
    stmt_bind_text(st, 9, request->decided_by);
    stmt_bind_int(st, 10, request->decided);
    stmt_bind_int(st, 11, request->created);
    return stmt_run(st, error);
}

CertRequest *
cert_request_load(Db *db, const char *id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, load_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, id);
    return stmt_need_row(st, "certificate request", error) ? row_read(st)
                                                           : NULL;
}

CertRequest *
cert_request_of_key(Db *db, const char *key, GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, of_key_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, key);
    return stmt_step(st, &row, error) && row ? row_read(st) : NULL;
}

GPtrArray *
cert_request_list(Db *db, gint64 account, guint limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, limit);
    return stmt_rows(st, row_read, (GDestroyNotify)cert_request_free, error);
}

GPtrArray *
cert_request_in_state(Db *db, const char *state, gint64 scope, guint limit,
                      GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, in_state_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, state);
    stmt_bind_int(st, 2, scope);
    stmt_bind_int(st, 3, limit);
    return stmt_rows(st, row_read, (GDestroyNotify)cert_request_free, error);
}

gboolean
cert_request_count(Db *db, const char *state, gint64 scope, gint64 *count,
                   GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, count_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, state);
    stmt_bind_int(st, 2, scope);
    if (!stmt_need_row(st, "count", error))
        return FALSE;
    *count = stmt_int(st, 0);
    return TRUE;
}

static gboolean
need_change(Db *db, GError **error)
{
    if (db_changes(db) == 1)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "certificate request: it was decided already");
    return FALSE;
}

gboolean
cert_request_decide(Db *db, const char *id, const char *from, const char *to,
                    const char *reason, const char *by, gint64 now,
                    GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, decide_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, id);
    stmt_bind_text(st, 2, from);
    stmt_bind_text(st, 3, to);
    stmt_bind_text(st, 4, reason);
    stmt_bind_text(st, 5, by);
    stmt_bind_int(st, 6, now);
    return stmt_run(st, error) && need_change(db, error);
}

gboolean
cert_request_issued(Db *db, const char *id, const char *kid, gint64 now,
                    GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, issued_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, id);
    stmt_bind_text(st, 2, kid);
    stmt_bind_int(st, 3, now);
    return stmt_run(st, error) && need_change(db, error);
}

gboolean
cert_request_delete_all(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, delete_all_sql, error);
    return st != NULL && stmt_run(st, error);
}
