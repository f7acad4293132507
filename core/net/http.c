#include "core/net/http.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/error.h"

#define CONNECT_SECONDS 10
#define MAX_MOVES 3
#define HEADER_MAX 256

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
typedef struct curl_slist Headers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Headers, curl_slist_free_all)

typedef struct {
    const HttpQuestion *question;
    GByteArray *body;
    HttpAnswer *answer;
    gboolean is_inner, is_too_long;
} Talk;

void
http_answer_free(HttpAnswer *answer)
{
    if (answer == NULL)
        return;
    g_clear_pointer(&answer->body, g_bytes_unref);
    g_free(answer->content_type);
    g_free(answer->etag);
    g_free(answer->modified);
    g_free(answer);
}

/* Every address a name leads to passes here before anything is sent. */
static curl_socket_t
open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    Talk *talk = user;
    const guint8 *bytes = NULL;
    struct sockaddr_in to4;
    struct sockaddr_in6 to6;
    if (address->family == AF_INET) {
        memcpy(&to4, &address->addr, sizeof to4);
        bytes = (const guint8 *)&to4.sin_addr;
    } else if (address->family == AF_INET6) {
        memcpy(&to6, &address->addr, sizeof to6);
        bytes = (const guint8 *)&to6.sin6_addr;
    }
    if (bytes == NULL || (!talk->question->allow_private &&
                          !http_is_public(address->family, bytes))) {
        talk->is_inner = TRUE;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}

static size_t
take_body(char *data, size_t size, size_t n, void *user)
{
    Talk *talk = user;
    if (talk->body->len + size * n > talk->question->max_bytes) {
        talk->is_too_long = TRUE;
        return 0;
    }
    g_byte_array_append(talk->body, (guint8 *)data, (guint)(size * n));
    return size * n;
}

/* Headers come from outside: short printable ones are kept. */
static void
keep_header(const char *line, const char *name, char **out)
{
    gsize length = strlen(name);
    if (g_ascii_strncasecmp(line, name, length) != 0 || line[length] != ':')
        return;
    g_autofree char *value = g_strdup(line + length + 1);
    g_strstrip(value);
    for (const char *at = value; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~')
            return;
    }
    if (*value == '\0' || strlen(value) > HEADER_MAX)
        return;
    g_free(*out);
    *out = g_steal_pointer(&value);
}

static size_t
take_header(char *data, size_t size, size_t n, void *user)
{
    Talk *talk = user;
    g_autofree char *line = g_strndup(data, size * n);
    keep_header(line, "etag", &talk->answer->etag);
    keep_header(line, "last-modified", &talk->answer->modified);
    keep_header(line, "content-type", &talk->answer->content_type);
    return size * n;
}

static void
add_header(Headers **headers, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_autofree char *line = g_strdup_printf("%s: %s", name, value);
    *headers = curl_slist_append(*headers, line);
}

static Headers *
headers_new(const HttpQuestion *question)
{
    Headers *headers = NULL;
    add_header(&headers, "Accept", question->accept);
    add_header(&headers, "If-None-Match", question->etag);
    add_header(&headers, "If-Modified-Since", question->modified);
    if (question->body != NULL) {
        add_header(&headers, "Content-Type", question->content_type);
        headers = curl_slist_append(headers, "Expect:");
    }
    return headers;
}

static void
set_limits(CURL *curl, Talk *talk)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)talk->question->seconds);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "sceau");
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, talk);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, talk);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, talk);
}

static void
set_body(CURL *curl, const HttpQuestion *question)
{
    if (question->body == NULL)
        return;
    gsize size;
    const void *data = g_bytes_get_data(question->body, &size);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, data);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
}

static gboolean
fail(GError **error, AppError code, const char *what)
{
    g_set_error(error, APP_ERROR, (gint)code, "address: %s", what);
    return FALSE;
}

static gboolean
say_why(const Talk *talk, CURLcode result, GError **error)
{
    if (talk->is_inner)
        return fail(error, APP_ERROR_FORBIDDEN,
                    "it is of an inner network, which is not allowed");
    if (talk->is_too_long)
        return fail(error, APP_ERROR_TOO_LARGE, "the answer is too long");
    if (result == CURLE_PEER_FAILED_VERIFICATION ||
        result == CURLE_SSL_CONNECT_ERROR ||
        result == CURLE_SSL_CACERT_BADFILE)
        return fail(error, APP_ERROR_INSECURE, "TLS cannot be verified");
    return fail(error, APP_ERROR_UNREACHABLE, "it does not answer");
}

/* One exchange. *moved_to is where the server sends us, if it does. */
static gboolean
exchange(CURL *curl, Talk *talk, const char *url, long *status,
         char **moved_to, GError **error)
{
    const char *to = NULL;
    g_byte_array_set_size(talk->body, 0);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    CURLcode result = curl_easy_perform(curl);
    if (result != CURLE_OK)
        return say_why(talk, result, error);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    if (*status / 100 != 3 || *status == 304)
        return TRUE;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &to);
    if (to == NULL || !http_is_same_host(url, to))
        return fail(error, APP_ERROR_CONFLICT, "it leads to another host");
    *moved_to = g_strdup(to);
    return TRUE;
}

static gboolean
converse(CURL *curl, Talk *talk, long *status, GError **error)
{
    g_autofree char *url = g_strdup(talk->question->url);
    for (guint moves = 0; moves <= MAX_MOVES; moves++) {
        g_autofree char *moved_to = NULL;
        if (!exchange(curl, talk, url, status, &moved_to, error))
            return FALSE;
        if (moved_to == NULL)
            return TRUE;
        g_free(url);
        url = g_steal_pointer(&moved_to);
    }
    return fail(error, APP_ERROR_REFUSED, "it leads from one to the next");
}

static void
trim_type(char *type)
{
    if (type == NULL)
        return;
    type[strcspn(type, "; ")] = '\0';
    for (char *at = type; *at != '\0'; at++)
        *at = g_ascii_tolower(*at);
}

HttpAnswer *
http_ask(const HttpQuestion *question, GError **error)
{
    if (!http_check_url(question->url, error))
        return NULL;
    g_autoptr(CURL) curl = curl_easy_init();
    g_autoptr(Headers) headers = headers_new(question);
    g_autoptr(GByteArray) body = g_byte_array_new();
    g_autoptr(HttpAnswer) answer = g_new0(HttpAnswer, 1);
    Talk talk = {.question = question, .body = body, .answer = answer};
    long status = 0;
    set_limits(curl, &talk);
    set_body(curl, question);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (!converse(curl, &talk, &status, error))
        return NULL;
    gboolean is_conditional =
        question->etag != NULL || question->modified != NULL;
    answer->unchanged = status == 304 && is_conditional;
    if (status != 200 && !answer->unchanged) {
        g_set_error(error, APP_ERROR, APP_ERROR_REFUSED,
                    "address: the server answers with status %ld", status);
        return NULL;
    }
    trim_type(answer->content_type);
    answer->body = g_byte_array_free_to_bytes(g_steal_pointer(&body));
    return g_steal_pointer(&answer);
}
