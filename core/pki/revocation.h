/*
 * Revocation of the certificates of a path by the CRLs the administrator
 * gave and by what was fetched from the administrator's addresses (RFC 5280
 * §6.3, RFC 6960; SEC-14, SEC-18). A list counts if its signer, that
 * signer's right to sign it, its time and its scope are good, and an answer
 * likewise; where none covers a certificate its state is unknown, never good.
 * Nothing is fetched.
 *
 * Unchecked is said of a signer that nothing covers, where lists were given
 * or its issuer is marked as hard, and not where it is marked as soft (S15).
 * Where the administrator requires revocation, or the issuer is hard, it is
 * also said of a path with an authority that nothing covers.
 */
#ifndef SCEAU_PKI_REVOCATION_H
#define SCEAU_PKI_REVOCATION_H

#include "core/pki/crl.h"
#include "core/pki/path.h"

/* How an issuer's silence is taken. */
typedef struct {
    Cert *issuer;
    gboolean hard;
} RevocationSetting;

typedef struct {
    GPtrArray *crls;     /* Crl */
    GHashTable *answers; /* kid asked about → GBytes of an OCSP answer */
    GArray *settings;    /* RevocationSetting */
    gint64 at;           /* when the message arrived: lists are held to it */
    gboolean required;   /* by the administrator */
    gboolean given;      /* lists by hand: what none covers is unchecked */
} Revocation;

/* A PathRevocation; rules->data is a Revocation. */
VerdictSet revocation_judge(const PathRules *rules, GPtrArray *path,
                            guint depth, RevocationFinding *finding);

#endif
