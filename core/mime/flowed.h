/* format=flowed (RFC 3676): lines that a mailer broke made whole again. */
#ifndef SCEAU_MIME_FLOWED_H
#define SCEAU_MIME_FLOWED_H

#include <glib.h>

/* text has '\n' alone as line end. delsp: the space at a break was added and
 * goes. */
char *flowed_unwrap(const char *text, gboolean delsp);
#endif
