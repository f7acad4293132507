/* The account's own certificates, as the browser's vault posts them. */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/enrol.h"
#include "fcgi/page.h"

#define CHAIN_MAX 8

PAGE(page_certificates_list)
{
    g_autofree char *list = enrol_list(&ctx->world, error);
    return list != NULL && response_json(res, list);
}

static GPtrArray *
chain_of(const Request *req, GError **error)
{
    const Json *list = json_get_array(req->json, "chain", error);
    if (list == NULL)
        return NULL;
    g_autoptr(GPtrArray) chain =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    if (json_array_length(list) > CHAIN_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                            "chain: more than 8 certificates");
        return NULL;
    }
    for (gsize i = 0; i < json_array_length(list); i++) {
        /* An item is read like a member, strictly. */
        g_autoptr(Json) holder = json_object_new();
        json_set(holder, "chain", json_share(json_array_item(list, i)));
        GBytes *der = json_get_bytes(holder, "chain", error);
        if (der == NULL)
            return NULL;
        g_ptr_array_add(chain, der);
    }
    return g_steal_pointer(&chain);
}

PAGE(page_certificates_add)
{
    g_autoptr(GBytes) certificate =
        request_json_bytes(req, "certificate", error);
    if (certificate == NULL)
        return FALSE;
    g_autoptr(GPtrArray) chain = chain_of(req, error);
    if (chain == NULL)
        return FALSE;
    g_autofree char *result =
        enrol_certificate(&ctx->world, certificate, chain, error);
    return result != NULL && response_json(res, result);
}

PAGE(page_certificates_remove)
{
    const char *kid = request_json_text(req, "kid", error);
    if (kid == NULL || !enrol_remove(&ctx->world, kid, error))
        return FALSE;
    return response_json(res, "{}");
}
