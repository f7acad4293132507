/*
 * Where revocations of an issuer are asked for, as an administrator sets it
 * (SEC-18, S15), and what is known from there.
 */
#ifndef SCEAU_ADMIN_REVOCATION_ADMIN_H
#define SCEAU_ADMIN_REVOCATION_ADMIN_H

#include "core/admin/office.h"
#include "core/store/revocation_source.h"

typedef struct {
    RevocationSource *source;
    char *issuer_name;
    /* What is kept of this kind for the issuer: how many lists or answers,
     * and of the newest its dates; 0: none. */
    guint kept;
    gint64 this_update, next_update;
} RevocationLine;

void revocation_line_free(RevocationLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevocationLine, revocation_line_free)

/* Of this issuer, or of all where kid is NULL. */
GPtrArray *revocation_admin_list(const Office *office, const char *kid,
                                 GError **error);

/*
 * Makes one, or changes the one with source->id: its address, hard and
 * allow_private. APP_ERROR_INPUT for an address that is none, NOT_FOUND for
 * an issuer that is not trusted, CONFLICT for an address it has, or where
 * edition is not 0 and another administrator was first. *id, if asked for.
 */
gboolean revocation_admin_save(const Office *office,
                               const RevocationSource *source, gint64 edition,
                               gint64 *id, GError **error);
/* What was fetched for an issuer goes with its last source of the kind. */
gboolean revocation_admin_remove(const Office *office, gint64 id,
                                 gint64 edition, GError **error);

#endif
