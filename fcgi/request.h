/*
 * What the browser asks, taken from the FastCGI parameters that are listed
 * here and from no other (SEC-49). Everything is checked where it enters:
 * one value per name, UTF-8, no control characters in what may become a
 * header, lengths in digits. What it refuses to know: who asks.
 */
#ifndef SCEAU_FCGI_REQUEST_H
#define SCEAU_FCGI_REQUEST_H

#include "core/base/json.h"

typedef enum { METHOD_GET, METHOD_POST } Method;

/* Our own cap on a body (DESIGN §6), and the time it may take (SEC-50). */
#define REQUEST_BODY_MAX (28 * 1024 * 1024)
#define REQUEST_BODY_SECONDS 30

typedef struct {
    char *name, *type; /* as the browser says */
    GBytes *data;
} RequestFile;

typedef struct {
    Method method;
    char *path;        /* still percent-encoded, below the base path */
    GHashTable *query; /* name → value */
    GHashTable *form;  /* name → value; empty but for posted forms */
    GPtrArray *files;  /* RequestFile: parts named "file" */
    Json *json;        /* of a JSON body, else NULL */
    GHashTable *cookies;
    char **captures;     /* decoded, set by routes; NULL-terminated */
    const char *pattern; /* of the route, set with captures; static */
    gsize content_length;
    const char *content_type, *remote, *origin, *fetch_site, *purpose;
    const char *accept, *accept_language, *csrf; /* all may be NULL */
    gboolean navigate;                           /* Sceau-Navigate: main */
    GHashTable *parameters;
} Request;

/*
 * Reads envp ("NAME=value", NULL at the end). APP_ERROR_INPUT for a
 * duplicate or malformed parameter, APP_ERROR_NOT_FOUND outside base_path,
 * APP_ERROR_TOO_LARGE for a length above the cap.
 */
Request *request_new(char *const *envp, const char *base_path,
                     GError **error);
void request_free(Request *req);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

/*
 * Takes the whole body, which is content_length bytes and is only borrowed;
 * fills form, files or json by the content type. APP_ERROR_FORBIDDEN for what
 * looks like a private key (SEC-21).
 */
gboolean request_take_body(Request *req, GBytes *body, GError **error);

/* A field of the query or form; NULL when absent. */
const char *request_query(const Request *req, const char *name);
const char *request_field(const Request *req, const char *name);
/* A member of the JSON body; APP_ERROR_INPUT when missing. */
const char *request_json_text(const Request *req, const char *name,
                              GError **error);
GBytes *request_json_bytes(const Request *req, const char *name,
                           GError **error);
/* TRUE if the answer should be JSON, errors included. */
gboolean request_wants_json(const Request *req);

/* Percent-decoded UTF-8 without control characters; NULL if it is not. */
char *request_decode(const char *text, gsize size, gboolean plus);

#endif
