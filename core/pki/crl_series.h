/*
 * A list as one of a row that its issuer publishes: from whom it is, which
 * row, and which of two is the newer (RFC 5280 §5.2.3).
 */
#ifndef SCEAU_PKI_CRL_SERIES_H
#define SCEAU_PKI_CRL_SERIES_H

#include "core/pki/crl.h"

/* The one list in bytes, DER or PEM; APP_ERROR_CERTIFICATE. */
Crl *crl_read(GBytes *bytes, GError **error);

gboolean crl_names_issuer(const Crl *crl, const Cert *issuer);
/* The same, and it is signed by issuer, who may sign lists. */
gboolean crl_is_from(const Crl *crl, const Cert *issuer);

/* "" for the complete list of all; else its own text for each scope, and for
 * the deltas of each. */
char *crl_series(const Crl *crl);
/* cRLNumber in lower hex without leading zeros, or NULL. */
char *crl_number(const Crl *crl);
/* Is a smaller than b? FALSE where either is NULL. */
gboolean crl_number_is_less(const char *a, const char *b);

#endif
