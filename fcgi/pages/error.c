/* What a person sees of an error: words from messages.c, a reference. */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/mailbox.h"
#include "fcgi/pages/shell.h"

static void
show_json(const Context *ctx, Response *res, const Message *message,
          const char *reference)
{
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "error", app_error_name(message->code));
    json_set_text(json, "title", catalogue_text(ctx->words, message->title));
    json_set_text(json, "message",
                  catalogue_text(ctx->words, message->message));
    json_set_text(json, "action",
                  catalogue_text(ctx->words, message->action));
    json_set_text(json, "reference", reference);
    g_autofree char *text = json_write(json);
    response_json(res, text);
}

/* Where the page's one button leads, by what can be done next. */
static Json *
action_json(const Context *ctx, const Request *req, const Message *message)
{
    gboolean again = message->status == 503 || message->status == 429;
    gboolean known = ctx->world.account != NULL;
    const char *label = known ? N_("Back to the inbox") : N_("Sign in");
    g_autofree char *url =
        site_url(ctx->site, known ? "/mail/INBOX" : "/sign-in");
    if (again && req != NULL && req->method == METHOD_GET) {
        label = N_("Try again");
        g_free(url);
        url = g_strdup(g_hash_table_lookup(req->parameters, "REQUEST_URI"));
    }
    Json *action = json_object_new();
    json_set_text(action, "label", catalogue_text(ctx->words, label));
    json_set_text(action, "url", url);
    return action;
}

/* The mail server may be what failed: it is not asked for folders, and the
 * one that everybody has is shown. */
static void
set_nav(const Context *ctx, Json *context)
{
    MailFolder inbox = {.name = (char *)(guintptr) "INBOX", .kind = "inbox"};
    g_autoptr(GPtrArray) folders = g_ptr_array_new();
    g_ptr_array_add(folders, &inbox);
    shell_nav(ctx, context, folders, NULL, 0);
}

static void
show_page(const Context *ctx, const Request *req, Response *res,
          const Message *message, guint status, const char *reference)
{
    g_autoptr(Json) context = shell_context(ctx, req, "error");
    g_autofree char *number = g_strdup_printf("%u", status);
    g_autofree char *text =
        g_strconcat(catalogue_text(ctx->words, message->message), " ",
                    catalogue_text(ctx->words, message->action), NULL);
    json_set_text(context, "status", number);
    json_set_text(context, "title",
                  catalogue_text(ctx->words, message->title));
    json_set_text(context, "message", text);
    json_set(context, "action", action_json(ctx, req, message));
    json_set_text(context, "reference", reference);
    if (ctx->world.account != NULL)
        set_nav(ctx, context);
    shell_show(ctx, res, "error", context);
}

/* A page asked for after the session ended leads to the sign-in form. */
static gboolean
leads_to_sign_in(const Request *req, const GError *error)
{
    return req != NULL && req->method == METHOD_GET &&
           !request_wants_json(req) &&
           app_error_code(error) == APP_ERROR_SIGN_IN;
}

static void
redirect_to_sign_in(const Request *req, Response *res)
{
    const char *uri = g_hash_table_lookup(req->parameters, "REQUEST_URI");
    g_autofree char *next = g_uri_escape_string(uri, "/", FALSE);
    g_autofree char *path = g_strconcat("/sign-in?next=", next, NULL);
    response_redirect(res, path);
}

void
page_error(const Context *ctx, const Request *req, Response *res,
           const GError *error, const char *reference)
{
    if (leads_to_sign_in(req, error)) {
        redirect_to_sign_in(req, res);
        return;
    }
    const Message *message = message_for(error);
    guint status = message->status;
    if (response_get_status(res) == 405) {
        status = 405;
        response_header(res, "Allow",
                        req->method == METHOD_GET ? "POST" : "GET");
    }
    response_status(res, status);
    if (status == 503 || status == 429)
        response_header(res, "Retry-After", "30");
    if (req != NULL && request_wants_json(req))
        show_json(ctx, res, message, reference);
    else
        show_page(ctx, req, res, message, status, reference);
}
