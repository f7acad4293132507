#include "core/mail/protection.h"

#include <string.h>

#include "core/base/error.h"

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
    if (account->allowed && g_strcmp0(account->last_choice, "sign") == 0)
        return PROTECTION_SIGN;
    return PROTECTION_NONE;
}

gboolean
protection_choose(const World *world, Protection protection, GError **error)
{
    const Account *account = world->account;
    if (protection != PROTECTION_NONE && !account->allowed) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                            "secure mail is not allowed for this account");
        return FALSE;
    }
    const char *name = protection_name(protection);
    if (!account->allowed || g_strcmp0(account->last_choice, name) == 0)
        return TRUE;
    return account_set_choice(world->db, account->id, name, error);
}
