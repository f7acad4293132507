#include "core/admin/accounts.h"

#include <string.h>

#include "core/base/error.h"
#include "core/store/policy.h"

static char *
subject_of(const Account *account)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, account->id);
}

gboolean
accounts_set_option(const Office *office, const Account *account,
                    const char *option, GError **error)
{
    gboolean inherit = g_strcmp0(option, "inherit") == 0;
    g_autofree char *value =
        inherit ? NULL
                : policy_value(POLICY_OPTION, option != NULL ? option : "",
                               error);
    if (!inherit && value == NULL)
        return FALSE;
    g_autoptr(GError) why = NULL;
    g_autofree char *subject = subject_of(account);
    g_autofree char *before =
        policy_get(office->db, POLICY_ACCOUNT, subject, POLICY_OPTION, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (g_strcmp0(before, value) == 0)
        return TRUE;
    return policy_save(office->db, POLICY_ACCOUNT, subject, POLICY_OPTION,
                       value, office->now, error) &&
           policy_settle(office->db, POLICY_ACCOUNT, subject, NULL, error) &&
           office_note(office, account, NULL, "account-option",
                       before != NULL ? before : "inherit",
                       value != NULL ? value : "inherit", error);
}
