#include "core/mail/preference.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/store/notice.h"

static const char *const names[] = {
    [PREFERENCE_AUTO] = "auto",
    [PREFERENCE_NONE] = "none",
    [PREFERENCE_SIGN] = "sign",
    [PREFERENCE_SIGN_ENCRYPT] = "sign+encrypt",
};

const char *
preference_name(Preference preference)
{
    return names[preference];
}

gboolean
preference_from_name(const char *name, Preference *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (Preference)i;
            return TRUE;
        }
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "preference: no such choice");
    return FALSE;
}

/* A word that a later version wrote is no choice of this one. */
Preference
preference_get(const Account *account)
{
    Preference preference;
    return account->preference != NULL &&
                   preference_from_name(account->preference, &preference,
                                        NULL)
               ? preference
               : PREFERENCE_AUTO;
}

static gboolean
check_secure(const World *world, GError **error)
{
    if (account_is_secure(world->account))
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                        "secure mail is off for this account");
    return FALSE;
}

gboolean
preference_set(const World *world, Preference preference, GError **error)
{
    return check_secure(world, error) &&
           account_set_preference(world->db, world->account->id,
                                  preference_name(preference), error);
}

gboolean
preference_enable(const World *world, gboolean enabled, GError **error)
{
    const Account *account = world->account;
    if (!account->allowed) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                            "secure mail is not allowed for this account");
        return FALSE;
    }
    if (!account_set_enabled(world->db, account->id, enabled, error) ||
        !notice_settle(world->db, account->id, "option-allowed", NULL, error))
        return FALSE;
    log_event("secure-mail", "account", account->login, "state",
              enabled ? "on" : "off", NULL);
    return TRUE;
}

static Protection
last_choice(const Account *account)
{
    Protection protection = PROTECTION_NONE;
    protection_from_name(account->last_choice, &protection, NULL);
    return protection;
}

Protection
preference_first(const Account *account)
{
    if (!account_is_secure(account))
        return PROTECTION_NONE;
    switch (preference_get(account)) {
    case PREFERENCE_AUTO:
        return last_choice(account);
    case PREFERENCE_NONE:
        return PROTECTION_NONE;
    case PREFERENCE_SIGN:
        return PROTECTION_SIGN;
    case PREFERENCE_SIGN_ENCRYPT:
        return PROTECTION_SIGN_ENCRYPT;
    }
    g_assert_not_reached();
}

/* A choice for one message leaves a fixed setting alone (Z23). */
gboolean
preference_sent(const World *world, Protection protection, GError **error)
{
    const Account *account = world->account;
    const char *name = protection_name(protection);
    if (!account_is_secure(account) ||
        preference_get(account) != PREFERENCE_AUTO ||
        g_strcmp0(account->last_choice, name) == 0)
        return TRUE;
    return account_set_choice(world->db, account->id, name, error);
}

gboolean
preference_warned(const Account *account)
{
    return account->warned != 0;
}

/* The first time stands: when it was that they were read. */
gboolean
preference_accept(const World *world, GError **error)
{
    if (!check_secure(world, error))
        return FALSE;
    return preference_warned(world->account) ||
           account_set_warned(world->db, world->account->id, world->now,
                              error);
}
