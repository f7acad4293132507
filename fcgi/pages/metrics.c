/* /metrics for Prometheus: there only where a token is set, and for whoever
 * sends it. */
#include "core/admin/metrics.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "fcgi/page.h"

static const char *
token_of(const Request *req)
{
    const char *header =
        g_hash_table_lookup(req->parameters, "HTTP_AUTHORIZATION");
    if (header == NULL || g_ascii_strncasecmp(header, "Bearer ", 7) != 0)
        return NULL;
    return header + 7;
}

PAGE(page_metrics)
{
    const char *want = ctx->site->metrics_token;
    const char *got = token_of(req);
    if (want == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "metrics: no token is set");
        return FALSE;
    }
    if (got == NULL || !secret_equal(got, want)) {
        response_status(res, 401);
        response_header(res, "WWW-Authenticate", "Bearer");
        return response_text(res, "text/plain; charset=utf-8",
                             "a token is needed\n");
    }
    g_autofree char *text =
        metrics_text(ctx->world.db, ctx->world.now, error);
    return text != NULL &&
           response_text(res, "text/plain; version=0.0.4; charset=utf-8",
                         text);
}
