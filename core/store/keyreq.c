#include "core/store/keyreq.h"

#include "core/base/error.h"
#include "core/base/secret.h"

/* After this long nobody needs to be told that it was late. */
#define REMEMBERED (24 * 3600)
/* A spool this old that no row owns was left by a worker that died. */
#define ORPHANED 3600

static const char create_sql[] =
    "INSERT INTO keyreq"
    " (name, account, session, kind, resume, spool, expires)"
    " VALUES ($1, $2, $3, $4, $5, NULLIF($6, 0), $7)";
static const char peek_sql[] =
    "SELECT kind, resume, COALESCE(spool, 0), expires FROM keyreq"
    " WHERE name = $1 AND account = $2 AND session = $3";
static const char remove_sql[] = "DELETE FROM keyreq WHERE name = $1";
static const char sweep_spools_sql[] =
    "DELETE FROM spool WHERE id IN"
    " (SELECT spool FROM keyreq WHERE expires <= $1)"
    " AND id NOT IN (SELECT spool FROM outbox WHERE spool IS NOT NULL)";
static const char sweep_contents_sql[] =
    "UPDATE keyreq SET resume = x'' WHERE expires <= $1 AND resume <> x''";
static const char sweep_rows_sql[] = "DELETE FROM keyreq WHERE expires <= $1";
static const char sweep_orphans_sql[] =
    "DELETE FROM spool WHERE created <= $1"
    " AND id NOT IN (SELECT spool FROM keyreq WHERE spool IS NOT NULL)"
    " AND id NOT IN (SELECT spool FROM outbox WHERE spool IS NOT NULL)";

void
keyreq_free(Keyreq *req)
{
    if (req == NULL)
        return;
    g_clear_pointer(&req->resume, g_bytes_unref);
    g_free(req);
}

/* Whose it is and what for is sealed with it: a row that was given to another
 * account or session does not open. */
static char *
keyreq_context(gint64 account, gint64 session, KeyreqKind kind, gint64 spool,
               gint64 expires)
{
    return g_strdup_printf("keyreq %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                           " %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                           account, session, (int)kind, spool, expires);
}

gboolean
keyreq_create(Db *db, gint64 account, gint64 session, KeyreqKind kind,
              const char *ticket, GBytes *resume, gint64 spool,
              gint64 expires, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return FALSE;

    g_autofree char *name = secret_ticket_name(ticket);
    g_autofree char *context =
        keyreq_context(account, session, kind, spool, expires);
    g_autoptr(GBytes) key = secret_ticket_key(ticket);
    g_autoptr(GBytes) sealed = secret_seal(key, context, resume);
    stmt_bind_text(st, 1, name);
    stmt_bind_int(st, 2, account);
    stmt_bind_int(st, 3, session);
    stmt_bind_int(st, 4, kind);
    stmt_bind_bytes(st, 5, sealed);
    stmt_bind_int(st, 6, spool);
    stmt_bind_int(st, 7, expires);
    return stmt_run(st, error);
}

static Keyreq *
keyreq_from_row(Stmt *st, gint64 account, gint64 session, const char *ticket,
                GError **error)
{
    g_autoptr(Keyreq) req = g_new0(Keyreq, 1);
    req->kind = (KeyreqKind)stmt_int(st, 0);
    req->spool = stmt_int(st, 2);
    req->expires = stmt_int(st, 3);

    g_autofree char *context =
        keyreq_context(account, session, req->kind, req->spool, req->expires);
    g_autoptr(GBytes) key = secret_ticket_key(ticket);
    g_autoptr(GBytes) sealed = stmt_bytes(st, 1);
    req->resume = secret_open(key, context, sealed, error);
    if (req->resume == NULL)
        return NULL;
    return g_steal_pointer(&req);
}

Keyreq *
keyreq_peek(Db *db, gint64 account, gint64 session, const char *ticket,
            gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, peek_sql, error);
    if (st == NULL)
        return NULL;

    g_autofree char *name = secret_ticket_name(ticket);
    stmt_bind_text(st, 1, name);
    stmt_bind_int(st, 2, account);
    stmt_bind_int(st, 3, session);
    if (!stmt_need_row(st, "key request", error))
        return NULL;
    if (stmt_int(st, 3) <= now) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_EXPIRED,
                            "key request expired");
        return NULL;
    }
    return keyreq_from_row(st, account, session, ticket, error);
}

gboolean
keyreq_remove(Db *db, const char *ticket, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, remove_sql, error);
    if (st == NULL)
        return FALSE;

    g_autofree char *name = secret_ticket_name(ticket);
    stmt_bind_text(st, 1, name);
    return stmt_run_on(st, "key request", error);
}

static gboolean
sweep(Db *db, const char *sql, gint64 before, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, before);
    return stmt_run(st, error);
}

gboolean
keyreq_sweep(Db *db, gint64 now, GError **error)
{
    return sweep(db, sweep_spools_sql, now, error) &&
           sweep(db, sweep_contents_sql, now, error) &&
           sweep(db, sweep_rows_sql, now - REMEMBERED, error) &&
           sweep(db, sweep_orphans_sql, now - ORPHANED, error);
}
