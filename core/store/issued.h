/*
 * What the local authority issued, and what of it is revoked. A revocation is
 * on disk before sceau-ca is told, and "published" once its list has it.
 */
#ifndef SCEAU_STORE_ISSUED_H
#define SCEAU_STORE_ISSUED_H

#include "core/store/db.h"

typedef struct {
    char *serial, *kid, *request;
    gint64 account;
    char *address, *key, *algorithm;
    GBytes *der;
    gint64 not_after;
    gint64 revoked; /* 0: it is not */
    gint64 reason;
    gboolean published;
    gint64 created;
} Issued;

void issued_free(Issued *issued);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Issued, issued_free)

gboolean issued_create(Db *db, const Issued *issued, GError **error);
/* NULL without error when there is none. */
Issued *issued_find(Db *db, const char *kid, GError **error);
gboolean issued_revoke(Db *db, const char *serial, gint64 reason, gint64 now,
                       GError **error);
gboolean issued_published(Db *db, const char *serial, GError **error);
/* Revoked, and sceau-ca has not said so yet. */
GPtrArray *issued_unpublished(Db *db, guint limit, GError **error);

typedef struct {
    const char *words; /* begins the address, or a kid or serial; "": any */
    gint64 scope;      /* an administrator's account; 0: all */
    guint offset, limit;
} IssuedQuery;

/* Newest first. */
GPtrArray *issued_list(Db *db, const IssuedQuery *query, GError **error);
gboolean issued_count(Db *db, gint64 *all, gint64 *revoked, GError **error);
gboolean issued_delete_all(Db *db, GError **error);

#endif
