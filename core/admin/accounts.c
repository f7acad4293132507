#include "core/admin/accounts.h"

#include <string.h>

#include "core/base/error.h"
#include "core/store/notice.h"
#include "core/store/policy.h"

#define INHERIT "inherit"

static char *
subject_of(const Account *account)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, account->id);
}

char *
accounts_own_option(const Office *office, const Account *account,
                    GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *subject = subject_of(account);
    char *own =
        policy_get(office->db, POLICY_ACCOUNT, subject, POLICY_OPTION, &why);
    if (own == NULL && why == NULL)
        return g_strdup(INHERIT);
    if (own == NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return own;
}

/* Whoever has the account's page open is told when they save it. */
static gboolean
note(const Office *office, const Account *account, const char *act,
     const char *before, const char *after, GError **error)
{
    return account_changed(office->db, account->id, error) &&
           office_note(office, account, NULL, act, before, after, error);
}

/* What is to be said of the option; NULL: nothing changed for the person. */
static const char *
news_of(const Account *before, const Account *now)
{
    if (!now->allowed)
        return before->allowed ? "option-withdrawn" : NULL;
    if (account_is_secure(now))
        return account_is_secure(before) ? NULL : "option-on";
    return before->allowed ? NULL : "option-allowed";
}

/* The person is told of what changed for them, not of how; who was never
 * here has nothing to compare with. */
gboolean
accounts_tell(const Office *office, const Account *account, GError **error)
{
    if (account->seen == 0)
        return TRUE;
    g_autoptr(Account) now = account_load(office->db, account->id, error);
    if (now == NULL)
        return FALSE;
    const char *news = news_of(account, now);
    return news == NULL || notice_add(office->db, now->id, news, NULL,
                                      office->actor, office->now, error);
}

gboolean
accounts_set_option(const Office *office, const Account *account,
                    const char *option, GError **error)
{
    g_autofree char *value = NULL;
    if (g_strcmp0(option, INHERIT) != 0) {
        value =
            policy_value(POLICY_OPTION, option != NULL ? option : "", error);
        if (value == NULL)
            return FALSE;
    }
    g_autofree char *before = accounts_own_option(office, account, error);
    if (before == NULL)
        return FALSE;
    const char *after = value != NULL ? value : INHERIT;
    if (strcmp(before, after) == 0)
        return TRUE;
    g_autofree char *subject = subject_of(account);
    return policy_save(office->db, POLICY_ACCOUNT, subject, POLICY_OPTION,
                       value, office->now, error) &&
           policy_settle(office->db, POLICY_ACCOUNT, subject, NULL, error) &&
           accounts_tell(office, account, error) &&
           note(office, account, "account-option", before, after, error);
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_FORBIDDEN, "administration: %s",
                what);
    return FALSE;
}

/* Is all that these domains are, the empty list being the whole site, within
 * the reach of who acts? */
static gboolean
reach_all(const Office *office, const char *const *domains, GError **error)
{
    if (domains == NULL || domains[0] == NULL)
        return office_reach(office, ROLE_ADMINISTRATOR, NULL, error);
    for (; *domains != NULL; domains++)
        if (!office_reach(office, ROLE_ADMINISTRATOR, *domains, error))
            return FALSE;
    return TRUE;
}

/* May this account's standing be changed by who acts? */
static gboolean
may_unseat(const Office *office, const Account *account, GError **error)
{
    if (office->who != NULL && office->who->id == account->id)
        return refuse(error, "one’s own role is another’s to change");
    if (account->role == ROLE_STAFF)
        return TRUE;
    g_auto(GStrv) domains = account_scope(office->db, account->id, error);
    return domains != NULL &&
           reach_all(office, (const char *const *)domains, error);
}

static char *
describe_role(Role role, const char *const *domains)
{
    g_autofree char *list =
        domains != NULL ? g_strjoinv(" ", (char **)(guintptr)domains) : NULL;
    if (role == ROLE_STAFF)
        return g_strdup(role_name(role));
    return g_strdup_printf("%s %s", role_name(role),
                           list != NULL && *list != '\0' ? list : "*");
}

static gboolean
note_role(const Office *office, const Account *account, char *const *was,
          Role role, const char *const *domains, GError **error)
{
    g_autofree char *before =
        describe_role(account->role, (const char *const *)was);
    g_autofree char *after = describe_role(role, domains);
    if (strcmp(before, after) == 0)
        return TRUE;
    return account_set_role(office->db, account->id, role, domains, error) &&
           note(office, account, "account-role", before, after, error);
}

gboolean
accounts_set_role(const Office *office, const Account *account, Role role,
                  const char *const *domains, GError **error)
{
    static const char *const none[] = {NULL};
    g_auto(GStrv) was = account_scope(office->db, account->id, error);
    if (was == NULL)
        return FALSE;
    if (role == ROLE_STAFF || domains == NULL)
        domains = none;
    if (account->role == role && role == ROLE_STAFF)
        return TRUE;
    if (account->role == role &&
        g_strv_equal((const char *const *)was, domains))
        return TRUE;
    if (!may_unseat(office, account, error) ||
        (role != ROLE_STAFF && !reach_all(office, domains, error)))
        return FALSE;
    return note_role(office, account, was, role, domains, error);
}

gboolean
accounts_set_suspended(const Office *office, const Account *account,
                       gboolean suspended, GError **error)
{
    if (account->suspended == suspended)
        return TRUE;
    return may_unseat(office, account, error) &&
           account_set_suspended(office->db, account->id, suspended, error) &&
           note(office, account,
                suspended ? "account-suspend" : "account-resume", NULL, NULL,
                error);
}

Account *
accounts_ensure(const Office *office, const char *address, GError **error)
{
    if (!account_check_address(address, error))
        return NULL;
    g_autofree char *domain = g_ascii_strdown(strchr(address, '@') + 1, -1);
    if (!office_reach(office, ROLE_ADMINISTRATOR, domain, error))
        return NULL;
    return account_ensure(office->db, address, address, office->now, error);
}

static gboolean
save(const Office *office, const Account *account,
     const AccountsChange *change, GError **error)
{
    return account_next_version(office->db, account->id, change->version,
                                error) &&
           accounts_set_option(office, account, change->option, error) &&
           accounts_set_role(office, account, change->role, change->domains,
                             error) &&
           accounts_set_suspended(office, account, change->suspended, error);
}

gboolean
accounts_save(const Office *office, gint64 id, const AccountsChange *change,
              GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    g_autoptr(Account) account =
        office_account(office, ROLE_ADMINISTRATOR, id, error);
    if (account != NULL && save(office, account, change, error) &&
        db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

char **
accounts_domains(const char *typed, GError **error)
{
    g_autofree char *text = g_strstrip(g_strdup(typed));
    if (*text == '\0')
        return g_new0(char *, 1);
    g_autofree char *kept = policy_value(POLICY_ENCRYPT_DOMAINS, text, NULL);
    if (kept != NULL)
        return g_strsplit(kept, " ", -1);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "domains: something in the list is no domain");
    return NULL;
}
