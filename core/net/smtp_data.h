/*
 * The bytes between DATA and the final dot (RFC 5321 §4.5.2, SEC-56). What is
 * sent is what was signed: dots are stuffed and nothing else changes, so
 * bytes that a server might mend or read as an end are refused. No connection
 * here.
 */
#ifndef SCEAU_NET_SMTP_DATA_H
#define SCEAU_NET_SMTP_DATA_H

#include <glib.h>

typedef struct {
    gsize lines; /* that have ended */
    gsize line;  /* bytes of the line so far, without CRLF */
    gboolean after_cr;
    gboolean eight_bit; /* a byte over 127 was seen */
} SmtpData;

/*
 * Appends the size bytes at in to out, stuffed. Blocks may end anywhere. A CR
 * or LF that stands alone, a NUL, or a line over 998 bytes is
 * APP_ERROR_MALFORMED, and the message names the line (S17).
 */
gboolean smtp_data_add(SmtpData *data, const guint8 *in, gsize size,
                       GByteArray *out, GError **error);
/* Appends ".\r\n"; APP_ERROR_MALFORMED if the message does not end in CRLF.
 */
gboolean smtp_data_end(SmtpData *data, GByteArray *out, GError **error);

#endif
