/* The few static files whose headers are not those of the others: they are
 * read once by site.c and served from memory. */
#include "core/base/error.h"
#include "fcgi/page.h"

static gboolean
show(const Context *ctx, Response *res, const char *name, const char *type,
     PagePolicy policy, GError **error)
{
    GBytes *bytes = g_hash_table_lookup(ctx->site->assets, name);
    if (bytes == NULL) {
        g_set_error(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                    "assets: %s is not there", name);
        return FALSE;
    }
    response_policy(res, policy);
    return response_bytes(res, type, bytes);
}

PAGE(page_asset_frame)
{
    return show(ctx, res, "frame.html", "text/html; charset=utf-8",
                POLICY_FRAME, error);
}

PAGE(page_asset_frame_images)
{
    return show(ctx, res, "frame.html", "text/html; charset=utf-8",
                POLICY_FRAME_IMAGES, error);
}

PAGE(page_asset_frame_script)
{
    return show(ctx, res, "frame.js", "text/javascript; charset=utf-8",
                POLICY_FRAME_SCRIPT, error);
}

PAGE(page_asset_worker)
{
    return show(ctx, res, "vault-worker.js", "text/javascript; charset=utf-8",
                POLICY_WORKER, error);
}
