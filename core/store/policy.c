#include "core/store/policy.h"

#include <string.h>

#include "core/base/error.h"

static const char save_sql[] =
    "INSERT INTO policy (scope, subject, line, value, account_group, account,"
    " changed) VALUES ($1, $2, $3, $4,"
    " CASE $1 WHEN 'group' THEN CAST($2 AS INTEGER) END,"
    " CASE $1 WHEN 'account' THEN CAST($2 AS INTEGER) END, $5)"
    " ON CONFLICT (scope, subject, line)"
    " DO UPDATE SET value = excluded.value, changed = excluded.changed";
static const char remove_sql[] =
    "DELETE FROM policy WHERE scope = $1 AND subject = $2 AND line = $3";
static const char get_sql[] =
    "SELECT value FROM policy WHERE scope = $1 AND subject = $2"
    " AND line = $3";
static const char list_sql[] =
    "SELECT p.scope, p.subject, p.line, p.value,"
    " COALESCE(g.name, a.address, p.subject)"
    " FROM policy AS p LEFT JOIN account_group AS g ON g.id = p.account_group"
    " LEFT JOIN account AS a ON a.id = p.account"
    " WHERE p.scope = $1 AND ($2 = '' OR p.subject = $2)"
    " ORDER BY 5, p.line";

/* From the farthest to the nearest. */
static const char effective_sql[] =
    "SELECT line, value, 1, NULL FROM policy"
    " WHERE scope = 'site' AND subject = ''"
    " UNION ALL SELECT p.line, p.value, 2, p.subject FROM account AS a"
    " JOIN policy AS p ON p.scope = 'domain' AND p.subject = a.domain"
    " WHERE a.id = $1"
    " UNION ALL SELECT p.line, p.value, 3, g.name"
    " FROM account_group_member AS m"
    " JOIN account_group AS g ON g.id = m.account_group"
    " JOIN policy AS p ON p.scope = 'group'"
    " AND p.subject = CAST(m.account_group AS TEXT)"
    " WHERE m.account = $1"
    " UNION ALL SELECT p.line, p.value, 4, a.address FROM policy AS p"
    " JOIN account AS a ON a.id = p.account"
    " WHERE p.scope = 'account' AND p.subject = CAST($1 AS TEXT)"
    " ORDER BY 3, 4";

/* The order of the groups' values is that of policy_strictest. */
#define SETTLE(reached)                                                      \
    "WITH n (id, fresh) AS MATERIALIZED (SELECT a.id, COALESCE("             \
    "(SELECT value FROM policy WHERE scope = 'account'"                      \
    " AND subject = CAST(a.id AS TEXT) AND line = 'option'),"                \
    "(SELECT p.value FROM account_group_member AS m JOIN policy AS p"        \
    " ON p.scope = 'group' AND p.subject = CAST(m.account_group AS TEXT)"    \
    " AND p.line = 'option' WHERE m.account = a.id ORDER BY CASE p.value"    \
    " WHEN 'forbidden' THEN 0 WHEN 'pre-enabled' THEN 1 ELSE 2 END"          \
    " LIMIT 1),"                                                             \
    "(SELECT value FROM policy WHERE scope = 'domain'"                       \
    " AND subject = a.domain AND line = 'option'),"                          \
    "(SELECT value FROM policy WHERE scope = 'site' AND subject = ''"        \
    " AND line = 'option'), 'forbidden')"                                    \
    " FROM account AS a WHERE " reached ")"                                  \
    " UPDATE account SET option = n.fresh,"                                  \
    " allowed = CASE n.fresh WHEN 'forbidden' THEN 0 ELSE 1 END,"            \
    " enabled = CASE n.fresh WHEN 'pre-enabled' THEN 1 ELSE enabled END"     \
    " FROM n WHERE account.id = n.id AND account.option <> n.fresh"

static const char settle_site_sql[] = SETTLE("$1 = ''");
static const char settle_domain_sql[] = SETTLE("a.domain = $1");
static const char settle_group_sql[] =
    SETTLE("a.id IN (SELECT account FROM account_group_member"
           " WHERE account_group = CAST($1 AS INTEGER))");
static const char settle_account_sql[] = SETTLE("a.id = CAST($1 AS INTEGER)");

static Stmt *
prepare(Db *db, const char *sql, PolicyScope scope, const char *subject,
        PolicyLine line, GError **error)
{
    Stmt *st = db_prepare(db, sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, policy_scope_name(scope));
    stmt_bind_text(st, 2, subject);
    stmt_bind_text(st, 3, policy_line_name(line));
    return st;
}

gboolean
policy_save(Db *db, PolicyScope scope, const char *subject, PolicyLine line,
            const char *value, gint64 now, GError **error)
{
    const char *sql = value != NULL ? save_sql : remove_sql;
    g_autoptr(Stmt) st = prepare(db, sql, scope, subject, line, error);
    if (st == NULL)
        return FALSE;
    if (value != NULL) {
        stmt_bind_text(st, 4, value);
        stmt_bind_int(st, 5, now);
    }
    return stmt_run(st, error);
}

char *
policy_get(Db *db, PolicyScope scope, const char *subject, PolicyLine line,
           GError **error)
{
    g_autoptr(Stmt) st = prepare(db, get_sql, scope, subject, line, error);
    if (st == NULL)
        return NULL;
    gboolean row = FALSE;
    if (!stmt_step(st, &row, error) || !row)
        return NULL;
    return g_strdup(stmt_text(st, 0));
}

void
policy_row_free(PolicyRow *row)
{
    if (row == NULL)
        return;
    g_free(row->subject);
    g_free(row->name);
    g_free(row->value);
    g_free(row);
}

static gboolean
add_rows(Db *db, PolicyScope scope, const char *subject, GPtrArray *rows,
         GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, policy_scope_name(scope));
    stmt_bind_text(st, 2, subject != NULL ? subject : "");
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return TRUE;
        PolicyLine line;
        /* One of a later version of the program is not for us. */
        if (!policy_line_from_name(stmt_text(st, 2), &line, NULL))
            continue;
        PolicyRow *item = g_new0(PolicyRow, 1);
        item->scope = scope;
        item->subject = g_strdup(stmt_text(st, 1));
        item->line = line;
        item->value = g_strdup(stmt_text(st, 3));
        item->name = g_strdup(stmt_text(st, 4));
        g_ptr_array_add(rows, item);
    }
    return FALSE;
}

GPtrArray *
policy_list(Db *db, PolicyScope scope, const char *subject, GError **error)
{
    static const PolicyScope common[] = {POLICY_SITE, POLICY_DOMAIN,
                                         POLICY_GROUP};
    g_autoptr(GPtrArray) rows =
        g_ptr_array_new_with_free_func((GDestroyNotify)policy_row_free);
    if (scope != POLICY_BUILT_IN)
        return add_rows(db, scope, subject, rows, error)
                   ? g_steal_pointer(&rows)
                   : NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
        if (!add_rows(db, common[i], NULL, rows, error))
            return NULL;
    return g_steal_pointer(&rows);
}

gboolean
policy_settle(Db *db, PolicyScope scope, const char *subject, gint64 *changed,
              GError **error)
{
    static const char *const statements[] = {
        [POLICY_BUILT_IN] = settle_site_sql,
        [POLICY_SITE] = settle_site_sql,
        [POLICY_DOMAIN] = settle_domain_sql,
        [POLICY_GROUP] = settle_group_sql,
        [POLICY_ACCOUNT] = settle_account_sql,
    };
    const char *sql = statements[scope];
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, subject);
    if (!stmt_run(st, error))
        return FALSE;
    if (changed != NULL)
        *changed = db_changes(db);
    return TRUE;
}

void
policy_free(Policy *policy)
{
    if (policy == NULL)
        return;
    g_free(policy->option);
    g_strfreev(policy->encrypt_domains);
    g_strfreev(policy->never_unsigned_to);
    for (gsize i = 0; i < POLICY_LINES; i++) {
        g_free(policy->origin[i].subject);
        g_free(policy->origin[i].value);
    }
    g_free(policy);
}

/* Rows come from the farthest scope to the nearest. */
static void
take(Policy *policy, PolicyLine line, PolicyScope scope, const char *value,
     const char *subject)
{
    char **kept = &policy->origin[line].value;
    char **from = &policy->origin[line].subject;
    if (policy->origin[line].scope != scope) {
        g_free(*kept);
        g_free(*from);
        *kept = g_strdup(value);
        *from = g_strdup(subject);
        policy->origin[line].scope = scope;
        return;
    }
    g_assert(*kept != NULL);
    char *both = policy_strictest(line, *kept, value);
    if (strcmp(both, *kept) == 0) {
        g_free(both);
        return;
    }
    char *names = strcmp(both, value) == 0
                      ? g_strdup(subject)
                      : g_strconcat(*from, ", ", subject, NULL);
    g_free(*kept);
    g_free(*from);
    *kept = both;
    *from = names;
}

static gboolean
is_yes(const Policy *policy, PolicyLine line)
{
    return g_strcmp0(policy->origin[line].value, "yes") == 0;
}

static guint
number_of(const Policy *policy, PolicyLine line)
{
    const char *value = policy->origin[line].value;
    return value != NULL ? (guint)g_ascii_strtoull(value, NULL, 10) : 0;
}

static char **
domains_of(const Policy *policy, PolicyLine line)
{
    const char *value = policy->origin[line].value;
    return g_strsplit(value != NULL ? value : "", " ", -1);
}

static void
read_lines(Policy *policy)
{
    const char *option = policy->origin[POLICY_OPTION].value;
    policy->option = g_strdup(option != NULL ? option : "forbidden");
    policy->sign_always = is_yes(policy, POLICY_SIGN_ALWAYS);
    policy->encrypt_when_possible = is_yes(policy, POLICY_ENCRYPT_POSSIBLE);
    policy->tls_required = is_yes(policy, POLICY_TLS);
    policy->encrypt_domains = domains_of(policy, POLICY_ENCRYPT_DOMAINS);
    policy->never_unsigned_to = domains_of(policy, POLICY_UNSIGNED_DOMAINS);
    policy->idle_minutes = number_of(policy, POLICY_IDLE_MINUTES);
    policy->min_rsa_bits = number_of(policy, POLICY_MIN_RSA);
    policy->min_ec_bits = number_of(policy, POLICY_MIN_EC);
    policy->floor_rsa_bits = number_of(policy, POLICY_FLOOR_RSA);
    policy->floor_ec_bits = number_of(policy, POLICY_FLOOR_EC);
}

Policy *
policy_effective(Db *db, const Account *account, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, effective_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account->id);
    g_autoptr(Policy) policy = g_new0(Policy, 1);
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row) {
            read_lines(policy);
            return g_steal_pointer(&policy);
        }
        PolicyLine line;
        if (policy_line_from_name(stmt_text(st, 0), &line, NULL))
            take(policy, line, (PolicyScope)stmt_int(st, 2), stmt_text(st, 1),
                 stmt_text(st, 3));
    }
    return NULL;
}

gboolean
policy_idle(Db *db, gint64 account, guint *minutes, GError **error)
{
    const Account one = {.id = account};
    g_autoptr(Policy) policy = policy_effective(db, &one, error);
    if (policy == NULL)
        return FALSE;
    *minutes = policy->idle_minutes;
    return TRUE;
}
