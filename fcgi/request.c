#include "fcgi/request.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "fcgi/key_guard.h"
#include "fcgi/request_form.h"

#define PARAMETERS_MAX 256
#define COOKIES_MAX 64

/* The only parameters that are read. HTTP_* names no user and no proxy. */
static const char *const listed[] = {
    "REQUEST_METHOD",      "REQUEST_URI",          "CONTENT_TYPE",
    "CONTENT_LENGTH",      "REMOTE_ADDR",          "HTTP_COOKIE",
    "HTTP_ORIGIN",         "HTTP_SEC_FETCH_SITE",  "HTTP_SEC_PURPOSE",
    "HTTP_ACCEPT",         "HTTP_ACCEPT_LANGUAGE", "HTTP_X_CSRF_TOKEN",
    "HTTP_SCEAU_NAVIGATE", "HTTP_AUTHORIZATION",
};

static gboolean
fail(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "request: %s", what);
    return FALSE;
}

static gboolean
is_listed(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(listed); i++)
        if (strcmp(name, listed[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((guchar)*text < 0x20 || *text == 0x7f)
            return TRUE;
    return FALSE;
}

/* Every name counts as a duplicate, listed or not; only listed ones stay. */
static gboolean
read_parameters(char *const *envp, GHashTable *out, GError **error)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (; *envp != NULL; envp++) {
        const char *equals = strchr(*envp, '=');
        if (equals == NULL)
            return fail(error, "a parameter without a value");
        char *name = g_strndup(*envp, (gsize)(equals - *envp));
        gboolean fresh = g_hash_table_add(seen, name);
        if (!fresh || g_hash_table_size(seen) > PARAMETERS_MAX)
            return fail(error, "a parameter given twice, or too many");
        if (!is_listed(name) || equals[1] == '\0')
            continue;
        if (has_control(equals + 1))
            return fail(error, "a control character in a parameter");
        g_hash_table_insert(out, g_strdup(name), g_strdup(equals + 1));
    }
    return TRUE;
}

static gboolean
read_method(Request *req, GError **error)
{
    const char *method =
        g_hash_table_lookup(req->parameters, "REQUEST_METHOD");
    if (g_strcmp0(method, "GET") != 0 && g_strcmp0(method, "POST") != 0)
        return fail(error, "neither GET nor POST");
    req->method = *method == 'G' ? METHOD_GET : METHOD_POST;
    return TRUE;
}

static gboolean
read_length(Request *req, GError **error)
{
    const char *text = g_hash_table_lookup(req->parameters, "CONTENT_LENGTH");
    if (text == NULL)
        return req->method == METHOD_GET ||
               fail(error, "a body without CONTENT_LENGTH");
    gsize digits = strspn(text, "0123456789");
    if (text[digits] != '\0' || digits > 12)
        return fail(error, "CONTENT_LENGTH is not a number");
    guint64 length = g_ascii_strtoull(text, NULL, 10);
    if (req->method == METHOD_GET && length > 0)
        return fail(error, "GET with a body");
    if (length > REQUEST_BODY_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                            "request: body above 28 MiB");
        return FALSE;
    }
    req->content_length = (gsize)length;
    return TRUE;
}

static gboolean
read_address(Request *req, const char *base_path, GError **error)
{
    const char *uri = g_hash_table_lookup(req->parameters, "REQUEST_URI");
    if (uri == NULL || *uri != '/')
        return fail(error, "REQUEST_URI is missing or not a path");
    gsize base = strlen(base_path) - 1; /* without its last '/' */
    if (strncmp(uri, base_path, base) != 0 || uri[base] != '/') {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "request: outside the site's base path");
        return FALSE;
    }
    gsize length = strcspn(uri + base, "?#");
    req->path = g_strndup(uri + base, length);
    const char *query = uri + base + length;
    return *query != '?' || form_read_urlencoded(query + 1, strlen(query + 1),
                                                 req->query, error);
}

/* "a=1; b=2"; a name given twice is refused: which one is ours? */
static gboolean
read_cookies(Request *req, GError **error)
{
    const char *text = g_hash_table_lookup(req->parameters, "HTTP_COOKIE");
    if (text == NULL)
        return TRUE;
    g_auto(GStrv) pairs = g_strsplit(text, ";", COOKIES_MAX);
    for (gsize i = 0; pairs[i] != NULL; i++) {
        char *pair = g_strstrip(pairs[i]);
        char *equals = strchr(pair, '=');
        if (equals == NULL || strstr(pair, "sceau") == NULL)
            continue;
        char *name = g_strndup(pair, (gsize)(equals - pair));
        if (!g_hash_table_insert(req->cookies, name, g_strdup(equals + 1)))
            return fail(error, "a cookie given twice");
    }
    return TRUE;
}

static void
request_file_free(RequestFile *file)
{
    g_free(file->name);
    g_free(file->type);
    g_bytes_unref(file->data);
    g_free(file);
}

static GHashTable *
texts_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

Request *
request_new(char *const *envp, const char *base_path, GError **error)
{
    g_autoptr(Request) req = g_new0(Request, 1);
    req->parameters = texts_new();
    req->query = texts_new();
    req->form = texts_new();
    req->cookies = texts_new();
    req->files =
        g_ptr_array_new_with_free_func((GDestroyNotify)request_file_free);
    if (!read_parameters(envp, req->parameters, error) ||
        !read_method(req, error) || !read_length(req, error) ||
        !read_address(req, base_path, error) || !read_cookies(req, error))
        return NULL;

    GHashTable *from = req->parameters;
    req->content_type = g_hash_table_lookup(from, "CONTENT_TYPE");
    req->remote = g_hash_table_lookup(from, "REMOTE_ADDR");
    req->origin = g_hash_table_lookup(from, "HTTP_ORIGIN");
    req->fetch_site = g_hash_table_lookup(from, "HTTP_SEC_FETCH_SITE");
    req->purpose = g_hash_table_lookup(from, "HTTP_SEC_PURPOSE");
    req->accept = g_hash_table_lookup(from, "HTTP_ACCEPT");
    req->accept_language = g_hash_table_lookup(from, "HTTP_ACCEPT_LANGUAGE");
    req->csrf = g_hash_table_lookup(from, "HTTP_X_CSRF_TOKEN");
    req->navigate =
        g_strcmp0(g_hash_table_lookup(from, "HTTP_SCEAU_NAVIGATE"), "main") ==
        0;
    return g_steal_pointer(&req);
}

void
request_free(Request *req)
{
    if (req == NULL)
        return;
    g_hash_table_unref(req->parameters);
    g_hash_table_unref(req->query);
    g_hash_table_unref(req->form);
    g_hash_table_unref(req->cookies);
    g_ptr_array_unref(req->files);
    json_free(req->json);
    g_strfreev(req->captures);
    g_free(req->path);
    g_free(req);
}

static gboolean
type_is(const Request *req, const char *type)
{
    gsize length = strlen(type);
    const char *given = req->content_type;
    return given != NULL && g_ascii_strncasecmp(given, type, length) == 0 &&
           (given[length] == '\0' || given[length] == ';' ||
            given[length] == ' ');
}

/* Whole body, then each file and each decoded field by itself. */
static gboolean
is_free_of_keys(const Request *req, GBytes *body, GError **error)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(body, &size);
    gboolean found = key_guard_sees(data, size);
    for (guint i = 0; i < req->files->len && !found; i++) {
        const RequestFile *file = g_ptr_array_index(req->files, i);
        data = g_bytes_get_data(file->data, &size);
        found = key_guard_sees(data, size);
    }
    GHashTableIter fields;
    gpointer value = NULL;
    g_hash_table_iter_init(&fields, req->form);
    while (!found && g_hash_table_iter_next(&fields, NULL, &value))
        found = key_guard_sees(value, strlen(value));
    if (!found)
        return TRUE;
    log_event("private-key-refused", "path", req->path, NULL);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                        "request: what looks like a private key");
    return FALSE;
}

gboolean
request_take_body(Request *req, GBytes *body, GError **error)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(body, &size);
    /* Bytes of no length may have no address. */
    if (size == 0)
        data = "";
    if (size != req->content_length)
        return fail(error, "a body of another length than announced");
    gboolean read = TRUE;
    if (type_is(req, "application/json"))
        read = (req->json = json_read(data, size, error)) != NULL;
    else if (type_is(req, "application/x-www-form-urlencoded"))
        read = form_read_urlencoded(data, size, req->form, error);
    else if (type_is(req, "multipart/form-data"))
        read = form_read_multipart(req->content_type, body, req->form,
                                   req->files, error);
    else if (size > 0)
        read = fail(error, "a body of an unknown type");
    return read && is_free_of_keys(req, body, error);
}

const char *
request_query(const Request *req, const char *name)
{
    return g_hash_table_lookup(req->query, name);
}

const char *
request_field(const Request *req, const char *name)
{
    return g_hash_table_lookup(req->form, name);
}

static gboolean
need_json(const Request *req, GError **error)
{
    return json_kind(req->json) == JSON_KIND_OBJECT ||
           fail(error, "a JSON object is needed");
}

const char *
request_json_text(const Request *req, const char *name, GError **error)
{
    return need_json(req, error) ? json_get_text(req->json, name, error)
                                 : NULL;
}

GBytes *
request_json_bytes(const Request *req, const char *name, GError **error)
{
    return need_json(req, error) ? json_get_bytes(req->json, name, error)
                                 : NULL;
}

gboolean
request_wants_json(const Request *req)
{
    return type_is(req, "application/json") ||
           (req->accept != NULL &&
            strstr(req->accept, "application/json") != NULL);
}

char *
request_decode(const char *text, gsize size, gboolean plus)
{
    g_autoptr(GString) out = g_string_sized_new(size + 1);
    for (gsize i = 0; i < size; i++) {
        char c = text[i];
        if (c == '%') {
            if (size - i < 3 || !g_ascii_isxdigit(text[i + 1]) ||
                !g_ascii_isxdigit(text[i + 2]))
                return NULL;
            c = (char)(g_ascii_xdigit_value(text[i + 1]) * 16 +
                       g_ascii_xdigit_value(text[i + 2]));
            i += 2;
            if (c == '\0')
                return NULL;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        g_string_append_c(out, c);
    }
    if (memchr(out->str, '\0', out->len) != NULL ||
        !g_utf8_validate(out->str, (gssize)out->len, NULL))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
