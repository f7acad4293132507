/* The account's own certificate as the signer of a message. */
#ifndef SCEAU_MAIL_SIGNER_H
#define SCEAU_MAIL_SIGNER_H

#include "core/cms/attributes.h"
#include "core/mail/world.h"

typedef struct {
    Cert *cert;
    GPtrArray *chain; /* Certs sent along, no root */
    SignAlgorithm algorithm;
} Signer;

void signer_free(Signer *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signer, signer_free)

/* APP_ERROR_NOT_FOUND for a kid that is not the account's,
 * APP_ERROR_CERTIFICATE naming the first thing that keeps it from signing. */
Signer *signer_load(const World *world, const char *kid, GError **error);
/* As signing_problems(), for this account now. */
char **signer_problems(const World *world, const Cert *cert, GPtrArray *chain,
                       GError **error);
/* Was the key of this certificate reported stolen? */
gboolean signer_is_stolen(const World *world, const Cert *cert,
                          gboolean *stolen, GError **error);

#endif
