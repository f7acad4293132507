#include "core/store/revocation_source.h"

#include "core/base/error.h"
#include "core/store/trust_cert.h"

#define COLUMNS                                                              \
    "SELECT id, issuer, kind, url, hard, allow_private, created, tried,"     \
    " result, succeeded, next, etag, modified FROM revocation_source"

static const char create_sql[] =
    "INSERT INTO revocation_source (issuer, kind, url, hard, allow_private,"
    " created) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (issuer, kind, url) DO NOTHING";
static const char taken_sql[] =
    "SELECT 1 FROM revocation_source AS other JOIN revocation_source AS own"
    " ON own.issuer = other.issuer AND own.kind = other.kind"
    " WHERE own.id = $1 AND other.id <> $1 AND other.url = $2";
static const char change_sql[] =
    "UPDATE revocation_source SET url = $2, hard = $3, allow_private = $4,"
    " tried = NULL, result = NULL, next = NULL, etag = NULL,"
    " modified = NULL WHERE id = $1";
static const char remove_sql[] =
    "DELETE FROM revocation_source WHERE id = $1";
static const char tried_sql[] =
    "UPDATE revocation_source SET tried = $2, result = $3, succeeded = $4,"
    " next = $5, etag = $6, modified = $7 WHERE id = $1";
static const char get_sql[] = COLUMNS " WHERE id = $1";
static const char list_sql[] = COLUMNS " ORDER BY issuer, kind, url";

void
revocation_source_free(RevocationSource *source)
{
    if (source == NULL)
        return;
    g_free(source->issuer);
    g_free(source->kind);
    g_free(source->url);
    g_free(source->result);
    g_free(source->etag);
    g_free(source->modified);
    g_free(source);
}

static gpointer
source_from_row(Stmt *st)
{
    RevocationSource *source = g_new0(RevocationSource, 1);
    source->id = stmt_int(st, 0);
    source->issuer = g_strdup(stmt_text(st, 1));
    source->kind = g_strdup(stmt_text(st, 2));
    source->url = g_strdup(stmt_text(st, 3));
    source->hard = stmt_int(st, 4) != 0;
    source->allow_private = stmt_int(st, 5) != 0;
    source->created = stmt_int(st, 6);
    source->tried = stmt_int(st, 7);
    source->result = g_strdup(stmt_text(st, 8));
    source->succeeded = stmt_int(st, 9);
    source->next = stmt_int(st, 10);
    source->etag = g_strdup(stmt_text(st, 11));
    source->modified = g_strdup(stmt_text(st, 12));
    return source;
}

static gboolean
refuse_second(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "revocation: the issuer has this address already");
    return FALSE;
}

gint64
revocation_source_create(Db *db, const RevocationSource *source, gint64 now,
                         GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return 0;
    stmt_bind_text(st, 1, source->issuer);
    stmt_bind_text(st, 2, source->kind);
    stmt_bind_text(st, 3, source->url);
    stmt_bind_int(st, 4, source->hard ? 1 : 0);
    stmt_bind_int(st, 5, source->allow_private ? 1 : 0);
    stmt_bind_int(st, 6, now);
    if (!stmt_run(st, error))
        return 0;
    if (db_changes(db) == 0)
        return refuse_second(error);
    gint64 id = db_last_id(db);
    return trust_version_bump(db, TRUE, error) ? id : 0;
}

static gboolean
need_free(Db *db, const RevocationSource *source, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, taken_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, source->id);
    stmt_bind_text(st, 2, source->url);
    if (!stmt_step(st, &row, error))
        return FALSE;
    return !row || refuse_second(error);
}

/* Runs a change of one that is there. */
static gboolean
change(Db *db, Stmt *st, GError **error)
{
    return stmt_run_on(st, "source of revocations", error) &&
           trust_version_bump(db, TRUE, error);
}

gboolean
revocation_source_change(Db *db, const RevocationSource *source,
                         GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, change_sql, error);
    if (st == NULL || !need_free(db, source, error))
        return FALSE;
    stmt_bind_int(st, 1, source->id);
    stmt_bind_text(st, 2, source->url);
    stmt_bind_int(st, 3, source->hard ? 1 : 0);
    stmt_bind_int(st, 4, source->allow_private ? 1 : 0);
    return change(db, st, error);
}

gboolean
revocation_source_remove(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, remove_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    return change(db, st, error);
}

gboolean
revocation_source_tried(Db *db, const RevocationSource *source,
                        GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, tried_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, source->id);
    stmt_bind_int(st, 2, source->tried);
    stmt_bind_text(st, 3, source->result);
    stmt_bind_int(st, 4, source->succeeded);
    stmt_bind_int(st, 5, source->next);
    stmt_bind_text(st, 6, source->etag);
    stmt_bind_text(st, 7, source->modified);
    return stmt_run(st, error);
}

RevocationSource *
revocation_source_get(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, get_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, id);
    if (!stmt_need_row(st, "source of revocations", error))
        return NULL;
    return source_from_row(st);
}

GPtrArray *
revocation_source_list(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    return stmt_rows(st, source_from_row,
                     (GDestroyNotify)revocation_source_free, error);
}
