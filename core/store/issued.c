#include "core/store/issued.h"

#define COLUMNS                                                              \
    "SELECT serial, kid, request, account, address, key, algorithm, der,"    \
    " not_after, COALESCE(revoked, 0), reason, published, created"           \
    " FROM issued"
#define IN_SCOPE                                                             \
    " AND ($2 = 0 OR NOT EXISTS"                                             \
    " (SELECT 1 FROM account_scope WHERE account = $2) OR EXISTS"            \
    " (SELECT 1 FROM account_scope AS s WHERE s.account = $2"                \
    " AND s.domain = lower(substr(address, instr(address, '@') + 1))))"

static const char create_sql[] =
    "INSERT INTO issued (serial, kid, request, account, address, key,"
    " algorithm, der, not_after, created)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
static const char find_sql[] = COLUMNS " WHERE kid = $1";
static const char revoke_sql[] =
    "UPDATE issued SET revoked = $2, reason = $3, published = 0"
    " WHERE serial = $1 AND revoked IS NULL";
static const char published_sql[] =
    "UPDATE issued SET published = 1 WHERE serial = $1";
static const char unpublished_sql[] =
    COLUMNS " WHERE revoked IS NOT NULL AND published = 0"
            " ORDER BY serial LIMIT $1";
static const char list_sql[] =
    COLUMNS " WHERE ($1 = '' OR substr(address, 1, length($1)) = $1"
            " OR substr(kid, 1, length($1)) = $1"
            " OR substr(serial, 1, length($1)) = $1)" IN_SCOPE
            " ORDER BY created DESC, serial LIMIT $3 OFFSET $4";
static const char count_sql[] = "SELECT COUNT(*), COUNT(revoked) FROM issued";
static const char delete_all_sql[] = "DELETE FROM issued";

void
issued_free(Issued *issued)
{
    if (issued == NULL)
        return;
    g_free(issued->serial);
    g_free(issued->kid);
    g_free(issued->request);
    g_free(issued->address);
    g_free(issued->key);
    g_free(issued->algorithm);
    g_clear_pointer(&issued->der, g_bytes_unref);
    g_free(issued);
}

static gpointer
row_read(Stmt *st)
{
    Issued *one = g_new0(Issued, 1);
    one->serial = g_strdup(stmt_text(st, 0));
    one->kid = g_strdup(stmt_text(st, 1));
    one->request = g_strdup(stmt_text(st, 2));
    one->account = stmt_int(st, 3);
    one->address = g_strdup(stmt_text(st, 4));
    one->key = g_strdup(stmt_text(st, 5));
    one->algorithm = g_strdup(stmt_text(st, 6));
    one->der = stmt_bytes(st, 7);
    one->not_after = stmt_int(st, 8);
    one->revoked = stmt_int(st, 9);
    one->reason = stmt_int(st, 10);
    one->published = stmt_int(st, 11) != 0;
    one->created = stmt_int(st, 12);
    return one;
}

gboolean
issued_create(Db *db, const Issued *issued, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, issued->serial);
    stmt_bind_text(st, 2, issued->kid);
    stmt_bind_text(st, 3, issued->request);
    stmt_bind_int(st, 4, issued->account);
    stmt_bind_text(st, 5, issued->address);
    stmt_bind_text(st, 6, issued->key);
    stmt_bind_text(st, 7, issued->algorithm);
    stmt_bind_bytes(st, 8, issued->der);
    stmt_bind_int(st, 9, issued->not_after);
    stmt_bind_int(st, 10, issued->created);
    return stmt_run(st, error);
}

Issued *
issued_find(Db *db, const char *kid, GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, kid);
    return stmt_step(st, &row, error) && row ? row_read(st) : NULL;
}

gboolean
issued_revoke(Db *db, const char *serial, gint64 reason, gint64 now,
              GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, revoke_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, serial);
    stmt_bind_int(st, 2, now);
    stmt_bind_int(st, 3, reason);
    return stmt_run(st, error);
}

gboolean
issued_published(Db *db, const char *serial, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, published_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, serial);
    return stmt_run(st, error);
}

GPtrArray *
issued_unpublished(Db *db, guint limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, unpublished_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, limit);
    return stmt_rows(st, row_read, (GDestroyNotify)issued_free, error);
}

GPtrArray *
issued_list(Db *db, const IssuedQuery *query, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, query->words != NULL ? query->words : "");
    stmt_bind_int(st, 2, query->scope);
    stmt_bind_int(st, 3, query->limit);
    stmt_bind_int(st, 4, query->offset);
    return stmt_rows(st, row_read, (GDestroyNotify)issued_free, error);
}

gboolean
issued_count(Db *db, gint64 *all, gint64 *revoked, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, count_sql, error);
    if (st == NULL || !stmt_need_row(st, "count", error))
        return FALSE;
    *all = stmt_int(st, 0);
    *revoked = stmt_int(st, 1);
    return TRUE;
}

gboolean
issued_delete_all(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, delete_all_sql, error);
    return st != NULL && stmt_run(st, error);
}
