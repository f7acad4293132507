/*
 * One small question over HTTP and its answer, for addresses that an
 * administrator wrote down (SEC-18); libcurl's only home. No cookie, no
 * credential, no proxy of the environment, no answer longer than asked for,
 * no other host than the one named, and no address of an inner network unless
 * that is allowed. It does not know what is fetched.
 */
#ifndef SCEAU_NET_HTTP_H
#define SCEAU_NET_HTTP_H

#include <glib.h>

#define HTTP_URL_MAX 1024

typedef struct {
    const char *url;
    GBytes *body;             /* posted; NULL: asked for with GET */
    const char *content_type; /* of body */
    const char *accept;
    const char *etag, *modified; /* of what is known, or NULL */
    gsize max_bytes;
    guint seconds; /* for all of it */
    gboolean allow_private;
} HttpQuestion;

typedef struct {
    GBytes *body;
    gboolean unchanged; /* what is known still holds; body is empty */
    char *content_type; /* in lower case, without parameters, or NULL */
    char *etag, *modified;
} HttpAnswer;

/* Absolute, http or https, with a host, without user, password or fragment;
 * else APP_ERROR_INPUT. */
gboolean http_check_url(const char *url, GError **error);
/* Both may be asked, of the same host, and to does not give up TLS. */
gboolean http_is_same_host(const char *from, const char *to);

/*
 * APP_ERROR_UNREACHABLE, _INSECURE (TLS), _FORBIDDEN (the address is of an
 * inner network), _CONFLICT (it leads to another host), _TOO_LARGE, or
 * _REFUSED where the status is neither 200 nor, for a conditional question,
 * 304.
 */
HttpAnswer *http_ask(const HttpQuestion *question, GError **error);
void http_answer_free(HttpAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpAnswer, http_answer_free)

/* May a question go to this address? Loopback, private, link-local, shared,
 * multicast and reserved ones are of inner networks. family: AF_INET or
 * AF_INET6; bytes: in network order. Declared for its tests. */
gboolean http_is_public(int family, const guint8 *bytes);

#endif
