/* Base64 in lines of 76 characters, each ended by CRLF. */
#ifndef SCEAU_MIME_BASE64_H
#define SCEAU_MIME_BASE64_H

#include <glib.h>

#define BASE64_LINE_BYTES 57 /* in a full line */
#define BASE64_LINE_SIZE 78  /* of a full line, CRLF included */

void base64_append_lines(GString *out, const guint8 *data, gsize size);
gsize base64_lines_size(gsize size);

/* Told of each piece that is decoded and not needed again. */
typedef void (*Base64Forget)(const guint8 *data, gsize size);
/* The bytes in a base64 body; NULL if anything but base64 and white space is
 * in it. Missing padding is forgiven. forget may be NULL. */
GBytes *base64_decode_body(const guint8 *data, gsize size,
                           Base64Forget forget);
/* How many these are, without decoding; FALSE where that gives NULL. */
gboolean base64_measure_body(const guint8 *data, gsize size, gsize *out);
#endif
