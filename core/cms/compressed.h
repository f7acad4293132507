/*
 * CompressedData (RFC 3274): read within bounds, for a few octets can claim
 * to be gigabytes (SEC-03). zlib's only home. We never send it.
 */
#ifndef SCEAU_CMS_COMPRESSED_H
#define SCEAU_CMS_COMPRESSED_H

#include <glib.h>

/*
 * The content: at most max octets, and at most a hundred times what it takes
 * compressed. APP_ERROR_TOO_LARGE beyond, APP_ERROR_MALFORMED if it cannot be
 * read.
 */
GBytes *compressed_data_read(GBytes *der, gsize max, GError **error);

#endif
