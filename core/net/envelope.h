/*
 * Envelope addresses as they go over the wire. A domain beyond ASCII goes as
 * A-labels, so that SMTPUTF8 is needed only for what is before the '@'.
 */
#ifndef SCEAU_NET_ENVELOPE_H
#define SCEAU_NET_ENVELOPE_H

#include <glib.h>

/* APP_ERROR_INPUT for what could not stand between '<' and '>'. */
char *envelope_address(const char *address, GError **error);

#endif
