/*
 * Back-off of sign-in attempts (SEC-48), per login and per source, whether
 * the login exists or not. An attempt counts as failed from its beginning, so
 * that many at once cannot slip through; one that succeeded, or that the mail
 * server never judged, is taken back.
 */
#ifndef SCEAU_STORE_ATTEMPT_H
#define SCEAU_STORE_ATTEMPT_H

#include "core/store/db.h"

/* APP_ERROR_BACK_OFF, and *wait in seconds, while one must wait. */
gboolean attempt_begin(Db *db, const char *login, const char *source,
                       gint64 now, guint *wait, GError **error);
/* The login's record is forgotten; the source keeps its other failures, or
 * a guesser with an account of his own would clear them with it. */
gboolean attempt_succeeded(Db *db, const char *login, const char *source,
                           GError **error);
gboolean attempt_take_back(Db *db, const char *login, const char *source,
                           GError **error);
gboolean attempt_sweep(Db *db, gint64 now, GError **error);
#endif
