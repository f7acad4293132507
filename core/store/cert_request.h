/*
 * What people ask of the local authority: the request, what was said to it,
 * and what came of it. "approved" is on disk before sceau-ca is asked.
 */
#ifndef SCEAU_STORE_CERT_REQUEST_H
#define SCEAU_STORE_CERT_REQUEST_H

#include "core/store/db.h"

#define REQUEST_WAITING "waiting"
#define REQUEST_APPROVED "approved"
#define REQUEST_ISSUED "issued"
#define REQUEST_REFUSED "refused"
#define REQUEST_CANCELLED "cancelled" /* by the person */

typedef struct {
    char *id;
    gint64 account;
    char *address; /* the account's, and its name or NULL; read only */
    char *person;
    char *key;       /* SHA-256 of the public key, lower hex */
    char *algorithm; /* "P-256" */
    GBytes *csr;
    char *renews; /* a kid or "" */
    char *state;
    char *reason; /* refused: a code */
    char *kid;    /* issued: of the certificate */
    char *decided_by;
    gint64 decided, created;
} CertRequest;

void cert_request_free(CertRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CertRequest, cert_request_free)

/* APP_ERROR_CONFLICT while another waits with the same key. */
gboolean cert_request_create(Db *db, const CertRequest *request,
                             GError **error);
/* APP_ERROR_NOT_FOUND. */
CertRequest *cert_request_load(Db *db, const char *id, GError **error);
/* The newest with this key that is neither refused nor cancelled, of whom it
 * may be; NULL without error. */
CertRequest *cert_request_of_key(Db *db, const char *key, GError **error);
/* Newest first. */
GPtrArray *cert_request_list(Db *db, gint64 account, guint limit,
                             GError **error);
/* Oldest first, of accounts within the scope of an administrator (0: all). */
GPtrArray *cert_request_in_state(Db *db, const char *state, gint64 scope,
                                 guint limit, GError **error);
gboolean cert_request_count(Db *db, const char *state, gint64 scope,
                            gint64 *count, GError **error);
/* From one state to another: APP_ERROR_CONFLICT when it is not in the
 * first. by may be NULL. */
gboolean cert_request_decide(Db *db, const char *id, const char *from,
                             const char *to, const char *reason,
                             const char *by, gint64 now, GError **error);
gboolean cert_request_issued(Db *db, const char *id, const char *kid,
                             gint64 now, GError **error);
gboolean cert_request_delete_all(Db *db, GError **error);

#endif
