/*
 * Where revocations are asked for: addresses an administrator wrote down for
 * an issuer (SEC-18), how failing is taken, and how the last try went.
 */
#ifndef SCEAU_STORE_REVOCATION_SOURCE_H
#define SCEAU_STORE_REVOCATION_SOURCE_H

#include "core/store/db.h"

typedef struct {
    gint64 id;
    char *issuer; /* kid */
    char *kind;   /* REVOCATION_CRL or REVOCATION_OCSP */
    char *url;
    gboolean hard;          /* uncovered is unchecked, not good */
    gboolean allow_private; /* the address may be of an inner network */
    gint64 created;
    gint64 tried;          /* 0: never */
    char *result;          /* a code, "ok"; NULL: never tried */
    gint64 succeeded;      /* 0: never */
    gint64 next;           /* not to be tried before, 0: at once */
    char *etag, *modified; /* of the last answer, or NULL */
} RevocationSource;

void revocation_source_free(RevocationSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevocationSource, revocation_source_free)

/* Inside the caller's transaction, as are change and remove. The id; 0 with
 * error: APP_ERROR_CONFLICT where the issuer has it already. */
gint64 revocation_source_create(Db *db, const RevocationSource *source,
                                gint64 now, GError **error);
/* Url, hard and allow_private; what is known of tries is forgotten. */
gboolean revocation_source_change(Db *db, const RevocationSource *source,
                                  GError **error);
gboolean revocation_source_remove(Db *db, gint64 id, GError **error);
/* Tried, result, succeeded, next, etag and modified. No version grows. */
gboolean revocation_source_tried(Db *db, const RevocationSource *source,
                                 GError **error);
/* APP_ERROR_NOT_FOUND when there is none. */
RevocationSource *revocation_source_get(Db *db, gint64 id, GError **error);
/* By issuer, kind and address. */
GPtrArray *revocation_source_list(Db *db, GError **error);

#endif
