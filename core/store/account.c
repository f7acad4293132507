#include "core/store/account.h"

#include <string.h>

#include "core/base/error.h"
#include "core/store/account_row.h"
#include "core/store/account_search.h"
#include "core/store/policy.h"

static const char load_sql[] = ACCOUNT_COLUMNS " WHERE id = $1";
static const char find_sql[] = ACCOUNT_COLUMNS " WHERE login = $1";
static const char list_sql[] = ACCOUNT_COLUMNS " ORDER BY login";
static const char ensure_sql[] =
    "INSERT INTO account (id, login, address, domain, created, seen)"
    " VALUES ((SELECT MAX(COALESCE(MAX(id), 0), (SELECT id FROM "
    "account_gone))"
    " + 1 FROM account),"
    " $1, $2, lower(substr($2, instr($2, '@') + 1)), $3, 0)"
    " ON CONFLICT (login) DO NOTHING";
static const char version_sql[] = "UPDATE account SET version = version + 1"
                                  " WHERE id = $1 AND version = $2";
static const char changed_sql[] =
    "UPDATE account SET version = version + 1 WHERE id = $1";
static const char language_sql[] =
    "UPDATE account SET language = $2 WHERE id = $1";
static const char choice_sql[] =
    "UPDATE account SET last_choice = $2 WHERE id = $1";
static const char enabled_sql[] =
    "UPDATE account SET enabled = $2 WHERE id = $1";
static const char preference_sql[] =
    "UPDATE account SET preference = $2 WHERE id = $1";
static const char warned_sql[] =
    "UPDATE account SET warned = $2 WHERE id = $1";
static const char name_sql[] = "UPDATE account SET name = $2 WHERE id = $1";

void
account_free(Account *account)
{
    if (account == NULL)
        return;
    g_free(account->login);
    g_free(account->address);
    g_free(account->name);
    g_free(account->language);
    g_free(account->mode);
    g_free(account->last_choice);
    g_free(account->preference);
    g_free(account->domain);
    g_free(account->option);
    g_free(account);
}

gpointer
account_from_row(Stmt *st)
{
    Account *account = g_new0(Account, 1);
    account->id = stmt_int(st, 0);
    account->login = g_strdup(stmt_text(st, 1));
    account->address = g_strdup(stmt_text(st, 2));
    account->name = g_strdup(stmt_text(st, 3));
    account->language = g_strdup(stmt_text(st, 4));
    account->allowed = stmt_int(st, 5) != 0;
    account->mode = g_strdup(stmt_text(st, 6));
    account->last_choice = g_strdup(stmt_text(st, 7));
    account->enabled = stmt_int(st, 8) != 0;
    account->preference = g_strdup(stmt_text(st, 9));
    account->warned = stmt_int(st, 10);
    role_from_name(stmt_text(st, 11), &account->role, NULL);
    account->domain = g_strdup(stmt_text(st, 12));
    account->suspended = stmt_int(st, 13) != 0;
    account->seen = stmt_int(st, 14);
    account->option = g_strdup(stmt_text(st, 15));
    account->version = stmt_int(st, 16);
    return account;
}

gboolean
account_is_secure(const Account *account)
{
    return account->allowed && account->enabled;
}

gboolean
account_need_secure(const Account *account, GError **error)
{
    if (account != NULL && account_is_secure(account))
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                "secure mail is not %s for this account",
                account != NULL && account->allowed ? "on" : "allowed");
    return FALSE;
}

Account *
account_load(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, load_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, id);
    if (!stmt_need_row(st, "account", error))
        return NULL;
    return account_from_row(st);
}

Account *
account_find(Db *db, const char *login, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    if (st == NULL)
        return NULL;

    g_autofree char *lower = g_ascii_strdown(login, -1);
    gboolean row = FALSE;
    stmt_bind_text(st, 1, lower);
    if (!stmt_step(st, &row, error) || !row)
        return NULL;
    return account_from_row(st);
}

/* TRUE too where there is one; *made tells. */
static gboolean
make(Db *db, const char *login, const char *address, gint64 now,
     gboolean *made, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, ensure_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, login);
    stmt_bind_text(st, 2, address);
    stmt_bind_int(st, 3, now);
    if (!stmt_run(st, error))
        return FALSE;
    *made = db_changes(db) == 1;
    return TRUE;
}

/* What the policy says of the account itself is of its newest word. */
static gboolean
settle(Db *db, gint64 id, GError **error)
{
    g_autofree char *subject = g_strdup_printf("%" G_GINT64_FORMAT, id);
    return policy_settle(db, POLICY_ACCOUNT, subject, NULL, error);
}

Account *
account_ensure(Db *db, const char *login, const char *address, gint64 now,
               GError **error)
{
    g_autofree char *lower = g_ascii_strdown(login, -1);
    gboolean made = FALSE;
    if (!make(db, lower, address, now, &made, error))
        return NULL;
    gint64 id = made ? db_last_id(db) : 0;
    if (made && (!account_index(db, id, lower, NULL, error) ||
                 !settle(db, id, error)))
        return NULL;
    return account_find(db, lower, error);
}

gboolean
account_check_address(const char *address, GError **error)
{
    const char *at = strchr(address, '@');
    gboolean fine = at != NULL && at != address && at[1] != '\0' &&
                    strchr(at + 1, '@') == NULL && strlen(address) <= 254 &&
                    g_utf8_validate(address, -1, NULL);
    for (const char *p = address; fine && *p != '\0'; p++)
        fine = (guchar)*p > ' ' && *p != 0x7f;
    if (fine)
        return TRUE;
    g_autofree char *quoted = error_quote(address, -1, 80);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "\"%s\" is not an address",
                quoted);
    return FALSE;
}

/* NULL with APP_ERROR_NOT_FOUND where allowing does not make one. */
static Account *
known(Db *db, const char *address, gboolean allowed, gint64 now,
      GError **error)
{
    if (allowed)
        return account_ensure(db, address, address, now, error);
    g_autoptr(GError) why = NULL;
    Account *account = account_find(db, address, &why);
    if (account != NULL)
        return account;
    g_autofree char *quoted = error_quote(address, -1, 80);
    if (why == NULL)
        g_set_error(&why, APP_ERROR, APP_ERROR_NOT_FOUND, "no account \"%s\"",
                    quoted);
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

gboolean
account_set_allowed(Db *db, const char *address, gboolean allowed, gint64 now,
                    GError **error)
{
    if (!account_check_address(address, error))
        return FALSE;
    g_autoptr(Account) account = known(db, address, allowed, now, error);
    if (account == NULL)
        return FALSE;
    g_autofree char *subject =
        g_strdup_printf("%" G_GINT64_FORMAT, account->id);
    return policy_save(db, POLICY_ACCOUNT, subject, POLICY_OPTION,
                       allowed ? "allowed" : "forbidden", now, error) &&
           settle(db, account->id, error);
}

gboolean
account_next_version(Db *db, gint64 id, gint64 version, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, version_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_int(st, 2, version);
    if (!stmt_run(st, error))
        return FALSE;
    if (db_changes(db) == 1)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "another administrator changed this account");
    return FALSE;
}

gboolean
account_changed(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, changed_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    return stmt_run(st, error);
}

GPtrArray *
account_list(Db *db, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;

    return stmt_rows(st, account_from_row, (GDestroyNotify)account_free,
                     error);
}

static gboolean
set_text(Db *db, const char *sql, gint64 id, const char *text, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_text(st, 2, text);
    return stmt_run(st, error);
}

static gboolean
set_int(Db *db, const char *sql, gint64 id, gint64 value, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_int(st, 2, value);
    return stmt_run(st, error);
}

gboolean
account_set_enabled(Db *db, gint64 id, gboolean enabled, GError **error)
{
    return set_int(db, enabled_sql, id, enabled ? 1 : 0, error);
}

gboolean
account_set_warned(Db *db, gint64 id, gint64 now, GError **error)
{
    return set_int(db, warned_sql, id, now, error);
}

gboolean
account_set_preference(Db *db, gint64 id, const char *preference,
                       GError **error)
{
    return set_text(db, preference_sql, id, preference, error);
}

gboolean
account_set_language(Db *db, gint64 id, const char *language, GError **error)
{
    return set_text(db, language_sql, id, language, error);
}

gboolean
account_set_choice(Db *db, gint64 id, const char *choice, GError **error)
{
    return set_text(db, choice_sql, id, choice, error);
}

gboolean
account_set_name(Db *db, gint64 id, const char *name, GError **error)
{
    g_autoptr(Account) account = account_load(db, id, error);
    return account != NULL && set_text(db, name_sql, id, name, error) &&
           account_index(db, id, account->login, name, error);
}
