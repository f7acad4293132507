/* A person's requests to the local authority, and its list for everybody. */
#include <string.h>

#include "core/admin/certify.h"
#include "core/base/error.h"
#include "core/store/authority.h"
#include "fcgi/pages/shell.h"

/* POST /certificates/request {"csr", "renews"}: judged, kept, perhaps issued
 * at once. */
PAGE(page_certificate_request)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(GBytes) csr = request_json_bytes(req, "csr", error);
    const char *renews =
        csr != NULL ? request_json_text(req, "renews", error) : NULL;
    g_autofree char *answer =
        renews != NULL ? certify_request(&office, csr, renews, error) : NULL;
    return answer != NULL && response_json(res, answer);
}

/* POST /certificates/cancel {"id"} */
PAGE(page_certificate_cancel)
{
    const Office office = shell_office(ctx, req);
    const char *id = request_json_text(req, "id", error);
    return id != NULL && certify_cancel(&office, id, error) &&
           response_json(res, "{}");
}

/* GET /certificates/requests */
PAGE(page_certificate_requests)
{
    const Office office = shell_office(ctx, req);
    g_autofree char *list = certify_requests_json(&office, error);
    return list != NULL && response_json(res, list);
}

/* GET /crl/{name}.crl: whoever judges a certificate asks without signing in.
 */
PAGE(page_crl)
{
    const char *name = req->captures[0];
    g_autofree char *file = g_str_has_suffix(name, ".crl")
                                ? g_strndup(name, strlen(name) - 4)
                                : g_strdup("");
    g_autoptr(GError) why = NULL;
    g_autoptr(GBytes) list = local_authority_crl(ctx->world.db, file, &why);
    if (list == NULL) {
        if (why == NULL)
            g_set_error_literal(&why, APP_ERROR, APP_ERROR_NOT_FOUND,
                                "crl: no such list");
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, TRUE, name);
    return response_bytes(res, "application/pkix-crl", list);
}
