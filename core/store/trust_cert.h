/*
 * Anchors and intermediates that administrators uploaded, and the number by
 * which every process notices a change. It knows no X.509: whether bytes are
 * a certificate, and fit to be trusted, was asked before. Files named in the
 * configuration are trusted as well and are not kept here.
 */
#ifndef SCEAU_STORE_TRUST_CERT_H
#define SCEAU_STORE_TRUST_CERT_H

#include "core/store/db.h"

#define TRUST_ROLE_ANCHOR "anchor"
#define TRUST_ROLE_INTERMEDIATE "intermediate"

typedef struct {
    char *kid;  /* SHA-256 of the certificate, lower hex */
    char *role; /* "anchor" or "intermediate" */
    char *name; /* the administrator's */
    GBytes *der;
    char *purpose; /* "mail", "signing" or "encryption" */
    char *added_by;
    gint64 created;
    gint64 withdrawn; /* 0: in force */
} TrustCert;

void trust_cert_free(TrustCert *cert);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TrustCert, trust_cert_free)

/* Inside the caller's transaction, as are the other changes. One that was
 * withdrawn comes back in force; created and withdrawn are not looked at. */
gboolean trust_cert_save(Db *db, const TrustCert *cert, gint64 now,
                         GError **error);
/* APP_ERROR_NOT_FOUND unless it is in force. */
gboolean trust_cert_rename(Db *db, const char *kid, const char *name,
                           GError **error);
gboolean trust_cert_withdraw(Db *db, const char *kid, gint64 now,
                             GError **error);
/* NULL without error when there is none. */
TrustCert *trust_cert_find(Db *db, const char *kid, GError **error);
/* By role and name; the withdrawn too, which come last. */
GPtrArray *trust_cert_list(Db *db, GError **error);

/* version grows with every change to what is trusted or known to be revoked,
 * edition only with those that administrators make; either may be NULL. */
gboolean trust_version_load(Db *db, gint64 *version, gint64 *edition,
                            GError **error);
/* Called by the modules that change something, in the same transaction. */
gboolean trust_version_bump(Db *db, gboolean by_administrator,
                            GError **error);
/* APP_ERROR_CONFLICT unless the edition is this one; 0: any is. */
gboolean trust_edition_need(Db *db, gint64 edition, GError **error);

#endif
