#include "core/mail/protection_policy.h"

#include "core/base/error.h"
#include "core/mail/addressee.h"
#include "core/pki/cert.h"

gboolean
protection_signs_always(const Account *account, const Policy *policy)
{
    return policy->sign_always && account->allowed;
}

/* The first recipient whose domain is listed, as certificates compare
 * addresses: "bücher.example" is its A-label. */
static const char *
first_of_domains(char *const *domains, const char *const *recipients)
{
    for (; *domains != NULL && *recipients != NULL; recipients++) {
        g_autofree char *key = cert_address_key(*recipients);
        if (policy_names_domain(domains, key != NULL ? key : *recipients))
            return *recipients;
    }
    return NULL;
}

static gboolean
all_usable(const GPtrArray *addressees)
{
    for (guint i = 0; i < addressees->len; i++) {
        const Addressee *addressee = g_ptr_array_index(addressees, i);
        if (addressee->problem != NULL)
            return FALSE;
    }
    return TRUE;
}

/* Could everybody, the sender too, read it encrypted? */
static gboolean
is_possible(const World *world, const char *const *recipients, gboolean *yes,
            GError **error)
{
    *yes = FALSE;
    if (!account_is_secure(world->account) || recipients[0] == NULL)
        return TRUE;
    g_autoptr(GPtrArray) self = addressee_self(world, error);
    if (self == NULL)
        return FALSE;
    if (!all_usable(self))
        return TRUE;
    g_autoptr(GPtrArray) others = addressees_find(world, recipients, error);
    if (others == NULL)
        return FALSE;
    *yes = all_usable(others);
    return TRUE;
}

static void
ask_encrypted(ProtectionDemand *out, PolicyLine line, const char *address)
{
    out->least = PROTECTION_SIGN_ENCRYPT;
    out->why = policy_line_name(line);
    out->address = address;
}

static gboolean
demand_encryption(const World *world, const Policy *policy,
                  const char *const *recipients, ProtectionDemand *out,
                  GError **error)
{
    const char *one = first_of_domains(policy->encrypt_domains, recipients);
    if (one != NULL) {
        ask_encrypted(out, POLICY_ENCRYPT_DOMAINS, one);
        return TRUE;
    }
    gboolean possible = FALSE;
    if (policy->encrypt_when_possible &&
        !is_possible(world, recipients, &possible, error))
        return FALSE;
    if (possible)
        ask_encrypted(out, POLICY_ENCRYPT_POSSIBLE, NULL);
    return TRUE;
}

static void
demand_signature(const World *world, const Policy *policy,
                 const char *const *recipients, ProtectionDemand *out)
{
    const char *one = first_of_domains(policy->never_unsigned_to, recipients);
    if (one == NULL && !protection_signs_always(world->account, policy))
        return;
    out->least = PROTECTION_SIGN;
    out->why = policy_line_name(one != NULL ? POLICY_UNSIGNED_DOMAINS
                                            : POLICY_SIGN_ALWAYS);
    out->address = one;
}

gboolean
protection_demand(const World *world, const Policy *policy,
                  const char *const *recipients, ProtectionDemand *out,
                  GError **error)
{
    *out = (ProtectionDemand){.least = PROTECTION_NONE};
    if (policy->tls_required && world->config->submission.tls == TLS_NONE) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INSECURE,
                            "policy: tls-required, and the configuration "
                            "sends without");
        return FALSE;
    }
    if (!demand_encryption(world, policy, recipients, out, error))
        return FALSE;
    if (out->least == PROTECTION_NONE)
        demand_signature(world, policy, recipients, out);
    return TRUE;
}
