#include "core/admin/office.h"

#include <string.h>

#include "core/base/error.h"
#include "core/store/audit.h"

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_FORBIDDEN, "administration: %s",
                what);
    return FALSE;
}

gboolean
office_need(const Office *office, Role least, GError **error)
{
    if (office->who == NULL || account_has_role(office->who, least))
        return TRUE;
    return refuse(error, "not with the role of this account");
}

gboolean
office_reach(const Office *office, Role least, const char *domain,
             GError **error)
{
    if (!office_need(office, least, error))
        return FALSE;
    if (office->who == NULL)
        return TRUE;
    gboolean within = FALSE;
    if (!account_reaches(office->db, office->who->id, domain, &within, error))
        return FALSE;
    return within || refuse(error, "another domain than this account's");
}

gboolean
office_scope(const Office *office, gint64 *scope, GError **error)
{
    *scope = 0;
    if (office->who == NULL)
        return TRUE;
    gboolean all = FALSE;
    if (!account_reaches(office->db, office->who->id, NULL, &all, error))
        return FALSE;
    *scope = all ? 0 : office->who->id;
    return TRUE;
}

/* Frees account and is NULL where it is out of reach. */
static Account *
within_reach(const Office *office, Role least, Account *account,
             GError **error)
{
    g_autoptr(Account) found = account;
    g_autoptr(GError) why = NULL;
    if (office_reach(office, least, found->domain, &why))
        return g_steal_pointer(&found);
    if (!g_error_matches(why, APP_ERROR, APP_ERROR_FORBIDDEN))
        g_propagate_error(error, g_steal_pointer(&why));
    else
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "no such account");
    return NULL;
}

Account *
office_account(const Office *office, Role least, gint64 id, GError **error)
{
    if (!office_need(office, least, error))
        return NULL;
    Account *account = account_load(office->db, id, error);
    return account != NULL ? within_reach(office, least, account, error)
                           : NULL;
}

Account *
office_find(const Office *office, Role least, const char *address,
            GError **error)
{
    if (!office_need(office, least, error))
        return NULL;
    g_autoptr(GError) why = NULL;
    Account *account = account_find(office->db, address, &why);
    if (account != NULL)
        return within_reach(office, least, account, error);
    g_autofree char *quoted = error_quote(address, -1, 80);
    if (why == NULL)
        g_set_error(&why, APP_ERROR, APP_ERROR_NOT_FOUND, "no account \"%s\"",
                    quoted);
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

gboolean
office_note(const Office *office, const Account *account, const char *subject,
            const char *act, const char *before, const char *after,
            GError **error)
{
    const AuditAct row = {
        .actor = office->actor,
        .source = office->source,
        .account = account != NULL ? account->id : 0,
        .subject = account != NULL ? account->address : subject,
        .act = act,
        .before = before,
        .after = after,
    };
    return audit_add(office->db, &row, office->now, error);
}
