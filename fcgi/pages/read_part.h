/* A part as it leaves the server, whoever decoded it (SEC-41). */
#ifndef SCEAU_FCGI_PAGES_READ_PART_H
#define SCEAU_FCGI_PAGES_READ_PART_H

#include "core/mail/incoming.h"
#include "fcgi/response.h"

/* For download, never shown. */
gboolean read_part_download(Response *res, const IncomingPart *part);
/* An image by its magic bytes; APP_ERROR_MALFORMED for anything else. */
gboolean read_part_image(Response *res, const IncomingPart *part,
                         GError **error);

#endif
