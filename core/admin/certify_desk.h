/*
 * What administrators look at and hand out: requests that wait, what was
 * issued, certificates of other authorities brought for a person (S4, S5). In
 * all of it an administrator of some domains sees theirs alone.
 */
#ifndef SCEAU_ADMIN_CERTIFY_DESK_H
#define SCEAU_ADMIN_CERTIFY_DESK_H

#include "core/admin/certify.h"
#include "core/store/cert_request.h"
#include "core/store/issued.h"

/* CertRequest, the oldest first. */
GPtrArray *certify_waiting(const Office *office, guint limit, GError **error);
/* Issued, the newest first. */
GPtrArray *certify_issued(const Office *office, const char *words,
                          guint offset, guint limit, GError **error);
/* APP_ERROR_NOT_FOUND for one that is not there or not within reach. */
Issued *certify_issued_get(const Office *office, const char *kid,
                           GError **error);
/* Public certificates alone: "pem", "der", "p7b", "p12" (under password);
 * kid NULL: the authority's own. *name: a file name. */
GBytes *certify_export(const Office *office, const char *kid,
                       const char *format, const char *password, char **name,
                       GError **error);

/*
 * A certificate of any authority, from a file, becomes one of the account
 * whose address it names, which must be within reach. *address is that of the
 * account, to be freed. APP_ERROR_CERTIFICATE says what is wrong.
 */
gboolean certify_upload(const Office *office, GBytes *file, char **address,
                        GError **error);

#endif
