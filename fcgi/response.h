/*
 * The answer: every one carries the headers of SECURITY §6 (SEC-47), chosen
 * by a policy; a header's value with a control character is never written
 * (SEC-51). A body is given whole, or streamed after the head.
 */
#ifndef SCEAU_FCGI_RESPONSE_H
#define SCEAU_FCGI_RESPONSE_H

#include "core/base/json.h"
#include "fcgi/site.h"

typedef enum {
    POLICY_PAGE,
    POLICY_FRAME,        /* /frame.html */
    POLICY_FRAME_IMAGES, /* the same with remote images, after a click */
    POLICY_FRAME_SCRIPT, /* /frame.js */
    POLICY_WORKER,       /* /vault-worker.js */
    POLICY_DOWNLOAD,     /* parts and originals of messages */
} PagePolicy;

/* Writes to the web server; FALSE when it has gone. */
typedef gboolean (*ResponseWrite)(gpointer user, const void *data,
                                  gsize size);

typedef struct Response Response;

Response *response_new(const Site *site, ResponseWrite write, gpointer user);
void response_free(Response *res);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Response, response_free)

void response_status(Response *res, guint status);
void response_policy(Response *res, PagePolicy policy);
void response_header(Response *res, const char *name, const char *value);
/* attachment, or inline; the file name is made safe. */
void response_disposition(Response *res, gboolean attachment,
                          const char *file_name);

/* Each sets the body; text is copied. Return TRUE for a page to return. */
gboolean response_html(Response *res, const Template *page,
                       const Json *context);
gboolean response_text(Response *res, const char *type, const char *text);
gboolean response_json(Response *res, const char *json);
gboolean response_bytes(Response *res, const char *type, GBytes *bytes);
/* 303 to a path below the base path. */
gboolean response_redirect(Response *res, const char *path);

/* Writes the head first; APP_ERROR_UNREACHABLE when the reader has gone. */
gboolean response_stream(Response *res, const char *type, const guint8 *data,
                         gsize size, GError **error);
gboolean response_has_begun(const Response *res);
guint response_get_status(const Response *res);

/* Writes what was not streamed. Forgets body and headers before an error
 * page is put in their place. */
void response_send(Response *res);
void response_reset(Response *res);

#endif
