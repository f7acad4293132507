/*
 * Linear limits on outside bytes before GMime or CMS sees one (SEC-01, 02):
 * size, header block, field, number of fields, addresses and colons in an
 * address field, depth and number of parts. One pass, no allocation that
 * grows with the input.
 */
#ifndef SCEAU_MIME_GATE_H
#define SCEAU_MIME_GATE_H

#include <glib.h>

/* APP_ERROR_TOO_LARGE or APP_ERROR_TOO_COMPLEX names the limit. */
gboolean gate_check(const guint8 *data, gsize size, GError **error);
#endif
