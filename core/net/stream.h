/*
 * One connection to a mail server: TCP, then TLS by GnuTLS. The server's
 * certificate must lead to a trusted authority, be in time and carry the
 * host's name, or not a byte is said to it (SEC-53). Every call ends within
 * the time limit. This module knows nothing of IMAP or SMTP, and writes
 * without TLS only before stream_start_tls() or where the configuration says
 * TLS_NONE and the peer is loopback.
 *
 * Errors: APP_ERROR_INSECURE if TLS cannot be had, APP_ERROR_UNREACHABLE if
 * the peer is silent or gone, APP_ERROR_MALFORMED for what no server may
 * send. After an error only stream_free() is of use.
 */
#ifndef SCEAU_NET_STREAM_H
#define SCEAU_NET_STREAM_H

#include "core/base/config.h"

#define STREAM_TIMEOUT_MS 30000

typedef struct Stream Stream;
/* The authorities that may vouch for a server; may be shared by threads. */
typedef struct StreamTrust StreamTrust;

StreamTrust *stream_trust_load(const ServerConfig *server, GError **error);
void stream_trust_free(StreamTrust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StreamTrust, stream_trust_free)

/* Connects; with TLS_IMPLICIT the connection is secure when it returns. trust
 * must outlive the stream. */
Stream *stream_open(const ServerConfig *server, const StreamTrust *trust,
                    GError **error);
/* Closes. */
void stream_free(Stream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, stream_free)

/*
 * The handshake after the server agreed to STARTTLS. A byte that arrived
 * after that answer was not sent under TLS: it fails (SEC-54).
 */
gboolean stream_start_tls(Stream *stream, GError **error);
gboolean stream_is_secure(const Stream *stream);

/* How long one later call may take; also begins an exchange. */
void stream_set_timeout(Stream *stream, guint milliseconds);
/*
 * Says that a command and its answer begin here. Together they may take two
 * time limits and what their bytes take at 4 KiB a second: a peer that sends
 * one byte every half minute does not hold a thread for hours.
 */
void stream_begin_exchange(Stream *stream);
/* Gives back the time that somebody else took since began (monotonic). */
void stream_forgive(Stream *stream, gint64 began);

gboolean stream_write(Stream *stream, const void *data, gsize size,
                      GError **error);
/*
 * Appends the next line without its CRLF to line. More than max bytes, a NUL,
 * or a CR or LF that stands alone is APP_ERROR_MALFORMED.
 */
gboolean stream_read_line(Stream *stream, GByteArray *line, gsize max,
                          GError **error);
/* At least one byte, at most size; 0 with error. */
gsize stream_read(Stream *stream, guint8 *out, gsize size, GError **error);
/* TRUE if a read would not wait: data, or the end of the connection. */
gboolean stream_is_readable(Stream *stream);
/* "[127.0.0.1]": our own address as an SMTP address literal. */
char *stream_local_address(const Stream *stream);

#endif
