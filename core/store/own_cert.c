#include "core/store/own_cert.h"

#define COLUMNS "SELECT kid, der, chain, created FROM own_cert"

/* Posted again, a certificate keeps its place; its chain may be better. */
static const char save_sql[] =
    "INSERT INTO own_cert (account, kid, der, chain, created)"
    " VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (account, kid) DO UPDATE SET chain = excluded.chain";
static const char get_sql[] = COLUMNS " WHERE account = $1 AND kid = $2";
static const char list_sql[] =
    COLUMNS " WHERE account = $1 ORDER BY created DESC, kid";
static const char unread_sql[] = COLUMNS " WHERE not_after = 0 LIMIT $1";
static const char end_sql[] =
    "UPDATE own_cert SET not_after = $2 WHERE kid = $1";
static const char delete_sql[] =
    "DELETE FROM own_cert WHERE account = $1 AND kid = $2";

void
own_cert_free(OwnCert *cert)
{
    if (cert == NULL)
        return;
    g_free(cert->kid);
    g_clear_pointer(&cert->der, g_bytes_unref);
    g_clear_pointer(&cert->chain, g_bytes_unref);
    g_free(cert);
}

static gpointer
own_cert_from_row(Stmt *st)
{
    OwnCert *cert = g_new0(OwnCert, 1);
    cert->kid = g_strdup(stmt_text(st, 0));
    cert->der = stmt_bytes(st, 1);
    cert->chain = stmt_bytes(st, 2);
    cert->created = stmt_int(st, 3);
    return cert;
}

gboolean
own_cert_save(Db *db, gint64 account, const char *kid, GBytes *der,
              GBytes *chain, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, save_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, kid);
    stmt_bind_bytes(st, 3, der);
    stmt_bind_bytes(st, 4, chain);
    stmt_bind_int(st, 5, now);
    return stmt_run(st, error);
}

OwnCert *
own_cert_get(Db *db, gint64 account, const char *kid, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, get_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, kid);
    if (!stmt_need_row(st, "certificate of this account", error))
        return NULL;
    return own_cert_from_row(st);
}

/* Steps through st, whose values are bound. */
static GPtrArray *
read_all(Stmt *st, GError **error)
{
    return stmt_rows(st, own_cert_from_row, (GDestroyNotify)own_cert_free,
                     error);
}

GPtrArray *
own_cert_unread(Db *db, guint limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, unread_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, limit);
    return read_all(st, error);
}

gboolean
own_cert_set_end(Db *db, const char *kid, gint64 not_after, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, end_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, kid);
    stmt_bind_int(st, 2, not_after);
    return stmt_run(st, error);
}

GPtrArray *
own_cert_list(Db *db, gint64 account, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    return read_all(st, error);
}

gboolean
own_cert_delete(Db *db, gint64 account, const char *kid, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, delete_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, kid);
    return stmt_run(st, error);
}
