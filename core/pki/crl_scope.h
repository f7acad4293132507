/*
 * Which certificates a CRL speaks of, and for which reasons (RFC 5280 §6.3.3
 * (b) and (d)).
 */
#ifndef SCEAU_PKI_CRL_SCOPE_H
#define SCEAU_PKI_CRL_SCOPE_H

#include "core/pki/cert_fields.h"
#include "core/pki/crl.h"

/* The reasons for which crl would list cert; 0: it does not speak of it. */
guint crl_scope_reasons(const Crl *crl, const Cert *cert);

#endif
