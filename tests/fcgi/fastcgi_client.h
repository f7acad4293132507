/* A web server's side of FastCGI, just enough to be a good or a bad one. */
#ifndef SCEAU_TESTS_FCGI_FASTCGI_CLIENT_H
#define SCEAU_TESTS_FCGI_FASTCGI_CLIENT_H

#include <sys/socket.h>
#include <sys/un.h>

#include "tests/base/expect.h"

enum { FCGI_BEGIN = 1, FCGI_PARAMS = 4, FCGI_STDIN = 5, FCGI_STDOUT = 6 };

static inline int
client_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval wait = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline void
client_record(GString *out, guint8 type, const char *data, gsize size)
{
    const char head[] = {
        1, (char)type, 0, 1, (char)(size >> 8), (char)(size & 0xff), 0, 0};
    g_string_append_len(out, head, 8);
    g_string_append_len(out, data, (gssize)size);
}

static inline void
client_pair(GString *out, const char *name, const char *value)
{
    gsize sizes[] = {strlen(name), strlen(value)};
    for (gsize i = 0; i < 2; i++) {
        if (sizes[i] >= 128) {
            g_string_append_c(out, (char)(0x80 | (sizes[i] >> 24)));
            g_string_append_c(out, (char)(sizes[i] >> 16));
            g_string_append_c(out, (char)(sizes[i] >> 8));
        }
        g_string_append_c(out, (char)sizes[i]);
    }
    g_string_append(out, name);
    g_string_append(out, value);
}

/* Begin and parameters: env is pairs, NULL at the end. */
static inline GString *
client_head(const char *const *env)
{
    static const char begin[] = {0, 1, 0, 0, 0, 0, 0, 0};
    GString *out = g_string_new(NULL);
    g_autoptr(GString) pairs = g_string_new(NULL);
    for (; env[0] != NULL; env += 2)
        client_pair(pairs, env[0], env[1]);
    client_record(out, FCGI_BEGIN, begin, sizeof begin);
    client_record(out, FCGI_PARAMS, pairs->str, pairs->len);
    client_record(out, FCGI_PARAMS, "", 0);
    return out;
}

static inline gboolean
client_send(int fd, const char *data, gsize size)
{
    while (size > 0) {
        gssize sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return FALSE;
        data += sent;
        size -= (gsize)sent;
    }
    return TRUE;
}

static inline gboolean
client_fill(int fd, guint8 *out, gsize size)
{
    while (size > 0) {
        gssize got = recv(fd, out, size, 0);
        if (got <= 0)
            return FALSE;
        out += got;
        size -= (gsize)got;
    }
    return TRUE;
}

/* What came on standard output until the end; the caller frees. */
static inline char *
client_answer(int fd)
{
    GString *out = g_string_new(NULL);
    guint8 head[8];
    guint8 data[65535 + 255];
    while (client_fill(fd, head, sizeof head)) {
        gsize size = (gsize)head[4] << 8 | head[5];
        if (!client_fill(fd, data, size + head[6]))
            break;
        if (head[1] == FCGI_STDOUT)
            g_string_append_len(out, (const char *)data, (gssize)size);
    }
    return g_string_free(out, FALSE);
}

/* A whole request; "" when nobody answers. */
static inline char *
client_ask(const char *path, const char *const *env, const char *body)
{
    int fd = client_connect(path);
    if (fd < 0)
        return g_strdup("");
    g_autoptr(GString) out = client_head(env);
    if (body != NULL && *body != '\0')
        client_record(out, FCGI_STDIN, body, strlen(body));
    client_record(out, FCGI_STDIN, "", 0);
    char *got = client_send(fd, out->str, out->len) ? client_answer(fd)
                                                    : g_strdup("");
    close(fd);
    return got;
}

static inline char *
client_get(const char *path, const char *uri)
{
    const char *const env[] = {"REQUEST_METHOD", "GET", "REQUEST_URI", uri,
                               NULL};
    return client_ask(path, env, NULL);
}

#endif
