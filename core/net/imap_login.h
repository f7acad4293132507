/*
 * From nothing to a connection that is signed in: greeting, TLS,
 * capabilities, password (SEC-53, 54). No credential goes out before TLS is
 * verified, and nothing that was said before TLS is believed after it.
 * Referrals are not followed.
 */
#ifndef SCEAU_NET_IMAP_LOGIN_H
#define SCEAU_NET_IMAP_LOGIN_H

#include "core/net/imap_wire.h"

/* APP_ERROR_CREDENTIALS, APP_ERROR_INSECURE, APP_ERROR_UNREACHABLE, or
 * APP_ERROR_CONFIG if the server offers no way of signing in that we know. */
Imap *imap_open(const ServerConfig *server, const StreamTrust *trust,
                const char *login, const char *password, GError **error);
/* The same over a connected stream, which it takes; for TLS_STARTTLS the TLS
 * part is still to come. */
Imap *imap_open_over(Stream *stream, TlsMode tls, const char *login,
                     const char *password, GError **error);

#endif
