#include "core/net/stream_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/secret.h"

gint64
stream_deadline(const Stream *stream)
{
    gint64 alone = g_get_monotonic_time() + (gint64)stream->timeout_ms * 1000;
    return MIN(alone, stream->limit);
}

void
stream_begin_exchange(Stream *stream)
{
    stream->limit =
        g_get_monotonic_time() + (gint64)stream->timeout_ms * 2000;
}

void
stream_forgive(Stream *stream, gint64 began)
{
    stream->limit += g_get_monotonic_time() - began;
}

/* Bytes that went either way buy time for the next. */
static void
extend_exchange(Stream *stream, gssize bytes)
{
    stream->limit += (gint64)bytes * G_USEC_PER_SEC / 4096;
}

gboolean
stream_unreachable(const Stream *stream, const char *what, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_UNREACHABLE, "%s: %s",
                stream->host, what);
    return FALSE;
}

gboolean
stream_wait(Stream *stream, short events, gint64 deadline, GError **error)
{
    struct pollfd poller = {.fd = stream->fd, .events = events};
    for (;;) {
        gint64 left = (deadline - g_get_monotonic_time()) / 1000;
        if (left <= 0)
            return stream_unreachable(stream, "no answer in time", error);
        int rc = poll(&poller, 1, (int)left);
        if (rc > 0)
            return TRUE;
        if (rc < 0 && errno != EINTR)
            return stream_unreachable(stream, g_strerror(errno), error);
    }
}

Stream *
stream_open(const ServerConfig *server, const StreamTrust *trust,
            GError **error)
{
    g_autoptr(Stream) stream = g_new0(Stream, 1);
    stream->fd = -1;
    stream->host = g_strdup(server->host);
    stream->trust = trust;
    stream_set_timeout(stream, STREAM_TIMEOUT_MS);
    if (!stream_connect(stream, server, error))
        return NULL;
    if (server->tls == TLS_IMPLICIT && !stream_handshake(stream, error))
        return NULL;
    return g_steal_pointer(&stream);
}

void
stream_free(Stream *stream)
{
    if (stream == NULL)
        return;
    stream_tls_close(stream);
    if (stream->fd >= 0)
        close(stream->fd);
    secret_wipe(stream->buffer, sizeof stream->buffer);
    g_free(stream->host);
    g_free(stream);
}

gboolean
stream_start_tls(Stream *stream, GError **error)
{
    if (stream->start != stream->end) {
        g_set_error(error, APP_ERROR, APP_ERROR_INSECURE,
                    "%s: %" G_GSIZE_FORMAT " bytes were put before TLS",
                    stream->host, stream->end - stream->start);
        return FALSE;
    }
    return stream_handshake(stream, error);
}

gboolean
stream_is_secure(const Stream *stream)
{
    return stream->tls != NULL;
}

void
stream_set_timeout(Stream *stream, guint milliseconds)
{
    stream->timeout_ms = milliseconds;
    stream_begin_exchange(stream);
}

static gssize
plain_send(Stream *stream, const void *data, gsize size, gint64 deadline,
           GError **error)
{
    for (;;) {
        gssize sent = send(stream->fd, data, size, MSG_NOSIGNAL);
        if (sent >= 0)
            return sent;
        if (errno == EAGAIN) {
            if (!stream_wait(stream, POLLOUT, deadline, error))
                return -1;
        } else if (errno != EINTR) {
            stream_unreachable(stream, g_strerror(errno), error);
            return -1;
        }
    }
}

static gssize
plain_receive(Stream *stream, gint64 deadline, GError **error)
{
    for (;;) {
        gssize got =
            recv(stream->fd, stream->buffer, sizeof stream->buffer, 0);
        if (got >= 0)
            return got;
        if (errno == EAGAIN) {
            if (!stream_wait(stream, POLLIN, deadline, error))
                return -1;
        } else if (errno != EINTR) {
            stream_unreachable(stream, g_strerror(errno), error);
            return -1;
        }
    }
}

gboolean
stream_write(Stream *stream, const void *data, gsize size, GError **error)
{
    const guint8 *at = data;
    gint64 deadline = stream_deadline(stream);
    while (size > 0) {
        gssize sent = stream->tls != NULL
                          ? stream_tls_send(stream, at, size, deadline, error)
                          : plain_send(stream, at, size, deadline, error);
        if (sent < 0)
            return FALSE;
        at += sent;
        size -= (gsize)sent;
        extend_exchange(stream, sent);
    }
    return TRUE;
}

/* Waits until the buffer holds something. */
static gboolean
fill(Stream *stream, gint64 deadline, GError **error)
{
    if (stream->start < stream->end)
        return TRUE;
    gssize got = stream->tls != NULL
                     ? stream_tls_receive(stream, deadline, error)
                     : plain_receive(stream, deadline, error);
    if (got < 0)
        return FALSE;
    if (got == 0)
        return stream_unreachable(stream, "the server closed the connection",
                                  error);
    stream->start = 0;
    stream->end = (gsize)got;
    extend_exchange(stream, got);
    return TRUE;
}

static gboolean
malformed(const Stream *stream, const char *what, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_MALFORMED, "%s: %s", stream->host,
                what);
    return FALSE;
}

/* Takes the CR off and looks at what remains of the line. */
static gboolean
finish_line(Stream *stream, GByteArray *line, gsize begin, GError **error)
{
    if (line->len == begin || line->data[line->len - 1] != '\r')
        return malformed(stream, "a line ends without CR", error);
    g_byte_array_set_size(line, line->len - 1);
    const guint8 *text = line->data + begin;
    gsize size = line->len - begin;
    if (size > 0 && memchr(text, '\0', size) != NULL)
        return malformed(stream, "a line contains NUL", error);
    if (size > 0 && memchr(text, '\r', size) != NULL)
        return malformed(stream, "a line contains a lone CR", error);
    return TRUE;
}

gboolean
stream_read_line(Stream *stream, GByteArray *line, gsize max, GError **error)
{
    gint64 deadline = stream_deadline(stream);
    gsize begin = line->len;
    for (;;) {
        if (!fill(stream, deadline, error))
            return FALSE;
        const guint8 *at = stream->buffer + stream->start;
        gsize there = stream->end - stream->start;
        const guint8 *lf = memchr(at, '\n', there);
        gsize take = lf != NULL ? (gsize)(lf - at) : there;
        if (line->len - begin + take > max + 1)
            return malformed(stream, "a line is too long", error);
        g_byte_array_append(line, at, (guint)take);
        stream->start += take;
        if (lf != NULL) {
            stream->start++;
            return finish_line(stream, line, begin, error);
        }
    }
}

gsize
stream_read(Stream *stream, guint8 *out, gsize size, GError **error)
{
    if (!fill(stream, stream_deadline(stream), error))
        return 0;
    gsize take = MIN(size, stream->end - stream->start);
    memcpy(out, stream->buffer + stream->start, take);
    stream->start += take;
    return take;
}

gboolean
stream_is_readable(Stream *stream)
{
    if (stream->start < stream->end ||
        (stream->tls != NULL && gnutls_record_check_pending(stream->tls) > 0))
        return TRUE;
    struct pollfd poller = {.fd = stream->fd, .events = POLLIN};
    return poll(&poller, 1, 0) != 0;
}

char *
stream_local_address(const Stream *stream)
{
    struct sockaddr_storage own = {0};
    socklen_t size = sizeof own;
    char text[INET6_ADDRSTRLEN] = "127.0.0.1";
    getsockname(stream->fd, (struct sockaddr *)&own, &size);
    if (own.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)&own;
        inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
        return g_strdup_printf("[IPv6:%s]", text);
    }
    const struct sockaddr_in *in = (const void *)&own;
    inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    return g_strdup_printf("[%s]", text);
}
