/*
 * Revocation of the certificates of a path by the CRLs the administrator
 * gave (RFC 5280 §6.3; SEC-14, SEC-18). A list counts if its signer, that
 * signer's right to sign it, its time and its scope are good; where none
 * covers a certificate its state is unknown, never good. Nothing is fetched.
 *
 * Unchecked is said of a signer that no list covers; where the administrator
 * requires revocation, also of a path with an authority that none covers.
 */
#ifndef SCEAU_PKI_REVOCATION_H
#define SCEAU_PKI_REVOCATION_H

#include "core/pki/crl.h"
#include "core/pki/path.h"

typedef struct {
    GPtrArray *crls;   /* Crl */
    gint64 at;         /* when the message arrived: lists are held to it */
    gboolean required; /* by the administrator */
} Revocation;

/* A PathRevocation; rules->data is a Revocation. */
VerdictSet revocation_judge(const PathRules *rules, GPtrArray *path,
                            guint depth);

#endif
