/* Bodies of forms: application/x-www-form-urlencoded and
 * multipart/form-data (RFC 7578), into a request. Exact bytes, linear time.
 */
#ifndef SCEAU_FCGI_REQUEST_FORM_H
#define SCEAU_FCGI_REQUEST_FORM_H

#include "fcgi/request.h"

#define FORM_FIELDS_MAX 64
#define FORM_FILES_MAX 200

/* Also for query strings; APP_ERROR_INPUT for a name given twice. */
gboolean form_read_urlencoded(const char *text, gsize size, GHashTable *out,
                              GError **error);
gboolean form_read_multipart(const char *content_type, GBytes *body,
                             GHashTable *fields, GPtrArray *files,
                             GError **error);

#endif
