#include "core/net/ca_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/error.h"

#define SECONDS 20
#define SECONDS_SOON 1
#define LINE_MAX_BYTES (1024 * 1024)
#define LIST_MAX_BYTES (32 * 1024 * 1024)

static gboolean
gone(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_UNREACHABLE, "sceau-ca: %s",
                what);
    return FALSE;
}

static int
connect_to(const char *path, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path == NULL || strlen(path) >= sizeof address.sun_path) {
        gone(error, "its socket is not configured");
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int handle =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (handle >= 0 && connect(handle, (const struct sockaddr *)&address,
                               sizeof address) == 0)
        return handle;
    gone(error, g_strerror(errno));
    if (handle >= 0)
        close(handle);
    return -1;
}

static gboolean
wait_for(int handle, short events, gint64 deadline)
{
    gint64 left = deadline - g_get_monotonic_time();
    struct pollfd one = {handle, events, 0};
    return left > 0 && poll(&one, 1, (int)(left / 1000) + 1) > 0;
}

static gboolean
write_all(int handle, const char *text, gint64 deadline, GError **error)
{
    gsize left = strlen(text);
    while (left > 0) {
        if (!wait_for(handle, POLLOUT, deadline))
            return gone(error, "it takes nothing");
        gssize size = send(handle, text, left, MSG_NOSIGNAL);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (size <= 0)
            return gone(error, "it hung up");
        text += size;
        left -= (gsize)size;
    }
    return TRUE;
}

/* Up to the line end: an answer that is cut short is none. */
static gboolean
read_line(int handle, GByteArray *line, gint64 deadline, GError **error)
{
    guint8 piece[16384];
    while (line->len <= LINE_MAX_BYTES) {
        if (!wait_for(handle, POLLIN, deadline))
            return gone(error, "it does not answer");
        gssize size = recv(handle, piece, sizeof piece, 0);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (size <= 0)
            return gone(error, "it hung up");
        g_byte_array_append(line, piece, (guint)size);
        if (piece[size - 1] == '\n')
            return TRUE;
    }
    return gone(error, "its answer is too long");
}

static AppError
code_named(const char *name)
{
    for (int code = APP_ERROR_INPUT; code < APP_ERROR_INTERNAL; code++) {
        if (strcmp(app_error_name((AppError)code), name) == 0)
            return (AppError)code;
    }
    return APP_ERROR_INTERNAL;
}

/* {"error","message"} becomes an error of ours. */
static Json *
judge(Json *answer, GError **error)
{
    const char *name = json_text(json_member(answer, "error"));
    const char *message = json_text(json_member(answer, "message"));
    if (name == NULL)
        return answer;
    g_autofree char *quoted =
        error_quote(message != NULL ? message : name, -1, 300);
    g_set_error_literal(error, APP_ERROR, code_named(name), quoted);
    json_free(answer);
    return NULL;
}

static Json *
ask(const char *socket_path, const Json *request, gint64 seconds,
    GError **error)
{
    gint64 deadline = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
    g_autofree char *text = json_write(request);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    int handle = connect_to(socket_path, error);
    if (handle < 0)
        return NULL;
    g_autoptr(GByteArray) answer = g_byte_array_new();
    gboolean fine = write_all(handle, line, deadline, error) &&
                    read_line(handle, answer, deadline, error);
    close(handle);
    if (!fine)
        return NULL;
    Json *json = json_read((const char *)answer->data, answer->len, error);
    return json != NULL ? judge(json, error) : NULL;
}

Json *
ca_client_ask(const char *socket_path, const Json *request, GError **error)
{
    return ask(socket_path, request, SECONDS, error);
}

Json *
ca_client_ask_soon(const char *socket_path, const Json *request,
                   GError **error)
{
    return ask(socket_path, request, SECONDS_SOON, error);
}

void
ca_list_free(CaList *list)
{
    if (list == NULL)
        return;
    g_clear_pointer(&list->der, g_bytes_unref);
    g_free(list);
}

static gboolean
append_part(CaList *list, const Json *answer, GByteArray *bytes, gsize *size,
            GError **error)
{
    gint64 total = 0;
    g_autoptr(GBytes) part = json_get_bytes(answer, "part", error);
    if (part == NULL)
        return FALSE;
    if (!json_int(json_member(answer, "crl_number"), &list->number) ||
        !json_int(json_member(answer, "crl_this"), &list->this_update) ||
        !json_int(json_member(answer, "crl_next"), &list->next_update) ||
        !json_int(json_member(answer, "size"), &total) || total <= 0 ||
        total > LIST_MAX_BYTES || g_bytes_get_size(part) == 0)
        return gone(error, "its list makes no sense");
    *size = (gsize)total;
    gsize length;
    const guint8 *data = g_bytes_get_data(part, &length);
    g_byte_array_append(bytes, data, (guint)length);
    return TRUE;
}

CaList *
ca_client_list(const char *socket_path, gboolean refresh, GError **error)
{
    g_autoptr(CaList) list = g_new0(CaList, 1);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gsize size = 1;
    while (bytes->len < size) {
        g_autoptr(Json) request = json_object_new();
        json_set_text(request, "op", "crl");
        json_set_bool(request, "refresh", refresh && bytes->len == 0);
        json_set_int(request, "offset", bytes->len);
        json_set_int(request, "number", bytes->len > 0 ? list->number : 0);
        g_autoptr(Json) answer = ca_client_ask(socket_path, request, error);
        if (answer == NULL || !append_part(list, answer, bytes, &size, error))
            return NULL;
    }
    list->der = g_bytes_new(bytes->data, bytes->len);
    return g_steal_pointer(&list);
}
