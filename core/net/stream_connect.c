/* TCP to the first of a host's addresses that answers. */
#include "core/net/stream_internal.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.h"

#define CONNECT_TIMEOUT_MS 10000

typedef struct addrinfo AddressList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AddressList, freeaddrinfo)

static gboolean
is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    }
    const struct sockaddr_in6 *in6 = (const void *)address;
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

static gboolean
connect_one(Stream *stream, const struct addrinfo *address, gint64 deadline,
            GError **error)
{
    stream->fd =
        socket(address->ai_family,
               address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (stream->fd < 0)
        return stream_unreachable(stream, g_strerror(errno), error);
    if (connect(stream->fd, address->ai_addr, address->ai_addrlen) != 0) {
        if (errno != EINPROGRESS)
            return stream_unreachable(stream, g_strerror(errno), error);
        if (!stream_wait(stream, POLLOUT, deadline, error))
            return FALSE;
    }
    int failed = 0;
    socklen_t size = sizeof failed;
    getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &failed, &size);
    if (failed != 0)
        return stream_unreachable(stream, g_strerror(failed), error);
    int on = 1;
    setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(stream->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    return TRUE;
}

static AddressList *
look_up(const Stream *stream, guint16 port, GError **error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICSERV};
    AddressList *found = NULL;
    g_autofree char *service = g_strdup_printf("%u", port);
    int rc = getaddrinfo(stream->host, service, &hints, &found);
    if (rc != 0) {
        stream_unreachable(stream, gai_strerror(rc), error);
        return NULL;
    }
    return found;
}

/* The first address that answers; all of them share one time limit. */
gboolean
stream_connect(Stream *stream, const ServerConfig *server, GError **error)
{
    g_autoptr(AddressList) list = look_up(stream, server->port, error);
    if (list == NULL)
        return FALSE;
    gint64 deadline = g_get_monotonic_time() + CONNECT_TIMEOUT_MS * 1000;
    for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
        g_clear_error(error);
        if (server->tls == TLS_NONE && !is_loopback(a->ai_addr)) {
            g_set_error(error, APP_ERROR, APP_ERROR_INSECURE,
                        "%s: not loopback, so TLS is needed", stream->host);
        } else if (connect_one(stream, a, deadline, error)) {
            return TRUE;
        }
        if (stream->fd >= 0)
            close(stream->fd);
        stream->fd = -1;
    }
    return FALSE;
}
