#include "core/mail/signer.h"

#include "core/base/error.h"
#include "core/pki/signing.h"
#include "core/store/disabled_key.h"
#include "core/store/own_cert.h"
#include "core/store/policy.h"

void
signer_free(Signer *signer)
{
    if (signer == NULL)
        return;
    cert_unref(signer->cert);
    g_clear_pointer(&signer->chain, g_ptr_array_unref);
    g_free(signer);
}

gboolean
signer_is_stolen(const World *world, const Cert *cert, gboolean *stolen,
                 GError **error)
{
    gint64 since = 0;
    g_autofree char *key = cert_key_print(cert);
    if (!disabled_key_since(world->db, world->account->id, key, &since, NULL,
                            error))
        return FALSE;
    *stolen = since != 0;
    return TRUE;
}

/* The administrator may ask for longer keys than the configuration (S14). */
char **
signer_problems(const World *world, const Cert *cert, GPtrArray *chain,
                GError **error)
{
    SigningRules rules = {.address = world->account->address,
                          .now = world->now};
    if (!signer_is_stolen(world, cert, &rules.stolen, error))
        return NULL;
    g_autoptr(Policy) policy =
        policy_effective(world->db, world->account, error);
    if (policy == NULL)
        return NULL;
    const Config *config = world->config;
    rules.min_rsa_bits =
        policy_bits(config->min_rsa_bits, policy->min_rsa_bits);
    rules.min_ec_bits = policy_bits(config->min_ec_bits, policy->min_ec_bits);
    return signing_problems(world->trust, cert, chain, &rules);
}

static gboolean
check(const World *world, Signer *signer, GError **error)
{
    g_auto(GStrv) problems =
        signer_problems(world, signer->cert, signer->chain, error);
    if (problems == NULL)
        return FALSE;
    const char *refusal = signing_refusal(problems);
    if (refusal != NULL) {
        g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                    "certificate cannot sign for this account: %s", refusal);
        return FALSE;
    }
    return sign_algorithm_for(signer->cert, &signer->algorithm, error);
}

Signer *
signer_load(const World *world, const char *kid, GError **error)
{
    g_autoptr(OwnCert) own =
        own_cert_get(world->db, world->account->id, kid, error);
    if (own == NULL)
        return NULL;

    g_autoptr(Signer) signer = g_new0(Signer, 1);
    signer->cert = cert_parse(own->der, error);
    if (signer->cert == NULL)
        return NULL;
    signer->chain = g_bytes_get_size(own->chain) > 0
                        ? cert_parse_file(own->chain, error)
                        : g_ptr_array_new();
    if (signer->chain == NULL || !check(world, signer, error))
        return NULL;
    return g_steal_pointer(&signer);
}
