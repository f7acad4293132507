/* The reset: what goes and what stays is said, a word is typed, and the page
 * that follows says where the export lies. */
#include "fcgi/pages/admin/authority.h"

#include "core/admin/reset.h"
#include "core/base/error.h"

static gboolean
show(const Context *ctx, const Request *req, Response *res,
     const char *exported, gboolean refused)
{
    g_autoptr(Json) context = shell_context(ctx, req, "admin_reset");
    json_set(context, "tab", shell_code("authority"));
    json_set_text(context, "word", reset_word(ctx->site->config));
    json_set_text(context, "exported", exported);
    shell_set_true(context, "error", refused);
    if (refused)
        response_status(res, 422);
    return shell_show_beside(ctx, res, "admin_reset", context);
}

PAGE(page_admin_reset)
{
    const Office office = shell_office(ctx, req);
    return office_reach(&office, ROLE_ADMINISTRATOR, NULL, error) &&
           show(ctx, req, res, NULL, FALSE);
}

PAGE(page_admin_reset_do)
{
    const Office office = shell_office(ctx, req);
    g_autofree char *exported = NULL;
    GError *why = NULL;
    if (reset_site(&office, request_field(req, "word"), &exported, &why))
        return show(ctx, req, res, exported, FALSE);
    if (!g_error_matches(why, APP_ERROR, APP_ERROR_INPUT)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    g_error_free(why);
    return show(ctx, req, res, NULL, TRUE);
}
