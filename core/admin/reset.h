/*
 * Back to before set-up (S9, S10): the record of the local authority and all
 * third-party certificates go, the option is withdrawn from every account,
 * policy stays. Everything that goes is written to a dated file first. The
 * authority's key is kept by sceau-ca under another name.
 */
#ifndef SCEAU_ADMIN_RESET_H
#define SCEAU_ADMIN_RESET_H

#include "core/admin/office.h"

/* What must be typed to confirm: the organisation, or the host of the site
 * when it has no name; borrowed from config. */
const char *reset_word(const Config *config);

/*
 * Administrators of the whole site. typed must be reset_word() exactly, else
 * APP_ERROR_INPUT and nothing is done. *exported: the path of the export.
 * APP_ERROR_UNREACHABLE without sceau-ca: the reset is begun then, and ends
 * with reset_resume().
 */
gboolean reset_site(const Office *office, const char *typed, char **exported,
                    GError **error);

/* Ends one that was begun; TRUE without one. */
gboolean reset_resume(const Office *office, GError **error);

#endif
