#include "core/mail/protection.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/mail/preference.h"
#include "core/mail/protection_policy.h"

const char *
protection_name(Protection protection)
{
    switch (protection) {
    case PROTECTION_NONE:
        return "none";
    case PROTECTION_SIGN:
        return "sign";
    case PROTECTION_SIGN_ENCRYPT:
        return "sign+encrypt";
    }
    g_assert_not_reached();
}

gboolean
protection_from_name(const char *name, Protection *out, GError **error)
{
    static const Protection all[] = {PROTECTION_NONE, PROTECTION_SIGN,
                                     PROTECTION_SIGN_ENCRYPT};
    *out = PROTECTION_NONE;
    if (name == NULL || *name == '\0')
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (strcmp(name, protection_name(all[i])) == 0) {
            *out = all[i];
            return TRUE;
        }
    }
    g_autofree char *quoted = error_quote(name, -1, 40);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                "\"%s\" is no kind of protection", quoted);
    return FALSE;
}

Protection
protection_first(const Account *account)
{
    return preference_first(account);
}

static gboolean
check_account(const World *world, Protection protection, GError **error)
{
    const Account *account = world->account;
    if (protection != PROTECTION_NONE && !account_need_secure(account, error))
        return FALSE;
    if (protection != PROTECTION_SIGN_ENCRYPT || preference_warned(account))
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                        "the warnings of encryption are not accepted");
    return FALSE;
}

static gboolean
check_policy(const World *world, Protection protection,
             const char *const *recipients, GError **error)
{
    g_autoptr(Policy) policy =
        policy_effective(world->db, world->account, error);
    ProtectionDemand demand;
    if (policy == NULL ||
        !protection_demand(world, policy, recipients, &demand, error))
        return FALSE;
    if (protection >= demand.least)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                "policy: %s asks for more than \"%s\"", demand.why,
                protection_name(protection));
    return FALSE;
}

gboolean
protection_check(const World *world, Protection protection,
                 const char *const *recipients, GError **error)
{
    return check_account(world, protection, error) &&
           (recipients == NULL ||
            check_policy(world, protection, recipients, error));
}

void
protection_sent(const World *world, Protection protection)
{
    g_autoptr(GError) why = NULL;
    if (!preference_sent(world, protection, &why))
        log_error("preference-sent", why);
}
