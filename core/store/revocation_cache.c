#include "core/store/revocation_cache.h"

#include <string.h>

#include "core/store/trust_cert.h"

#define COLUMNS                                                              \
    "issuer, kind, slot, digest, this_update, next_update, number, fetched"

static const char digest_sql[] =
    "SELECT digest FROM revocation_cache"
    " WHERE issuer = $1 AND kind = $2 AND slot = $3";
static const char save_sql[] =
    "INSERT INTO revocation_cache (" COLUMNS ", der)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (issuer, kind, slot) DO UPDATE SET"
    " digest = excluded.digest, this_update = excluded.this_update,"
    " next_update = excluded.next_update, number = excluded.number,"
    " fetched = excluded.fetched, der = excluded.der";
static const char find_sql[] =
    "SELECT " COLUMNS ", der FROM revocation_cache"
    " WHERE issuer = $1 AND kind = $2 AND slot = $3";
static const char list_sql[] =
    "SELECT " COLUMNS " FROM revocation_cache ORDER BY issuer, kind, slot";
static const char forget_sql[] =
    "DELETE FROM revocation_cache WHERE issuer = $1 AND kind = $2";
static const char kept_sql[] = "SELECT kid, der FROM own_cert"
                               " UNION SELECT kid, der FROM contact_cert";

void
revocation_cached_free(RevocationCached *cached)
{
    if (cached == NULL)
        return;
    g_free(cached->issuer);
    g_free(cached->kind);
    g_free(cached->slot);
    g_free(cached->digest);
    g_clear_pointer(&cached->der, g_bytes_unref);
    g_free(cached->number);
    g_free(cached);
}

static gpointer
cached_from_row(Stmt *st)
{
    RevocationCached *cached = g_new0(RevocationCached, 1);
    cached->issuer = g_strdup(stmt_text(st, 0));
    cached->kind = g_strdup(stmt_text(st, 1));
    cached->slot = g_strdup(stmt_text(st, 2));
    cached->digest = g_strdup(stmt_text(st, 3));
    cached->this_update = stmt_int(st, 4);
    cached->next_update = stmt_int(st, 5);
    cached->number = g_strdup(stmt_text(st, 6));
    cached->fetched = stmt_int(st, 7);
    return cached;
}

static void
bind_place(Stmt *st, const char *issuer, const char *kind, const char *slot)
{
    stmt_bind_text(st, 1, issuer);
    stmt_bind_text(st, 2, kind);
    stmt_bind_text(st, 3, slot);
}

/* Are the bytes in the slot these already? */
static gboolean
is_known(Db *db, const RevocationCached *cached, const char *digest,
         gboolean *known, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, digest_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return FALSE;
    bind_place(st, cached->issuer, cached->kind, cached->slot);
    if (!stmt_step(st, &row, error))
        return FALSE;
    *known = row && strcmp(stmt_text(st, 0), digest) == 0;
    return TRUE;
}

gboolean
revocation_cache_save(Db *db, const RevocationCached *cached, gint64 now,
                      GError **error)
{
    g_autofree char *digest =
        g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, cached->der);
    gboolean known = FALSE;
    if (!is_known(db, cached, digest, &known, error))
        return FALSE;
    g_autoptr(Stmt) st = db_prepare(db, save_sql, error);
    if (st == NULL)
        return FALSE;
    bind_place(st, cached->issuer, cached->kind, cached->slot);
    stmt_bind_text(st, 4, digest);
    stmt_bind_int(st, 5, cached->this_update);
    stmt_bind_int(st, 6, cached->next_update);
    stmt_bind_text(st, 7, cached->number);
    stmt_bind_int(st, 8, now);
    stmt_bind_bytes(st, 9, cached->der);
    return stmt_run(st, error) &&
           (known || trust_version_bump(db, FALSE, error));
}

RevocationCached *
revocation_cache_find(Db *db, const char *issuer, const char *kind,
                      const char *slot, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return NULL;
    bind_place(st, issuer, kind, slot);
    if (!stmt_step(st, &row, error) || !row)
        return NULL;
    RevocationCached *cached = cached_from_row(st);
    cached->der = stmt_bytes(st, 8);
    return cached;
}

GPtrArray *
revocation_cache_list(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    return stmt_rows(st, cached_from_row,
                     (GDestroyNotify)revocation_cached_free, error);
}

gboolean
revocation_cache_forget(Db *db, const char *issuer, const char *kind,
                        GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, forget_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, issuer);
    stmt_bind_text(st, 2, kind);
    return stmt_run(st, error) &&
           (db_changes(db) == 0 || trust_version_bump(db, FALSE, error));
}

gboolean
revocation_each_kept(Db *db, RevocationVisitor visit, gpointer data,
                     GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, kept_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return TRUE;
        g_autoptr(GBytes) der = stmt_bytes(st, 1);
        if (!visit(stmt_text(st, 0), der, data, error))
            return FALSE;
    }
    return FALSE;
}
