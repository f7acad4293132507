/*
 * What is wrong with a certificate that is to sign for a person: its own
 * faults, a key that was stolen, and an authority that nobody here trusts.
 * One list for the person's pages, for sending and for helpdesk.
 */
#ifndef SCEAU_PKI_SIGNING_H
#define SCEAU_PKI_SIGNING_H

#include "core/pki/trust.h"

typedef struct {
    const char *address; /* of the person */
    gint64 now;
    guint min_rsa_bits, min_ec_bits;
    gboolean stolen; /* its key was reported so (O10) */
} SigningRules;

/*
 * The codes, worst first, NULL-terminated. "stolen", then
 * those of cert_signing_problems(), then, of one that is made for signing and
 * not stolen, "revoked" or "unknown-issuer": what its readers would be told.
 * chain: Certs that came along. trust NULL: its authority is not asked about.
 */
char **signing_problems(const Trust *trust, const Cert *cert,
                        GPtrArray *chain, const SigningRules *rules);

/* The first of the codes that keeps it from signing; NULL: it signs. Whose
 * authority is unknown here is told, not kept: its readers may trust it. */
const char *signing_refusal(char **problems);

#endif
