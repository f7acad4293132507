/*
 * A web server of a few paths, in a thread, on loopback: what it answers is
 * the test's, and what it was asked is kept.
 */
#ifndef SCEAU_TESTS_NET_WEB_SERVER_H
#define SCEAU_TESTS_NET_WEB_SERVER_H

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    const char *path;
    const char *head; /* "200 OK\r\nContent-Type: …\r\n" */
    GBytes *body;     /* or NULL */
} WebPage;

typedef struct {
    int listener;
    guint16 port;
    GThread *thread;
    gint stop;
    GMutex lock;
    GPtrArray *pages; /* WebPage */
    GString *heard;   /* all that was asked */
    guint asked;
} WebServer;

static inline const WebPage *
web_find(WebServer *web, const char *request)
{
    for (guint i = 0; i < web->pages->len; i++) {
        const WebPage *page = g_ptr_array_index(web->pages, i);
        const char *path = strchr(request, ' ');
        gsize size = strlen(page->path);
        if (path != NULL && strncmp(path + 1, page->path, size) == 0 &&
            path[1 + size] == ' ')
            return page;
    }
    return NULL;
}

/* Head, and as much body as it announces. */
static inline void
web_hear(int fd, GString *text)
{
    char block[4096];
    for (;;) {
        gssize got = recv(fd, block, sizeof block, 0);
        if (got <= 0)
            return;
        g_string_append_len(text, block, got);
        const char *end = memmem(text->str, text->len, "\r\n\r\n", 4);
        if (end == NULL)
            continue;
        const char *length = strcasestr(text->str, "content-length:");
        gsize body = length != NULL && length < end
                         ? (gsize)g_ascii_strtoull(length + 15, NULL, 10)
                         : 0;
        if (text->len >= (gsize)(end + 4 - text->str) + body)
            return;
    }
}

static inline void
web_answer(WebServer *web, int fd)
{
    g_autoptr(GString) heard = g_string_new(NULL);
    g_autoptr(GString) out = g_string_new("HTTP/1.1 ");
    web_hear(fd, heard);
    g_mutex_lock(&web->lock);
    const WebPage *page = web_find(web, heard->str);
    gsize size = 0;
    const char *body = page != NULL && page->body != NULL
                           ? g_bytes_get_data(page->body, &size)
                           : "";
    g_string_append_printf(
        out, "%sConnection: close\r\nContent-Length: %zu\r\n\r\n",
        page != NULL ? page->head : "404 No\r\n", size);
    g_string_append_len(out, body, (gssize)size);
    g_string_append_len(web->heard, heard->str, (gssize)heard->len);
    web->asked++;
    g_mutex_unlock(&web->lock);
    for (gsize at = 0; at < out->len;) {
        gssize sent = send(fd, out->str + at, out->len - at, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        at += (gsize)sent;
    }
    close(fd);
}

static inline gpointer
web_run(gpointer data)
{
    WebServer *web = data;
    for (;;) {
        int fd = accept(web->listener, NULL, NULL);
        if (fd < 0 || g_atomic_int_get(&web->stop)) {
            if (fd >= 0)
                close(fd);
            return NULL;
        }
        web_answer(web, fd);
    }
}

static inline void
web_page_free(gpointer data)
{
    WebPage *page = data;
    g_free((char *)(guintptr)page->path);
    g_free((char *)(guintptr)page->head);
    g_clear_pointer(&page->body, g_bytes_unref);
    g_free(page);
}

static inline WebServer *
web_start(void)
{
    WebServer *web = g_new0(WebServer, 1);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    web->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    web->pages = g_ptr_array_new_with_free_func(web_page_free);
    web->heard = g_string_new(NULL);
    g_mutex_init(&web->lock);
    if (bind(web->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(web->listener, 8) != 0 ||
        getsockname(web->listener, (struct sockaddr *)&at, &size) != 0)
        g_error("no port to listen on");
    web->port = ntohs(at.sin_port);
    web->thread = g_thread_new("web", web_run, web);
    return web;
}

static inline void
web_stop(WebServer *web)
{
    g_atomic_int_set(&web->stop, 1);
    shutdown(web->listener, SHUT_RDWR);
    g_thread_join(web->thread);
    close(web->listener);
    g_ptr_array_unref(web->pages);
    g_string_free(web->heard, TRUE);
    g_mutex_clear(&web->lock);
    g_free(web);
}

/* Takes the place of what was at its path. */
static inline void
web_show(WebServer *web, const WebPage *page)
{
    g_mutex_lock(&web->lock);
    for (guint i = web->pages->len; i > 0; i--) {
        const WebPage *old = g_ptr_array_index(web->pages, i - 1);
        if (strcmp(old->path, page->path) == 0)
            g_ptr_array_remove_index(web->pages, i - 1);
    }
    WebPage *copy = g_new0(WebPage, 1);
    copy->path = g_strdup(page->path);
    copy->head = g_strdup(page->head);
    copy->body = page->body != NULL ? g_bytes_ref(page->body) : NULL;
    g_ptr_array_add(web->pages, copy);
    g_mutex_unlock(&web->lock);
}

static inline char *
web_url(const WebServer *web, const char *path)
{
    return g_strdup_printf("http://127.0.0.1:%u%s", web->port, path);
}

static inline gboolean
web_heard(WebServer *web, const char *text)
{
    g_mutex_lock(&web->lock);
    gboolean heard = strcasestr(web->heard->str, text) != NULL;
    g_mutex_unlock(&web->lock);
    return heard;
}

#endif
