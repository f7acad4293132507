#include "fcgi/support.h"

#include "core/base/log.h"
#include "core/store/support_code.h"

static char *
route_of(const Request *req)
{
    if (req == NULL || req->pattern == NULL)
        return g_strdup("-");
    return g_strdup_printf(
        "%s %s", req->method == METHOD_GET ? "GET" : "POST", req->pattern);
}

static void
keep(const Context *ctx, const SupportCode *code)
{
    g_autoptr(GError) why = NULL;
    if (!support_code_save(ctx->world.db, code, ctx->world.now, &why))
        log_error("support-code", why);
}

char *
support_of_error(const Context *ctx, const Request *req, const GError *error)
{
    const Account *account = ctx->world.account;
    g_autofree char *route = route_of(req);
    char *text = support_code_new();
    const char *name = app_error_name(app_error_code(error));
    const SupportCode code = {.code = text,
                              .account = account != NULL ? account->id : 0,
                              .error = (char *)(guintptr)name,
                              .route = route};
    if (account != NULL || message_for(error)->status >= 500)
        keep(ctx, &code);
    return text;
}

char *
support_of_certificate(const Context *ctx, const char *page, const char *kid,
                       const char *problem)
{
    gint64 account = ctx->world.account->id;
    g_autoptr(GError) why = NULL;
    char *text = support_code_of(ctx->world.server_key, account, kid, problem,
                                 ctx->world.now);
    g_autoptr(SupportCode) known =
        support_code_find(ctx->world.db, text, ctx->world.now, &why);
    const SupportCode code = {.code = text,
                              .account = account,
                              .error = (char *)(guintptr)problem,
                              .route = (char *)(guintptr)page,
                              .kid = (char *)(guintptr)kid};
    if (known == NULL && why == NULL)
        keep(ctx, &code);
    return text;
}
