/*
 * To whom can be encrypted: the certificate of an address and whether it is
 * good now. Trust is judged each time and kept nowhere, so that a revocation
 * or an end of validity counts from the moment it is known.
 */
#ifndef SCEAU_MAIL_ADDRESSEE_H
#define SCEAU_MAIL_ADDRESSEE_H

#include "core/mail/world.h"
#include "core/pki/cert.h"

typedef struct {
    char *address;      /* as it was asked for */
    Cert *cert;         /* NULL unless usable */
    gboolean gcm, oaep; /* announced by the addressee */
    /* NULL if usable, else "no-certificate", "expired", "not-yet-valid",
     * "revoked", "unknown-issuer", "unchecked", "weak", "wrong-usage" or
     * "offered": another identity waits to be accepted. Static. */
    const char *problem;
    gint64 not_after; /* of the certificate that is or would be used, or 0 */
    char *kid;        /* that one's, of a contact; or NULL */
    char *name;       /* of the contact, or NULL */
    /* When a key of this account that they have was reported stolen, while
     * no message went to them since (O10); else 0. */
    gint64 to_tell;
} Addressee;

void addressee_free(Addressee *addressee);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Addressee, addressee_free)

/* Never fails for lack of a certificate. The account's own address finds the
 * account's own certificate. */
Addressee *addressee_find(const World *world, const char *address,
                          GError **error);
/* Addressee, one for each, in order. */
GPtrArray *addressees_find(const World *world, const char *const *addresses,
                           GError **error);
/* The sender's own: exactly one Addressee, with a problem if there is no
 * certificate that one's own mail can be encrypted to. */
GPtrArray *addressee_self(const World *world, GError **error);

#endif
