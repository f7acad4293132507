#include "core/store/policy_reach.h"

#include <string.h>

/*
 * Whoever has a line of a nearer scope is not touched. $1 line, $2 subject.
 * Columns: id, address, the values of the same scope besides this one with
 * '|' between (of groups), the value that holds where there is none.
 */
#define OWN(scope, subject)                                                  \
    "(SELECT value FROM policy WHERE scope = '" scope                        \
    "' AND subject = " subject " AND line = $1)"
#define ACCOUNT OWN("account", "CAST(a.id AS TEXT)")
#define DOMAIN OWN("domain", "a.domain")
#define SITE OWN("site", "''")
#define GROUPS(except)                                                       \
    "(SELECT group_concat(p.value, '|') FROM account_group_member AS m"      \
    " JOIN policy AS p ON p.scope = 'group'"                                 \
    " AND p.subject = CAST(m.account_group AS TEXT) AND p.line = $1"         \
    " WHERE m.account = a.id" except ")"
#define FROM " FROM account AS a WHERE "
#define BY_LOGIN " ORDER BY a.login"

static const char site_sql[] =
    "SELECT a.id, a.address, NULL, NULL" FROM "$2 = '' AND " ACCOUNT
    " IS NULL AND " GROUPS("") " IS NULL AND " DOMAIN " IS NULL" BY_LOGIN;
static const char domain_sql[] =
    "SELECT a.id, a.address, NULL, " SITE FROM "a.domain = $2 AND " ACCOUNT
    " IS NULL AND " GROUPS("") " IS NULL" BY_LOGIN;
static const char group_sql[] = "SELECT a.id, a.address, " GROUPS(
    " AND p.subject <> $2") ", COALESCE(" DOMAIN ", " SITE ")" FROM
                            "a.id IN (SELECT account FROM "
                            "account_group_member"
                            " WHERE account_group = CAST($2 AS INTEGER)) "
                            "AND " ACCOUNT " IS NULL" BY_LOGIN;
static const char account_sql[] =
    "SELECT a.id, a.address, NULL, COALESCE(" GROUPS(
        "") ", " DOMAIN ", " SITE ")" FROM "a.id = CAST($2 AS INTEGER)";

/* Of "a|b|c" what a member of all is held to; NULL stays NULL. */
static char *
resolve(PolicyLine line, const char *values)
{
    if (values == NULL)
        return NULL;
    g_auto(GStrv) parts = g_strsplit(values, "|", -1);
    char *held = g_strdup(parts[0]);
    for (gsize i = 1; parts[i] != NULL; i++) {
        char *both = policy_strictest(line, held, parts[i]);
        g_free(held);
        held = both;
    }
    return held;
}

/* What holds with value at this scope. */
static char *
holds(PolicyLine line, const char *value, const char *others,
      const char *farther)
{
    if (value == NULL && others == NULL)
        return resolve(line, farther);
    if (value == NULL || others == NULL)
        return resolve(line, value != NULL ? value : others);
    g_autofree char *all = g_strconcat(value, "|", others, NULL);
    return resolve(line, all);
}

static Stmt *
prepare(Db *db, PolicyScope scope, GError **error)
{
    static const char *const statements[] = {
        [POLICY_BUILT_IN] = site_sql,   [POLICY_SITE] = site_sql,
        [POLICY_DOMAIN] = domain_sql,   [POLICY_GROUP] = group_sql,
        [POLICY_ACCOUNT] = account_sql,
    };
    const char *sql = statements[scope];
    return db_prepare(db, sql, error);
}

gboolean
policy_reach(Db *db, PolicyScope scope, const char *subject, PolicyLine line,
             const char *value, PolicyTouched touched, gpointer user,
             GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *now = policy_get(db, scope, subject, line, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    g_autoptr(Stmt) st = prepare(db, scope, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, policy_line_name(line));
    stmt_bind_text(st, 2, subject);
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return TRUE;
        const char *others = stmt_text(st, 2);
        const char *farther = stmt_text(st, 3);
        g_autofree char *before = holds(line, now, others, farther);
        g_autofree char *after = holds(line, value, others, farther);
        if (g_strcmp0(before, after) != 0 &&
            !touched(user, stmt_int(st, 0), stmt_text(st, 1), before, after,
                     error))
            return FALSE;
    }
    return FALSE;
}
