/*
 * The two floors of SEC-13: good enough for Verified and for sending, old but
 * readable, and not used at all.
 */
#ifndef SCEAU_PKI_STRENGTH_H
#define SCEAU_PKI_STRENGTH_H

#include "core/pki/trust.h"

typedef enum {
    STRENGTH_GOOD,
    STRENGTH_WEAK,        /* between the floors */
    STRENGTH_BELOW_FLOOR, /* or of a kind nobody here can judge */
} Strength;

Strength strength_of_key(KeyKind kind, guint bits, const TrustPolicy *policy);

/* The key, and the digest under which its issuer vouched for it. */
Strength strength_of_cert(const Cert *cert, const TrustPolicy *policy);

#endif
