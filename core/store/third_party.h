/*
 * Other people's certificates of the whole site, whoever keeps them: what a
 * reset exports and then removes (S9).
 */
#ifndef SCEAU_STORE_THIRD_PARTY_H
#define SCEAU_STORE_THIRD_PARTY_H

#include "core/store/db.h"

typedef struct {
    const char *account; /* who keeps it */
    const char *contact; /* whose it is */
    const char *kid, *standing, *source;
    GBytes *der;
    gint64 created;
} ThirdParty;

/* FALSE from visit ends it, with its error. */
typedef gboolean (*ThirdPartyVisitor)(const ThirdParty *one, gpointer data,
                                      GError **error);
gboolean third_party_each(Db *db, ThirdPartyVisitor visit, gpointer data,
                          GError **error);

/* And who was pinned to one is pinned no more. *removed counts them. */
gboolean third_party_delete_all(Db *db, gint64 *removed, GError **error);

#endif
