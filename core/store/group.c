#include "core/store/group.h"

#include <string.h>

#include "core/base/error.h"
#include "core/store/account_row.h"

#define NAME_MAX_BYTES 100

#define COLUMNS                                                              \
    "SELECT g.id, g.name, (SELECT count(*) FROM account_group_member AS c"   \
    " WHERE c.account_group = g.id) FROM account_group AS g"

static const char create_sql[] =
    "INSERT INTO account_group (name, created) VALUES ($1, $2)";
static const char delete_sql[] = "DELETE FROM account_group WHERE id = $1";
static const char name_sql[] = "SELECT name FROM account_group WHERE id = $1";
static const char load_sql[] = COLUMNS " WHERE g.id = $1";
static const char find_sql[] = COLUMNS " WHERE g.name = $1";
static const char list_sql[] = COLUMNS " ORDER BY g.name";
static const char of_account_sql[] =
    COLUMNS " JOIN account_group_member AS m ON m.account_group = g.id"
            " WHERE m.account = $1 ORDER BY g.name";
static const char add_sql[] =
    "INSERT INTO account_group_member (account_group, account)"
    " VALUES ($1, $2) ON CONFLICT DO NOTHING";
static const char drop_sql[] =
    "DELETE FROM account_group_member WHERE account_group = $1"
    " AND account = $2";
static const char members_sql[] =
    ACCOUNT_COLUMNS " JOIN account_group_member AS m ON m.account = a.id"
                    " WHERE m.account_group = $1 AND ($2 = 0 OR a.domain IN"
                    " (SELECT domain FROM account_scope WHERE account = $2))"
                    " AND a.login > $3 ORDER BY a.login LIMIT $4";

void
group_free(Group *group)
{
    if (group == NULL)
        return;
    g_free(group->name);
    g_free(group);
}

static gpointer
from_row(Stmt *st)
{
    Group *group = g_new0(Group, 1);
    group->id = stmt_int(st, 0);
    group->name = g_strdup(stmt_text(st, 1));
    group->members = stmt_int(st, 2);
    return group;
}

/* In lower case, one space between words; NULL for what is no name. */
static char *
clean_name(const char *name, GError **error)
{
    g_autofree char *lower =
        g_utf8_validate(name, -1, NULL) ? g_utf8_strdown(name, -1) : NULL;
    gboolean fine = lower != NULL && strlen(g_strstrip(lower)) > 0 &&
                    strlen(lower) <= NAME_MAX_BYTES;
    for (const char *p = fine ? lower : ""; *p != '\0'; p++)
        fine = fine && (guchar)*p >= ' ' && *p != 0x7f && *p != ',';
    /* Digits alone would be an id where either is asked for. */
    if (fine && strspn(lower, "0123456789") < strlen(lower))
        return g_steal_pointer(&lower);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "group: the name is empty, too long or not a name");
    return NULL;
}

gint64
group_create(Db *db, const char *name, gint64 now, GError **error)
{
    g_autofree char *clean = clean_name(name, error);
    g_autoptr(Stmt) st =
        clean != NULL ? db_prepare(db, create_sql, error) : NULL;
    if (st == NULL)
        return 0;
    stmt_bind_text(st, 1, clean);
    stmt_bind_int(st, 2, now);
    return stmt_run(st, error) ? db_last_id(db) : 0;
}

static gboolean
run(Db *db, const char *sql, gint64 one, gint64 two, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, one);
    if (two != 0)
        stmt_bind_int(st, 2, two);
    return stmt_run(st, error);
}

gboolean
group_delete(Db *db, gint64 id, GError **error)
{
    return run(db, delete_sql, id, 0, error);
}

gboolean
group_add(Db *db, gint64 group, gint64 account, GError **error)
{
    return run(db, add_sql, group, account, error);
}

gboolean
group_drop(Db *db, gint64 group, gint64 account, GError **error)
{
    return run(db, drop_sql, group, account, error);
}

char *
group_name(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, name_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, id);
    return stmt_need_row(st, "group", error) ? g_strdup(stmt_text(st, 0))
                                             : NULL;
}

Group *
group_load(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, load_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, id);
    return stmt_need_row(st, "group", error) ? from_row(st) : NULL;
}

Group *
group_find(Db *db, const char *name, GError **error)
{
    g_autofree char *clean = clean_name(name, error);
    g_autoptr(Stmt) st =
        clean != NULL ? db_prepare(db, find_sql, error) : NULL;
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, clean);
    return stmt_need_row(st, "group", error) ? from_row(st) : NULL;
}

static GPtrArray *
read_groups(Stmt *st, GError **error)
{
    return stmt_rows(st, from_row, (GDestroyNotify)group_free, error);
}

GPtrArray *
group_list(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    return st != NULL ? read_groups(st, error) : NULL;
}

GPtrArray *
group_of_account(Db *db, gint64 account, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, of_account_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    return read_groups(st, error);
}

GPtrArray *
group_members(Db *db, gint64 group, gint64 scope, const char *after,
              guint limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, members_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, group);
    stmt_bind_int(st, 2, scope);
    stmt_bind_text(st, 3, after != NULL ? after : "");
    stmt_bind_int(st, 4, limit);
    return stmt_rows(st, account_from_row, (GDestroyNotify)account_free,
                     error);
}
