#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "deploy/sceau_ca.h"

#define LINE_MAX_BYTES (1024 * 1024)
#define SECONDS 10
#define FIRST_INHERITED 3

static int
fail(GError **error, const char *what, int handle)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "socket %s: %s", what,
                g_strerror(errno));
    if (handle >= 0)
        close(handle);
    return -1;
}

/* systemd made it, and told this process of it. */
static gboolean
is_handed_over(void)
{
    const char *process = g_getenv("LISTEN_PID");
    const char *count = g_getenv("LISTEN_FDS");
    return g_strcmp0(count, "1") == 0 && process != NULL &&
           atoi(process) == (int)getpid();
}

int
ca_listen(const CaConfig *config, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (is_handed_over())
        return FIRST_INHERITED;
    if (strlen(config->socket) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return fail(error, config->socket, -1);
    }
    memcpy(address.sun_path, config->socket, strlen(config->socket) + 1);
    int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0)
        return fail(error, config->socket, handle);
    unlink(config->socket);
    mode_t before = umask(0117); /* 0660 from its first moment */
    int status =
        bind(handle, (const struct sockaddr *)&address, sizeof address);
    umask(before);
    if (status != 0 || listen(handle, 16) != 0)
        return fail(error, config->socket, handle);
    return handle;
}

static gboolean
is_named(uid_t user, const char *peer)
{
    guint64 number = 0;
    if (g_ascii_string_to_unsigned(peer, 10, 0, G_MAXUINT32, &number, NULL))
        return number == user;
    const struct passwd *entry = getpwnam(peer);
    return entry != NULL && entry->pw_uid == user;
}

/* Itself, and those of the configuration; the kernel says who it is. */
static gboolean
is_peer(const CaConfig *config, int connection)
{
    struct ucred who;
    socklen_t size = sizeof who;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
        return FALSE;
    if (who.uid == getuid())
        return TRUE;
    for (char **peer = config->peers; *peer != NULL; peer++) {
        if (is_named(who.uid, *peer))
            return TRUE;
    }
    g_autofree char *user = g_strdup_printf("%u", who.uid);
    log_event("ca-stranger", "uid", user, NULL);
    return FALSE;
}

static gboolean
wait_for(int connection, short events, gint64 deadline)
{
    gint64 left = deadline - g_get_monotonic_time();
    struct pollfd one = {connection, events, 0};
    return left > 0 && poll(&one, 1, (int)(left / 1000) + 1) > 0;
}

/* Up to the line end, which is cut off; FALSE when late or too long. */
static gboolean
read_line(int connection, GByteArray *line, gint64 deadline)
{
    guint8 piece[16384];
    while (line->len <= LINE_MAX_BYTES) {
        if (!wait_for(connection, POLLIN, deadline))
            return FALSE;
        gssize size = recv(connection, piece, sizeof piece, MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (size <= 0)
            return FALSE;
        g_byte_array_append(line, piece, (guint)size);
        if (piece[size - 1] == '\n') {
            g_byte_array_set_size(line, line->len - 1);
            return TRUE;
        }
    }
    return FALSE;
}

static void
write_line(int connection, const char *text, gint64 deadline)
{
    gsize left = strlen(text);
    while (left > 0 && wait_for(connection, POLLOUT, deadline)) {
        gssize size =
            send(connection, text, left, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (size <= 0)
            return;
        text += size;
        left -= (gsize)size;
    }
}

static Json *
error_json(const GError *error)
{
    Json *json = json_object_new();
    json_set_text(json, "error", app_error_name(app_error_code(error)));
    json_set_text(json, "message", error->message);
    return json;
}

static char *
answer(const Ca *ca, const GByteArray *line)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) request =
        json_read((const char *)line->data, line->len, &error);
    g_autoptr(Json) result =
        request != NULL ? ca_act(ca, request, &error) : NULL;
    if (result == NULL) {
        log_error("ca", error);
        result = error_json(error);
    }
    g_autofree char *text = json_write(result);
    return g_strconcat(text, "\n", NULL);
}

void
ca_serve(Ca *ca, int connection)
{
    g_autoptr(GByteArray) line = g_byte_array_new();
    gint64 deadline = g_get_monotonic_time() + SECONDS * G_USEC_PER_SEC;
    if (is_peer(ca->config, connection) &&
        read_line(connection, line, deadline)) {
        g_autofree char *text = answer(ca, line);
        write_line(connection, text,
                   g_get_monotonic_time() + SECONDS * G_USEC_PER_SEC);
    }
    close(connection);
}
