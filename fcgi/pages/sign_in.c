/* Signing in and out. The sign-in form has a token too (SEC-46). */
#include "core/mail/sign_in.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "fcgi/pages/notices.h"
#include "fcgi/pages/shell.h"
#include "fcgi/support.h"
#include "fcgi/template_escape.h"

/* A path of ours to go on to; an address of another site never. */
static const char *
safe_next(const char *next)
{
    if (next == NULL || next[0] != '/' || !escape_is_safe_url(next) ||
        strlen(next) > 2000)
        return NULL;
    return next;
}

static gboolean
show(const Context *ctx, const Request *req, Response *res, const char *login,
     const char *next, const GError *why)
{
    const Message *problem = why != NULL ? message_for(why) : NULL;
    g_autoptr(Json) context = shell_context(ctx, req, "sign_in");
    json_set_text(context, "login", login != NULL ? login : "");
    json_set_text(context, "next", safe_next(next));
    static const char *const known[] = {"deleted", NULL};
    shell_saved(req, context, known);
    if (problem != NULL) {
        Json *error = json_object_new();
        json_set_text(error, "message",
                      catalogue_text(ctx->words, problem->title));
        json_set_text(error, "action",
                      catalogue_text(ctx->words, problem->action));
        /* Of a wrong password there is nothing to look up. */
        g_autofree char *code =
            problem->status >= 500 ? support_of_error(ctx, req, why) : NULL;
        json_set_text(error, "reference", code);
        if (code != NULL)
            log_event("sign-in-failed", "reference", code, "error",
                      app_error_name(problem->code), NULL);
        json_set(context, "error", error);
    }
    return shell_show(ctx, res, "sign_in", context);
}

PAGE(page_home)
{
    const Account *account = ctx->world.account;
    if (account == NULL)
        return response_redirect(res, "/sign-in");
    gboolean guided = notices_guide(ctx, account->id);
    return response_redirect(res, guided ? "/help#start" : "/mail/INBOX");
}

PAGE(page_sign_in_show)
{
    if (ctx->world.account != NULL)
        return response_redirect(res, "/mail/INBOX");
    return show(ctx, req, res, NULL, request_query(req, "next"), NULL);
}

/* Errors that the form itself shows, above what was typed. */
static gboolean
is_of_form(AppError code)
{
    return code == APP_ERROR_CREDENTIALS || code == APP_ERROR_BACK_OFF ||
           code == APP_ERROR_UNREACHABLE || code == APP_ERROR_INSECURE ||
           code == APP_ERROR_INPUT;
}

PAGE(page_sign_in)
{
    const char *login = request_field(req, "login");
    const char *password = request_field(req, "password");
    const char *next = request_field(req, "next");
    g_autoptr(GError) problem = NULL;
    g_autofree char *cookie =
        sign_in(&ctx->world, login != NULL ? login : "",
                password != NULL ? password : "",
                req->remote != NULL ? req->remote : "unknown", &problem);
    if (cookie == NULL) {
        AppError code = app_error_code(problem);
        if (!is_of_form(code)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        /* An empty field or an odd name cannot be right either. */
        if (code == APP_ERROR_INPUT)
            problem->code = APP_ERROR_CREDENTIALS;
        response_status(res, message_for(problem)->status);
        return show(ctx, req, res, login, next, problem);
    }
    /* Whoever was signed in here before is not any more. */
    if (ctx->visitor->cookie != NULL &&
        !sign_out(&ctx->world, ctx->visitor->cookie, error))
        return FALSE;
    access_set_session(res, ctx->site, cookie);
    access_set_visit(res, ctx->site, NULL);
    if (safe_next(next) == NULL)
        return response_redirect(res, "/");
    response_status(res, 303);
    response_header(res, "Location", next);
    return response_text(res, "text/plain; charset=utf-8", "");
}

PAGE(page_sign_out)
{
    if (ctx->visitor->cookie != NULL &&
        !sign_out(&ctx->world, ctx->visitor->cookie, error))
        return FALSE;
    access_set_session(res, ctx->site, NULL);
    return response_redirect(res, "/sign-in");
}
