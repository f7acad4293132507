#include "core/store/authority.h"

static const char find_sql[] =
    "SELECT id, state, name, organisation, algorithm, days, file, crl_url,"
    " der, automatic, domains, crl_number, crl_this, crl_next, exported,"
    " created FROM authority WHERE one = 1";
static const char create_sql[] =
    "INSERT INTO authority (one, id, state, name, organisation, algorithm,"
    " days, file, crl_url, created)"
    " VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9)";
static const char made_sql[] =
    "UPDATE authority SET state = 'active', der = $1"
    " WHERE one = 1 AND state = 'making'";
static const char rule_sql[] =
    "UPDATE authority SET automatic = $1, domains = $2 WHERE one = 1";
static const char resetting_sql[] =
    "UPDATE authority SET state = 'resetting', exported = $1 WHERE one = 1";
static const char delete_sql[] = "DELETE FROM authority WHERE one = 1";
static const char set_crl_sql[] =
    "UPDATE authority SET crl = $1, crl_number = $2, crl_this = $3,"
    " crl_next = $4 WHERE one = 1 AND crl_number < $2";
static const char crl_sql[] =
    "SELECT crl FROM authority WHERE file = $1 AND crl_number > 0";

void
local_authority_free(LocalAuthority *authority)
{
    if (authority == NULL)
        return;
    g_free(authority->id);
    g_free(authority->state);
    g_free(authority->name);
    g_free(authority->organisation);
    g_free(authority->algorithm);
    g_free(authority->file);
    g_free(authority->crl_url);
    g_free(authority->domains);
    g_free(authority->exported);
    g_clear_pointer(&authority->der, g_bytes_unref);
    g_free(authority);
}

LocalAuthority *
local_authority_find(Db *db, GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    if (st == NULL || !stmt_step(st, &row, error) || !row)
        return NULL;
    LocalAuthority *one = g_new0(LocalAuthority, 1);
    one->id = g_strdup(stmt_text(st, 0));
    one->state = g_strdup(stmt_text(st, 1));
    one->name = g_strdup(stmt_text(st, 2));
    one->organisation = g_strdup(stmt_text(st, 3));
    one->algorithm = g_strdup(stmt_text(st, 4));
    one->days = stmt_int(st, 5);
    one->file = g_strdup(stmt_text(st, 6));
    one->crl_url = g_strdup(stmt_text(st, 7));
    if (g_strcmp0(one->state, AUTHORITY_MAKING) != 0)
        one->der = stmt_bytes(st, 8);
    one->automatic = stmt_int(st, 9) != 0;
    one->domains = g_strdup(stmt_text(st, 10));
    one->crl_number = stmt_int(st, 11);
    one->crl_this = stmt_int(st, 12);
    one->crl_next = stmt_int(st, 13);
    one->exported = g_strdup(stmt_text(st, 14));
    one->created = stmt_int(st, 15);
    return one;
}

gboolean
local_authority_create(Db *db, const LocalAuthority *authority,
                       GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, authority->id);
    stmt_bind_text(st, 2, AUTHORITY_MAKING);
    stmt_bind_text(st, 3, authority->name);
    stmt_bind_text(st, 4, authority->organisation);
    stmt_bind_text(st, 5, authority->algorithm);
    stmt_bind_int(st, 6, authority->days);
    stmt_bind_text(st, 7, authority->file);
    stmt_bind_text(st, 8, authority->crl_url);
    stmt_bind_int(st, 9, authority->created);
    return stmt_run(st, error);
}

gboolean
local_authority_made(Db *db, GBytes *der, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, made_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_bytes(st, 1, der);
    return stmt_run(st, error);
}

gboolean
local_authority_set_rule(Db *db, gboolean automatic, const char *domains,
                         GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, rule_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, automatic);
    stmt_bind_text(st, 2, domains);
    return stmt_run(st, error);
}

gboolean
local_authority_set_resetting(Db *db, const char *exported, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, resetting_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, exported);
    return stmt_run(st, error);
}

gboolean
local_authority_delete(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, delete_sql, error);
    return st != NULL && stmt_run(st, error);
}

gboolean
local_authority_set_crl(Db *db, GBytes *crl, gint64 number,
                        gint64 this_update, gint64 next_update,
                        GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, set_crl_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_bytes(st, 1, crl);
    stmt_bind_int(st, 2, number);
    stmt_bind_int(st, 3, this_update);
    stmt_bind_int(st, 4, next_update);
    return stmt_run(st, error);
}

GBytes *
local_authority_crl(Db *db, const char *file, GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, crl_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, file);
    return stmt_step(st, &row, error) && row ? stmt_bytes(st, 0) : NULL;
}
