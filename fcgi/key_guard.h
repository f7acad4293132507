/*
 * Recognises private keys that should never have been sent here (SEC-21):
 * PEM, PKCS #1, #8 and #12, SEC 1, JWK, in DER or base64. It looks only at
 * what tells them; nothing is kept, logged or decoded further.
 */
#ifndef SCEAU_FCGI_KEY_GUARD_H
#define SCEAU_FCGI_KEY_GUARD_H

#include <glib.h>

/* TRUE if the bytes begin with, or as text contain, a private key. */
gboolean key_guard_sees(const guint8 *data, gsize size);

#endif
