/* What is said of a message that is encrypted and not open: which key opens
 * it, or which one is missing (B5). */
#ifndef SCEAU_FCGI_PAGES_READ_LOCKED_H
#define SCEAU_FCGI_PAGES_READ_LOCKED_H

#include "fcgi/pages/read_message.h"

/* Adds locked, copied, request, keys, missing, stranger to message and
 * key_request to data; nothing of a message in clear or opened. */
gboolean read_locked_add(const Reading *view, Json *message, Json *data,
                         GError **error);

#endif
