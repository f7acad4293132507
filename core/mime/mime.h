/*
 * GMime, made ready once for the process, and the two decodings that several
 * modules of this folder need. Every function here that uses GMime calls
 * mime_init() itself; a program need not, but may before it starts threads.
 */
#ifndef SCEAU_MIME_MIME_H
#define SCEAU_MIME_MIME_H

#include <glib.h>

void mime_init(void);

/* RFC 2047 encoded words decoded to valid UTF-8 (words.c). */
char *mime_decode_words(const char *text);

/* Bytes in the named charset (NULL: unknown) as valid UTF-8 without NUL; what
 * cannot be read becomes U+FFFD. At most max bytes, cut at a character. */
char *mime_to_utf8(const guint8 *data, gsize size, const char *charset,
                   gsize max);
#endif
