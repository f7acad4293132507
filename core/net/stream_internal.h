/* What stream.c and stream_tls.c share. */
#ifndef SCEAU_NET_STREAM_INTERNAL_H
#define SCEAU_NET_STREAM_INTERNAL_H

#include <gnutls/gnutls.h>

#include "core/net/stream.h"

#define STREAM_BUFFER 16384

struct Stream {
    int fd;
    char *host;
    gnutls_session_t tls; /* NULL: not yet, or TLS_NONE */
    const StreamTrust *trust;
    guint timeout_ms;
    gint64 limit;     /* of the exchange, monotonic microseconds */
    gsize start, end; /* what was read and not yet asked for */
    guint8 buffer[STREAM_BUFFER];
};

/* Monotonic microseconds by which a call beginning now must end. */
gint64 stream_deadline(const Stream *stream);
/* Waits for POLLIN or POLLOUT. */
gboolean stream_wait(Stream *stream, short events, gint64 deadline,
                     GError **error);
/* Sets stream->fd. */
gboolean stream_connect(Stream *stream, const ServerConfig *server,
                        GError **error);
/* Sets APP_ERROR_UNREACHABLE and returns FALSE. */
gboolean stream_unreachable(const Stream *stream, const char *what,
                            GError **error);
gboolean stream_handshake(Stream *stream, GError **error);
/* One record sent or received, -1 with error, 0 at the end (receive). */
gssize stream_tls_send(Stream *stream, const void *data, gsize size,
                       gint64 deadline, GError **error);
gssize stream_tls_receive(Stream *stream, gint64 deadline, GError **error);
void stream_tls_close(Stream *stream);

#endif
