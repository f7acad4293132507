/* The keys page: certificates as the server judges them; the keys themselves
 * are the browser's affair. */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/enrol.h"
#include "fcgi/dates.h"
#include "fcgi/pages/shell.h"
#include "fcgi/pages/signature.h"

static char *
day_of(const Context *ctx, const Json *certificate, const char *name)
{
    gint64 time = 0;
    const char *text = json_text(json_member(certificate, name));
    if (text == NULL || !time_from_rfc3339(text, &time))
        return NULL;
    return date_plain(ctx->words, time);
}

static Json *
certificate_json(const Context *ctx, const Json *certificate)
{
    const Json *problems = json_member(certificate, "problems");
    const Json *addresses = json_member(certificate, "addresses");
    const char *kid = json_text(json_member(certificate, "kid"));
    const char *key = json_text(json_member(certificate, "algorithm"));
    g_autofree char *begins = day_of(ctx, certificate, "not_before");
    g_autofree char *ends = day_of(ctx, certificate, "not_after");
    g_autofree char *method = signature_method(ctx, key, NULL);
    /* The kid is the SHA-256 of the certificate. */
    g_autofree char *print = signature_fingerprint(kid);
    Json *json = json_object_new();
    json_set_text(json, "kid", kid);
    json_set_text(json, "name", json_text(json_member(certificate, "name")));
    json_set_text(json, "issuer",
                  json_text(json_member(certificate, "issuer")));
    json_set_text(json, "address", json_text(json_array_item(addresses, 0)));
    json_set_text(json, "not_before", begins);
    json_set_text(json, "not_after", ends);
    json_set_text(json, "method", method);
    json_set_text(json, "fingerprint", print);
    Json *codes = json_array_new();
    for (gsize i = 0; i < json_array_length(problems); i++)
        json_append(codes,
                    shell_code(json_text(json_array_item(problems, i))));
    shell_set_true(json, "usable", json_array_length(problems) == 0);
    json_set(json, "problems", codes);
    return json;
}

PAGE(page_keys)
{
    g_autofree char *text = enrol_list(&ctx->world, error);
    if (text == NULL)
        return FALSE;
    g_autoptr(Json) data = json_read(text, strlen(text), error);
    if (data == NULL)
        return FALSE;
    const Json *list = json_member(data, "certificates");
    g_autoptr(Json) context = shell_context(ctx, req, "keys");
    Json *certificates = json_array_new();
    for (gsize i = 0; i < json_array_length(list); i++)
        json_append(certificates,
                    certificate_json(ctx, json_array_item(list, i)));
    shell_set_true(context, "none", json_array_length(list) == 0);
    json_set(context, "certificates", certificates);
    json_set(context, "data", g_steal_pointer(&data));
    if (!shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return shell_show(ctx, res, "keys", context);
}
