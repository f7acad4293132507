/*
 * PEM blocks (RFC 7468) in a run of text, whatever stands between them.
 */
#ifndef SCEAU_PKI_PEM_H
#define SCEAU_PKI_PEM_H

#include <glib.h>

/* TRUE if a block begins somewhere in bytes. */
gboolean pem_is(GBytes *bytes);

/* Called for each block; FALSE with error ends the reading. */
typedef gboolean (*PemVisitor)(const char *label, GBytes *der, gpointer data,
                               GError **error);

/* Visits every block in order; APP_ERROR_CERTIFICATE for a broken one. */
gboolean pem_each(GBytes *bytes, PemVisitor visit, gpointer data,
                  GError **error);

#endif
