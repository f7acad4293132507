/*
 * What a monitor reads: counts of the whole site in Prometheus' text format.
 * No address, no name, no subject; a label is one of our codes.
 */
#ifndef SCEAU_ADMIN_METRICS_H
#define SCEAU_ADMIN_METRICS_H

#include "core/store/db.h"

/* The whole text; the caller frees. */
char *metrics_text(Db *db, gint64 now, GError **error);

#endif
