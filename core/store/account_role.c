#include "core/store/account.h"

#include <string.h>

#include "core/base/error.h"

static const char role_sql[] = "UPDATE account SET role = $2 WHERE id = $1";
static const char suspended_sql[] =
    "UPDATE account SET suspended = $2 WHERE id = $1";
static const char seen_sql[] = "UPDATE account SET seen = $2 WHERE id = $1";
static const char end_sessions_sql[] =
    "DELETE FROM session WHERE account = $1";
static const char forget_scope_sql[] =
    "DELETE FROM account_scope WHERE account = $1";
static const char add_scope_sql[] =
    "INSERT INTO account_scope (account, domain) VALUES ($1, lower($2))"
    " ON CONFLICT DO NOTHING";
static const char scope_sql[] =
    "SELECT domain FROM account_scope WHERE account = $1 ORDER BY domain";

static const char *const names[] = {
    [ROLE_STAFF] = "staff",
    [ROLE_HELPDESK] = "helpdesk",
    [ROLE_ADMINISTRATOR] = "administrator",
};

const char *
role_name(Role role)
{
    return names[role];
}

gboolean
role_from_name(const char *name, Role *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_strcmp0(name, names[i]) == 0) {
            *out = (Role)i;
            return TRUE;
        }
    }
    g_autofree char *quoted = error_quote(name != NULL ? name : "", -1, 40);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                "\"%s\" is not a role: staff, helpdesk or administrator",
                quoted);
    return FALSE;
}

gboolean
account_has_role(const Account *account, Role least)
{
    return account->role >= least;
}

char **
account_scope(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, scope_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, id);
    return stmt_texts(st, error);
}

gboolean
account_reaches(Db *db, gint64 id, const char *domain, gboolean *reaches,
                GError **error)
{
    g_auto(GStrv) domains = account_scope(db, id, error);
    if (domains == NULL)
        return FALSE;
    *reaches = domains[0] == NULL ||
               (domain != NULL &&
                g_strv_contains((const char *const *)domains, domain));
    return TRUE;
}

/* One statement about an account, with one more value or none. */
static gboolean
run(Db *db, const char *sql, gint64 id, const char *text, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    if (text != NULL)
        stmt_bind_text(st, 2, text);
    return stmt_run(st, error);
}

static gboolean
run_int(Db *db, const char *sql, gint64 id, gint64 value, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_int(st, 2, value);
    return stmt_run(st, error);
}

gboolean
account_set_role(Db *db, gint64 id, Role role, const char *const *domains,
                 GError **error)
{
    if (!run(db, role_sql, id, names[role], error) ||
        !run(db, forget_scope_sql, id, NULL, error))
        return FALSE;
    for (gsize i = 0; domains != NULL && domains[i] != NULL; i++) {
        if (!run(db, add_scope_sql, id, domains[i], error))
            return FALSE;
    }
    return run(db, end_sessions_sql, id, NULL, error);
}

gboolean
account_set_suspended(Db *db, gint64 id, gboolean suspended, GError **error)
{
    return run_int(db, suspended_sql, id, suspended ? 1 : 0, error) &&
           run(db, end_sessions_sql, id, NULL, error);
}

gboolean
account_set_seen(Db *db, gint64 id, gint64 now, GError **error)
{
    return run_int(db, seen_sql, id, now, error);
}
