/* The dated file that a reset leaves: public certificates and records. */
#ifndef SCEAU_ADMIN_RESET_EXPORT_H
#define SCEAU_ADMIN_RESET_EXPORT_H

#include "core/admin/office.h"

/* Writes <folder of the database>/exports/reset-<time>.json, mode 0600, and
 * returns its path. Nothing half written remains: APP_ERROR_STORE. */
char *reset_export(const Office *office, GError **error);

#endif
