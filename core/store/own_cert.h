/* The account's own certificates, posted after an import; public data only.
 */
#ifndef SCEAU_STORE_OWN_CERT_H
#define SCEAU_STORE_OWN_CERT_H

#include "core/store/db.h"

typedef struct {
    char *kid; /* SHA-256 of the certificate, lower hex */
    GBytes *der;
    GBytes *chain; /* concatenated DER certificates, no root; may be empty */
    gint64 created;
} OwnCert;

void own_cert_free(OwnCert *cert);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OwnCert, own_cert_free)
gboolean own_cert_save(Db *db, gint64 account, const char *kid, GBytes *der,
                       GBytes *chain, gint64 now, GError **error);
OwnCert *own_cert_get(Db *db, gint64 account, const char *kid,
                      GError **error);
GPtrArray *own_cert_list(Db *db, gint64 account, GError **error);
/* For the figures: certificates whose end was not read yet, at most limit;
 * and what was read, -1 if it cannot be. */
GPtrArray *own_cert_unread(Db *db, guint limit, GError **error);
gboolean own_cert_set_end(Db *db, const char *kid, gint64 not_after,
                          GError **error);
gboolean own_cert_delete(Db *db, gint64 account, const char *kid,
                         GError **error);
#endif
