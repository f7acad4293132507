/*
 * CRLs and OCSP answers that were fetched and found good, so that a verdict
 * never waits for a network. What is in the bytes was judged before; here
 * they are rows of an issuer, the newest of each series only.
 */
#ifndef SCEAU_STORE_REVOCATION_CACHE_H
#define SCEAU_STORE_REVOCATION_CACHE_H

#include "core/store/db.h"

#define REVOCATION_CRL "crl"
#define REVOCATION_OCSP "ocsp"

typedef struct {
    char *issuer; /* kid of the certificate of who issued it */
    char *kind;   /* "crl" or "ocsp" */
    char *slot;   /* "" for the issuer's one list; else which series of lists
                     (scope, delta), or the kid that was asked about */
    char *digest; /* SHA-256 of der, lower hex; save fills it in */
    GBytes *der;  /* NULL in a list: loaded one by one */
    gint64 this_update, next_update; /* next: 0 when not said */
    char *number;                    /* cRLNumber, hex, or NULL */
    gint64 fetched;
} RevocationCached;

void revocation_cached_free(RevocationCached *cached);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevocationCached, revocation_cached_free)

/*
 * Takes the place of the one in its slot, inside the caller's transaction;
 * fetched becomes now. The version grows only if the bytes are others.
 */
gboolean revocation_cache_save(Db *db, const RevocationCached *cached,
                               gint64 now, GError **error);
/* NULL without error when there is none. */
RevocationCached *revocation_cache_find(Db *db, const char *issuer,
                                        const char *kind, const char *slot,
                                        GError **error);
/* Without der. */
GPtrArray *revocation_cache_list(Db *db, GError **error);
/* All of an issuer's of one kind: nobody vouches for them any more. */
gboolean revocation_cache_forget(Db *db, const char *issuer, const char *kind,
                                 GError **error);

/*
 * DER of the certificates this site keeps, one after the other: accounts'
 * own and their contacts'. What is asked about at the issuers. FALSE from
 * visit ends it, with its error.
 */
typedef gboolean (*RevocationVisitor)(const char *kid, GBytes *der,
                                      gpointer data, GError **error);
gboolean revocation_each_kept(Db *db, RevocationVisitor visit, gpointer data,
                              GError **error);

#endif
