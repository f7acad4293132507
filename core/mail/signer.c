#include "core/mail/signer.h"

#include "core/base/error.h"
#include "core/store/own_cert.h"

void
signer_free(Signer *signer)
{
    if (signer == NULL)
        return;
    cert_unref(signer->cert);
    g_clear_pointer(&signer->chain, g_ptr_array_unref);
    g_free(signer);
}

char **
signer_problems(const World *world, const Cert *cert)
{
    return cert_signing_problems(cert, world->account->address, world->now,
                                 world->config->min_rsa_bits,
                                 world->config->min_ec_bits);
}

static gboolean
check(const World *world, Signer *signer, GError **error)
{
    g_auto(GStrv) problems = signer_problems(world, signer->cert);
    if (problems[0] != NULL) {
        g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                    "certificate cannot sign for this account: %s",
                    problems[0]);
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
