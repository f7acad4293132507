/*
 * The ledger of sceau-ca, a database of its own: its authorities, every
 * certificate it made and what became of it. A certificate leaves sceau-ca
 * only when its row is committed, under the id of the request it answers, so
 * that the same request gives the same certificate for ever. It knows bytes
 * and numbers; what is in them is core/pki's to say.
 */
#ifndef SCEAU_STORE_LEDGER_H
#define SCEAU_STORE_LEDGER_H

#include "core/store/db.h"

Db *ledger_open(const char *path, GError **error);

typedef struct {
    gint64 id;
    char *request; /* id of what asked for it */
    char *name, *crl_url;
    GBytes *der;
    char *key; /* file name in the folder of sceau-ca, or "pkcs11:…" */
    gint64 created;
    gint64 crl_number; /* 0: none yet */
    GBytes *crl;       /* DER or NULL */
    gint64 crl_this, crl_next;
} LedgerAuthority;

void ledger_authority_free(LedgerAuthority *authority);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LedgerAuthority, ledger_authority_free)

/* APP_ERROR_CONFLICT while one is in use. */
gboolean ledger_authority_create(Db *db, const LedgerAuthority *authority,
                                 GError **error);
/* The one in use; NULL without error when there is none. */
LedgerAuthority *ledger_authority_find(Db *db, GError **error);
/* The one of this request, in use or not; NULL without error. */
LedgerAuthority *ledger_authority_of(Db *db, const char *request,
                                     gboolean *retired, GError **error);
/* Its key's file is from now on called key. */
gboolean ledger_authority_retire(Db *db, gint64 id, const char *key,
                                 const char *request, gint64 now,
                                 GError **error);
/* Has one been retired by this request? *key: what its key is called now. */
gboolean ledger_authority_retired(Db *db, const char *request, char **key,
                                  GError **error);
/* The names of all key files that belong to an authority. */
GPtrArray *ledger_keys(Db *db, GError **error);
gboolean ledger_set_crl(Db *db, gint64 id, gint64 number, GBytes *der,
                        gint64 this_update, gint64 next_update,
                        GError **error);

typedef struct {
    char *serial, *request;
    char *content; /* SHA-256 of what was asked, in hex */
    GBytes *der;
    gint64 not_after, revoked; /* 0: it is not */
    gint64 reason;
} LedgerCert;

void ledger_cert_free(LedgerCert *cert);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LedgerCert, ledger_cert_free)

/* NULL without error when nothing was issued for this request. */
LedgerCert *ledger_cert_of(Db *db, const char *request, GError **error);
/* APP_ERROR_CONFLICT when the serial number or the request is known. */
gboolean ledger_cert_create(Db *db, gint64 authority, const LedgerCert *cert,
                            gint64 now, GError **error);
/* *changed is FALSE when it was revoked already. APP_ERROR_NOT_FOUND for a
 * serial number of another. */
gboolean ledger_cert_revoke(Db *db, gint64 authority, const char *serial,
                            gint64 reason, gint64 now, gboolean *changed,
                            GError **error);
/* Revoked and not expired before since: LedgerCert without der, by serial. */
GPtrArray *ledger_revoked(Db *db, gint64 authority, gint64 since,
                          GError **error);
gboolean ledger_count(Db *db, gint64 authority, gint64 *issued,
                      gint64 *revoked, GError **error);

#endif
