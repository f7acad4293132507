#include "core/store/trust_cert.h"

#include "core/base/error.h"

#define COLUMNS                                                              \
    "SELECT kid, role, name, der, purpose, added_by, created, withdrawn"     \
    " FROM trust_cert"

static const char save_sql[] =
    "INSERT INTO trust_cert (kid, role, name, der, purpose, added_by,"
    " created) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (kid) DO UPDATE SET role = excluded.role,"
    " name = excluded.name, purpose = excluded.purpose,"
    " added_by = excluded.added_by, created = excluded.created,"
    " withdrawn = NULL";
static const char rename_sql[] =
    "UPDATE trust_cert SET name = $2 WHERE kid = $1 AND withdrawn IS NULL";
static const char withdraw_sql[] = "UPDATE trust_cert SET withdrawn = $2"
                                   " WHERE kid = $1 AND withdrawn IS NULL";
static const char find_sql[] = COLUMNS " WHERE kid = $1";
static const char list_sql[] =
    COLUMNS " ORDER BY withdrawn IS NOT NULL, role, name, kid";
static const char version_sql[] =
    "SELECT version, edition FROM trust_version";
static const char bump_sql[] =
    "UPDATE trust_version SET version = version + 1, edition = edition + $1";

void
trust_cert_free(TrustCert *cert)
{
    if (cert == NULL)
        return;
    g_free(cert->kid);
    g_free(cert->role);
    g_free(cert->name);
    g_clear_pointer(&cert->der, g_bytes_unref);
    g_free(cert->purpose);
    g_free(cert->added_by);
    g_free(cert);
}

static gpointer
trust_cert_from_row(Stmt *st)
{
    TrustCert *cert = g_new0(TrustCert, 1);
    cert->kid = g_strdup(stmt_text(st, 0));
    cert->role = g_strdup(stmt_text(st, 1));
    cert->name = g_strdup(stmt_text(st, 2));
    cert->der = stmt_bytes(st, 3);
    cert->purpose = g_strdup(stmt_text(st, 4));
    cert->added_by = g_strdup(stmt_text(st, 5));
    cert->created = stmt_int(st, 6);
    cert->withdrawn = stmt_int(st, 7);
    return cert;
}

gboolean
trust_cert_save(Db *db, const TrustCert *cert, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, save_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, cert->kid);
    stmt_bind_text(st, 2, cert->role);
    stmt_bind_text(st, 3, cert->name);
    stmt_bind_bytes(st, 4, cert->der);
    stmt_bind_text(st, 5, cert->purpose);
    stmt_bind_text(st, 6, cert->added_by);
    stmt_bind_int(st, 7, now);
    return stmt_run(st, error) && trust_version_bump(db, TRUE, error);
}

/* Runs a change of one that is in force. */
static gboolean
change(Db *db, Stmt *st, GError **error)
{
    return stmt_run_on(st, "certificate among the trusted", error) &&
           trust_version_bump(db, TRUE, error);
}

gboolean
trust_cert_rename(Db *db, const char *kid, const char *name, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, rename_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, kid);
    stmt_bind_text(st, 2, name);
    return change(db, st, error);
}

gboolean
trust_cert_withdraw(Db *db, const char *kid, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, withdraw_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, kid);
    stmt_bind_int(st, 2, now);
    return change(db, st, error);
}

TrustCert *
trust_cert_find(Db *db, const char *kid, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, kid);
    return stmt_step(st, &row, error) && row ? trust_cert_from_row(st) : NULL;
}

GPtrArray *
trust_cert_list(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    return stmt_rows(st, trust_cert_from_row, (GDestroyNotify)trust_cert_free,
                     error);
}

gboolean
trust_version_load(Db *db, gint64 *version, gint64 *edition, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, version_sql, error);
    if (st == NULL || !stmt_need_row(st, "version of the trusted", error))
        return FALSE;
    if (version != NULL)
        *version = stmt_int(st, 0);
    if (edition != NULL)
        *edition = stmt_int(st, 1);
    return TRUE;
}

gboolean
trust_version_bump(Db *db, gboolean by_administrator, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, bump_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, by_administrator ? 1 : 0);
    return stmt_run(st, error);
}

gboolean
trust_edition_need(Db *db, gint64 edition, GError **error)
{
    gint64 now = 0;
    if (edition == 0)
        return TRUE;
    if (!trust_version_load(db, NULL, &now, error))
        return FALSE;
    if (now == edition)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "another administrator changed what is trusted");
    return FALSE;
}
