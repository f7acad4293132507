/* Pages that need no mail: language, help, health. */
#include <string.h>

#include "core/base/error.h"
#include "fcgi/pages/shell.h"
#include "fcgi/template_escape.h"

PAGE(page_language)
{
    const char *language = language_known(request_field(req, "language"));
    const char *back = request_field(req, "return");
    if (language == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "language: neither fr nor en");
        return FALSE;
    }
    const Account *account = ctx->world.account;
    if (account != NULL &&
        !account_set_language(ctx->world.db, account->id, language, error))
        return FALSE;
    access_set_language(res, ctx->site, language);
    if (back == NULL || back[0] != '/' || !escape_is_safe_url(back))
        return response_redirect(res, "/");
    response_status(res, 303);
    response_header(res, "Location", back);
    return response_text(res, "text/plain; charset=utf-8", "");
}

PAGE(page_help)
{
    g_autoptr(Json) context = shell_context(ctx, req, "help");
    shell_authority(ctx, context);
    /* Help is there even when the mail server is not. */
    if (ctx->world.account != NULL && !shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return shell_show(ctx, res, "help", context);
}

/* For monitors: this process answers and its database can be read. */
PAGE(page_health)
{
    g_autoptr(Stmt) stmt = db_prepare(
        ctx->world.db, "SELECT count(*) FROM sqlite_schema", error);
    if (stmt == NULL || !stmt_need_row(stmt, "database", error))
        return FALSE;
    return response_text(res, "text/plain; charset=utf-8", "ok\n");
}
