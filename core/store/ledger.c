#include "core/store/ledger.h"

#define AUTHORITY                                                            \
    "SELECT id, request, name, crl_url, der, key, created, crl_number, crl," \
    " crl_this, crl_next, retired FROM authority"
#define CERT                                                                 \
    "SELECT serial, request, content, der, not_after,"                       \
    " COALESCE(revoked, 0), reason FROM certificate"

static const char schema_1_sql[] =
    "CREATE TABLE authority ("
    " id INTEGER PRIMARY KEY, request TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, crl_url TEXT NOT NULL, der BLOB NOT NULL,"
    " key TEXT NOT NULL, created INTEGER NOT NULL,"
    " crl_number INTEGER NOT NULL DEFAULT 0, crl BLOB,"
    " crl_this INTEGER NOT NULL DEFAULT 0,"
    " crl_next INTEGER NOT NULL DEFAULT 0,"
    " retired INTEGER, retired_by TEXT UNIQUE) STRICT;"
    /* One is in use at a time. */
    "CREATE UNIQUE INDEX authority_in_use ON authority ((1))"
    " WHERE retired IS NULL;"
    "CREATE TABLE certificate ("
    " serial TEXT PRIMARY KEY,"
    " authority INTEGER NOT NULL REFERENCES authority (id),"
    " request TEXT NOT NULL UNIQUE, content TEXT NOT NULL,"
    " der BLOB NOT NULL, not_after INTEGER NOT NULL,"
    " created INTEGER NOT NULL, revoked INTEGER,"
    " reason INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;"
    "CREATE INDEX certificate_revoked ON certificate (authority, serial)"
    " WHERE revoked IS NOT NULL;";

static const char create_sql[] =
    "INSERT INTO authority (request, name, crl_url, der, key, created)"
    " VALUES ($1, $2, $3, $4, $5, $6)";
static const char find_sql[] = AUTHORITY " WHERE retired IS NULL";
static const char of_sql[] = AUTHORITY " WHERE request = $1";
static const char retire_sql[] =
    "UPDATE authority SET key = $2, retired_by = $3, retired = $4"
    " WHERE id = $1";
static const char retired_sql[] =
    "SELECT key FROM authority WHERE retired_by = $1";
static const char keys_sql[] = "SELECT key FROM authority";
static const char crl_sql[] =
    "UPDATE authority SET crl_number = $2, crl = $3, crl_this = $4,"
    " crl_next = $5 WHERE id = $1";
static const char cert_of_sql[] = CERT " WHERE request = $1";
static const char cert_sql[] = CERT " WHERE serial = $1 AND authority = $2";
static const char cert_create_sql[] =
    "INSERT INTO certificate (serial, authority, request, content, der,"
    " not_after, created) VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char revoke_sql[] =
    "UPDATE certificate SET revoked = $2, reason = $3 WHERE serial = $1";
static const char revoked_sql[] =
    CERT " WHERE authority = $1 AND revoked IS NOT NULL AND not_after >= $2"
         " ORDER BY serial";
static const char count_sql[] =
    "SELECT COUNT(*), COUNT(revoked) FROM certificate WHERE authority = $1";

Db *
ledger_open(const char *path, GError **error)
{
    static const char *const schema[] = {schema_1_sql, NULL};
    return db_open_as(path, schema, error);
}

void
ledger_authority_free(LedgerAuthority *authority)
{
    if (authority == NULL)
        return;
    g_free(authority->request);
    g_free(authority->name);
    g_free(authority->crl_url);
    g_free(authority->key);
    g_clear_pointer(&authority->der, g_bytes_unref);
    g_clear_pointer(&authority->crl, g_bytes_unref);
    g_free(authority);
}

void
ledger_cert_free(LedgerCert *cert)
{
    if (cert == NULL)
        return;
    g_free(cert->serial);
    g_free(cert->request);
    g_free(cert->content);
    g_clear_pointer(&cert->der, g_bytes_unref);
    g_free(cert);
}

/* Runs st, of which the row may be missing. */
static LedgerAuthority *
authority_read(Stmt *st, gboolean *retired, GError **error)
{
    gboolean row = FALSE;
    if (!stmt_step(st, &row, error) || !row)
        return NULL;
    LedgerAuthority *one = g_new0(LedgerAuthority, 1);
    one->id = stmt_int(st, 0);
    one->request = g_strdup(stmt_text(st, 1));
    one->name = g_strdup(stmt_text(st, 2));
    one->crl_url = g_strdup(stmt_text(st, 3));
    one->der = stmt_bytes(st, 4);
    one->key = g_strdup(stmt_text(st, 5));
    one->created = stmt_int(st, 6);
    one->crl_number = stmt_int(st, 7);
    if (one->crl_number > 0)
        one->crl = stmt_bytes(st, 8);
    one->crl_this = stmt_int(st, 9);
    one->crl_next = stmt_int(st, 10);
    *retired = stmt_int(st, 11) != 0;
    return one;
}

static gpointer
cert_read(Stmt *st)
{
    LedgerCert *cert = g_new0(LedgerCert, 1);
    cert->serial = g_strdup(stmt_text(st, 0));
    cert->request = g_strdup(stmt_text(st, 1));
    cert->content = g_strdup(stmt_text(st, 2));
    cert->der = stmt_bytes(st, 3);
    cert->not_after = stmt_int(st, 4);
    cert->revoked = stmt_int(st, 5);
    cert->reason = stmt_int(st, 6);
    return cert;
}

gboolean
ledger_authority_create(Db *db, const LedgerAuthority *authority,
                        GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, authority->request);
    stmt_bind_text(st, 2, authority->name);
    stmt_bind_text(st, 3, authority->crl_url);
    stmt_bind_bytes(st, 4, authority->der);
    stmt_bind_text(st, 5, authority->key);
    stmt_bind_int(st, 6, authority->created);
    return stmt_run(st, error);
}

LedgerAuthority *
ledger_authority_find(Db *db, GError **error)
{
    gboolean retired = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    return st != NULL ? authority_read(st, &retired, error) : NULL;
}

LedgerAuthority *
ledger_authority_of(Db *db, const char *request, gboolean *retired,
                    GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, of_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, request);
    return authority_read(st, retired, error);
}

gboolean
ledger_authority_retire(Db *db, gint64 id, const char *key,
                        const char *request, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, retire_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_text(st, 2, key);
    stmt_bind_text(st, 3, request);
    stmt_bind_int(st, 4, now);
    return stmt_run(st, error);
}

gboolean
ledger_authority_retired(Db *db, const char *request, char **key,
                         GError **error)
{
    gboolean row = FALSE;
    *key = NULL;
    g_autoptr(Stmt) st = db_prepare(db, retired_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, request);
    if (!stmt_step(st, &row, error))
        return FALSE;
    if (row)
        *key = g_strdup(stmt_text(st, 0));
    return TRUE;
}

GPtrArray *
ledger_keys(Db *db, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Stmt) st = db_prepare(db, keys_sql, error);
    gboolean row = st != NULL;
    while (row) {
        if (!stmt_step(st, &row, error))
            return NULL;
        if (row)
            g_ptr_array_add(keys, g_strdup(stmt_text(st, 0)));
    }
    return st != NULL ? g_steal_pointer(&keys) : NULL;
}

gboolean
ledger_set_crl(Db *db, gint64 id, gint64 number, GBytes *der,
               gint64 this_update, gint64 next_update, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, crl_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_int(st, 2, number);
    stmt_bind_bytes(st, 3, der);
    stmt_bind_int(st, 4, this_update);
    stmt_bind_int(st, 5, next_update);
    return stmt_run(st, error);
}

LedgerCert *
ledger_cert_of(Db *db, const char *request, GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, cert_of_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, request);
    return stmt_step(st, &row, error) && row ? cert_read(st) : NULL;
}

gboolean
ledger_cert_create(Db *db, gint64 authority, const LedgerCert *cert,
                   gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, cert_create_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, cert->serial);
    stmt_bind_int(st, 2, authority);
    stmt_bind_text(st, 3, cert->request);
    stmt_bind_text(st, 4, cert->content);
    stmt_bind_bytes(st, 5, cert->der);
    stmt_bind_int(st, 6, cert->not_after);
    stmt_bind_int(st, 7, now);
    return stmt_run(st, error);
}

gboolean
ledger_cert_revoke(Db *db, gint64 authority, const char *serial,
                   gint64 reason, gint64 now, gboolean *changed,
                   GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, cert_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, serial);
    stmt_bind_int(st, 2, authority);
    if (!stmt_need_row(st, "certificate in the ledger", error))
        return FALSE;
    g_autoptr(LedgerCert) cert = cert_read(st);
    stmt_reset(st);
    *changed = cert->revoked == 0;
    if (!*changed)
        return TRUE;
    g_autoptr(Stmt) write = db_prepare(db, revoke_sql, error);
    if (write == NULL)
        return FALSE;
    stmt_bind_text(write, 1, serial);
    stmt_bind_int(write, 2, now);
    stmt_bind_int(write, 3, reason);
    return stmt_run(write, error);
}

GPtrArray *
ledger_revoked(Db *db, gint64 authority, gint64 since, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, revoked_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, authority);
    stmt_bind_int(st, 2, since);
    return stmt_rows(st, cert_read, (GDestroyNotify)ledger_cert_free, error);
}

gboolean
ledger_count(Db *db, gint64 authority, gint64 *issued, gint64 *revoked,
             GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, count_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, authority);
    if (!stmt_need_row(st, "ledger", error))
        return FALSE;
    *issued = stmt_int(st, 0);
    *revoked = stmt_int(st, 1);
    return TRUE;
}
