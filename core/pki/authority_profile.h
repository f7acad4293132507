/*
 * What sceau-ca issues, whoever asks: keys of enough bits, one address of a
 * domain it serves, and never beyond 825 days or its own end. The server asks
 * under the same rules first; these are the ones that hold when it lies.
 */
#ifndef SCEAU_PKI_AUTHORITY_PROFILE_H
#define SCEAU_PKI_AUTHORITY_PROFILE_H

#include "core/pki/csr.h"

#define AUTHORITY_MAX_DAYS 825

/* Why a request is refused: "malformed", "weak", "proof", "address",
 * "policy" (a domain it does not serve); NULL when it may be issued; static.
 * domains: NULL-terminated, lower-case A-labels. */
const char *authority_refusal(const Csr *csr, const char *address,
                              const char *const *domains);

/* The end of a certificate made now for so many days: FALSE when the
 * authority itself ends within a day. */
gboolean authority_end(const Cert *issuer, gint64 now, guint days,
                       gint64 *not_after);

#endif
