/*
 * Name constraints (RFC 5280 §4.2.1.10, with RFC 9598 for international
 * mailboxes): may a certificate below this authority bear its names?
 */
#ifndef SCEAU_PKI_CONSTRAINTS_H
#define SCEAU_PKI_CONSTRAINTS_H

#include "core/pki/cert_fields.h"

/* TRUE too if authority has no constraints; FALSE if cert's names break them
 * or either side cannot be understood. */
gboolean constraints_allow(const Cert *authority, const Cert *cert);

#endif
