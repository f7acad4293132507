/* Certificates as an administrator sees them; of trust_admin and its
 * neighbours only. */
#ifndef SCEAU_ADMIN_TRUST_LINE_H
#define SCEAU_ADMIN_TRUST_LINE_H

#include "core/admin/trust_admin.h"
#include "core/pki/cert.h"

/* As trust_admin_read; *certs gets the Certs, in the same order. */
GPtrArray *trust_lines_read(const Office *office, const TrustPlan *plan,
                            GPtrArray **certs, GError **error);

#endif
