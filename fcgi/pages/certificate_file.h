/* A certificate that leaves as a file, whoever it belongs to. */
#ifndef SCEAU_FCGI_PAGES_CERTIFICATE_FILE_H
#define SCEAU_FCGI_PAGES_CERTIFICATE_FILE_H

#include "fcgi/page.h"

/* A format that an address may ask for; a password is posted, so that it
 * stands in no address: p12 is APP_ERROR_NOT_FOUND here. */
gboolean certificate_file_check(const char *format, GError **error);

/* As a download called name. */
gboolean certificate_file_show(Response *res, GBytes *bytes,
                               const char *name);

#endif
