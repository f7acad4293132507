#include "fcgi/response.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/messages.h"

struct Response {
    const Site *site;
    ResponseWrite write;
    gpointer user;
    guint status;
    PagePolicy policy;
    GString *headers;
    GString *text; /* the body, or bytes below */
    GBytes *bytes;
    char *type;
    gboolean begun;
};

static const char page_policy[] =
    "default-src 'none'; script-src 'self'; worker-src 'self'; "
    "style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types sceau";

static const char frame_policy[] =
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; script-src %s; style-src 'unsafe-inline'; "
    "img-src data: blob:%s; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'";

static const char no_features[] =
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), "
    "encrypted-media=(), fullscreen=(), gamepad=(), "
    "geolocation=(), gyroscope=(), hid=(), idle-detection=(), "
    "local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "picture-in-picture=(), publickey-credentials-get=(), "
    "screen-wake-lock=(), serial=(), storage-access=(), usb=(), "
    "window-management=(), xr-spatial-tracking=()";

Response *
response_new(const Site *site, ResponseWrite write, gpointer user)
{
    Response *res = g_new0(Response, 1);
    res->site = site;
    res->write = write;
    res->user = user;
    res->headers = g_string_new(NULL);
    res->text = g_string_new(NULL);
    response_reset(res);
    return res;
}

void
response_free(Response *res)
{
    if (res == NULL)
        return;
    g_string_free(res->headers, TRUE);
    g_string_free(res->text, TRUE);
    g_clear_pointer(&res->bytes, g_bytes_unref);
    g_free(res->type);
    g_free(res);
}

void
response_reset(Response *res)
{
    res->status = 200;
    res->policy = POLICY_PAGE;
    g_string_truncate(res->headers, 0);
    g_string_truncate(res->text, 0);
    g_clear_pointer(&res->bytes, g_bytes_unref);
    g_free(res->type);
    res->type = g_strdup("text/html; charset=utf-8");
}

void
response_status(Response *res, guint status)
{
    res->status = status;
}

guint
response_get_status(const Response *res)
{
    return res->status;
}

void
response_policy(Response *res, PagePolicy policy)
{
    res->policy = policy;
}

void
response_header(Response *res, const char *name, const char *value)
{
    for (const char *c = value; *c != '\0'; c++)
        if ((guchar)*c < 0x20 || *c == 0x7f)
            return;
    g_string_append_printf(res->headers, "%s: %s\r\n", name, value);
}

/* RFC 6266: a plain name for old readers, the whole one percent-encoded. */
void
response_disposition(Response *res, gboolean attachment,
                     const char *file_name)
{
    g_autoptr(GString) plain = g_string_new(NULL);
    const char *name =
        file_name != NULL && *file_name != '\0' ? file_name : "file";
    for (const char *c = name; *c != '\0'; c++)
        g_string_append_c(
            plain,
            g_ascii_isalnum(*c) || strchr("._- ()", *c) != NULL ? *c : '_');
    g_autofree char *coded = g_uri_escape_string(name, NULL, FALSE);
    g_autofree char *value = g_strdup_printf(
        "%s; filename=\"%s\"; filename*=UTF-8''%s",
        attachment ? "attachment" : "inline", plain->str, coded);
    response_header(res, "Content-Disposition", value);
}

gboolean
response_html(Response *res, const Template *page, const Json *context)
{
    template_render(page, context, res->text);
    return TRUE;
}

static void
set_type(Response *res, const char *type)
{
    g_free(res->type);
    res->type = g_strdup(type);
}

gboolean
response_text(Response *res, const char *type, const char *text)
{
    set_type(res, type);
    g_string_assign(res->text, text);
    return TRUE;
}

gboolean
response_json(Response *res, const char *json)
{
    return response_text(res, "application/json", json);
}

gboolean
response_bytes(Response *res, const char *type, GBytes *bytes)
{
    set_type(res, type);
    g_clear_pointer(&res->bytes, g_bytes_unref);
    res->bytes = g_bytes_ref(bytes);
    return TRUE;
}

gboolean
response_redirect(Response *res, const char *path)
{
    g_autofree char *url = site_url(res->site, path);
    response_status(res, 303);
    response_header(res, "Location", url);
    return response_text(res, "text/plain; charset=utf-8", "");
}

static void
append_policy(const Response *res, GString *head)
{
    static const char name[] = "Content-Security-Policy: ";
    const char *script = res->site->frame_script;
    switch (res->policy) {
    case POLICY_PAGE:
        g_string_append_printf(head, "%s%s\r\n", name, page_policy);
        break;
    case POLICY_FRAME:
    case POLICY_FRAME_IMAGES:
        g_string_append(head, name);
        g_string_append_printf(head, frame_policy, script,
                               res->policy == POLICY_FRAME_IMAGES ? " https:"
                                                                  : "");
        g_string_append(head, "\r\n");
        break;
    case POLICY_FRAME_SCRIPT:
        g_string_append_printf(head, "%sdefault-src 'none'\r\n", name);
        break;
    case POLICY_WORKER:
        g_string_append_printf(
            head, "%sdefault-src 'none'; script-src 'wasm-unsafe-eval'\r\n",
            name);
        break;
    case POLICY_DOWNLOAD:
        g_string_append_printf(head, "%ssandbox; default-src 'none'\r\n",
                               name);
        break;
    }
}

static GString *
make_head(const Response *res, gssize length)
{
    GString *head = g_string_new(NULL);
    g_string_append_printf(head, "Status: %u %s\r\nContent-Type: %s\r\n",
                           res->status, message_phrase(res->status),
                           res->type);
    if (length >= 0)
        g_string_append_printf(
            head, "Content-Length: %" G_GSSIZE_FORMAT "\r\n", length);
    append_policy(res, head);
    if (!res->site->config->insecure_localhost)
        g_string_append(head,
                        "Strict-Transport-Security: max-age=63072000\r\n");
    g_string_append_printf(head,
                           "X-Content-Type-Options: nosniff\r\n"
                           "Referrer-Policy: no-referrer\r\n"
                           "Cross-Origin-Opener-Policy: same-origin\r\n"
                           "Cross-Origin-Resource-Policy: %s\r\n"
                           "Permissions-Policy: %s\r\n"
                           "X-DNS-Prefetch-Control: off\r\n"
                           "Cache-Control: no-store\r\n",
                           res->policy == POLICY_FRAME_SCRIPT ? "cross-origin"
                                                              : "same-origin",
                           no_features);
    g_string_append_len(head, res->headers->str, (gssize)res->headers->len);
    g_string_append(head, "\r\n");
    return head;
}

static gboolean
begin(Response *res, gssize length)
{
    res->begun = TRUE;
    GString *head = make_head(res, length);
    gboolean ok = res->write(res->user, head->str, head->len);
    g_string_free(head, TRUE);
    return ok;
}

gboolean
response_stream(Response *res, const char *type, const guint8 *data,
                gsize size, GError **error)
{
    gboolean ok = TRUE;
    if (!res->begun) {
        set_type(res, type);
        ok = begin(res, -1);
    }
    if (!ok || !res->write(res->user, data, size)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_UNREACHABLE,
                            "response: the reader has gone");
        return FALSE;
    }
    return TRUE;
}

gboolean
response_has_begun(const Response *res)
{
    return res->begun;
}

void
response_send(Response *res)
{
    if (res->begun)
        return;
    gsize size = res->text->len;
    const void *data = res->text->str;
    if (res->bytes != NULL)
        data = g_bytes_get_data(res->bytes, &size);
    if (begin(res, (gssize)size))
        res->write(res->user, data, size);
}
