/*
 * The one local authority as this server knows it: its certificate, its rule
 * for approving, its newest CRL. Its key and its ledger are with sceau-ca.
 */
#ifndef SCEAU_STORE_AUTHORITY_H
#define SCEAU_STORE_AUTHORITY_H

#include "core/store/db.h"

#define AUTHORITY_MAKING "making"       /* sceau-ca has not answered yet */
#define AUTHORITY_ACTIVE "active"       /* it certifies */
#define AUTHORITY_RESETTING "resetting" /* it goes, and issues nothing */

typedef struct {
    char *id; /* the request that made it */
    char *state;
    char *name, *organisation, *algorithm;
    gint64 days;
    char *file;    /* its list is served as /crl/<file>.crl */
    char *crl_url; /* where, from outside */
    GBytes *der;   /* NULL while making */
    gboolean automatic;
    char *domains; /* the rule's, with spaces between; "": all */
    gint64 crl_number, crl_this, crl_next; /* number 0: no list yet */
    char *exported; /* file of the reset's export, or NULL */
    gint64 created;
} LocalAuthority;

void local_authority_free(LocalAuthority *authority);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LocalAuthority, local_authority_free)

/* NULL without error when there is none. */
LocalAuthority *local_authority_find(Db *db, GError **error);
/* APP_ERROR_CONFLICT when there is one. */
gboolean local_authority_create(Db *db, const LocalAuthority *authority,
                                GError **error);
gboolean local_authority_made(Db *db, GBytes *der, GError **error);
gboolean local_authority_set_rule(Db *db, gboolean automatic,
                                  const char *domains, GError **error);
gboolean local_authority_set_resetting(Db *db, const char *exported,
                                       GError **error);
gboolean local_authority_delete(Db *db, GError **error);
/* A list that is older than the one there is left where it is. */
gboolean local_authority_set_crl(Db *db, GBytes *crl, gint64 number,
                                 gint64 this_update, gint64 next_update,
                                 GError **error);
/* The newest list of the authority whose file this is; NULL without error
 * when there is none. */
GBytes *local_authority_crl(Db *db, const char *file, GError **error);

#endif
