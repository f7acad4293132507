/* One certificate of the local authority: shown, handed out, revoked. */
#include "fcgi/pages/certificate_file.h"
#include "fcgi/pages/admin/authority.h"

#include <string.h>

#include "core/admin/certify_desk.h"
#include "core/base/error.h"
#include "fcgi/dates.h"

static gboolean
hand_out(const Context *ctx, const Request *req, Response *res,
         const char *kid, const char *format, const char *password,
         GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autofree char *name = NULL;
    g_autoptr(GBytes) bytes =
        certify_export(&office, kid, format, password, &name, error);
    if (bytes == NULL)
        return FALSE;
    return certificate_file_show(res, bytes, name);
}

PAGE(page_admin_authority_take)
{
    return certificate_file_check(req->captures[0], error) &&
           hand_out(ctx, req, res, NULL, req->captures[0], NULL, error);
}

PAGE(page_admin_issued_take)
{
    return certificate_file_check(req->captures[1], error) &&
           hand_out(ctx, req, res, req->captures[0], req->captures[1], NULL,
                    error);
}

PAGE(page_admin_issued_p12)
{
    return hand_out(ctx, req, res, req->captures[0], "p12",
                    request_field(req, "password"), error);
}

static void
set_state(const Context *ctx, Json *json, const Issued *issued)
{
    gint64 now = ctx->world.now;
    if (issued->revoked == 0) {
        shell_set_true(json, "good", issued->not_after >= now);
        shell_set_true(json, "expired", issued->not_after < now);
        return;
    }
    g_autofree char *since = date_full(ctx->words, issued->revoked, now);
    json_set_text(json, "revoked", since);
    json_set(json, "reason",
             shell_code(certify_reason_name((CertifyReason)issued->reason)));
    shell_set_true(json, "unpublished", !issued->published);
}

static Json *
certificate_json(const Context *ctx, const Issued *issued)
{
    g_autofree char *path =
        g_strconcat("/admin/authority/issued/", issued->kid, NULL);
    g_autofree char *url = site_url(ctx->site, path);
    g_autofree char *from = date_plain(ctx->words, issued->created);
    g_autofree char *until = date_plain(ctx->words, issued->not_after);
    g_autofree char *print = authority_print(issued->kid);
    g_autofree char *serial = authority_print(issued->serial);
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "address", issued->address);
    json_set_text(json, "algorithm", issued->algorithm);
    json_set_text(json, "not_before", from);
    json_set_text(json, "not_after", until);
    json_set_text(json, "fingerprint", print);
    json_set_text(json, "serial", serial);
    set_state(ctx, json, issued);
    return json;
}

/* With ?revoke=yes the reason is asked for: the first of two steps. */
PAGE(page_admin_issued)
{
    static const char *const known[] = {"revoked", NULL};
    const Office office = shell_office(ctx, req);
    g_autoptr(Issued) issued =
        certify_issued_get(&office, req->captures[0], error);
    if (issued == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "admin_issued");
    json_set(context, "tab", shell_code("authority"));
    json_set(context, "certificate", certificate_json(ctx, issued));
    json_set_text(
        context, "take",
        json_text(json_member(json_member(context, "certificate"), "url")));
    json_set_text(context, "kid", issued->kid);
    shell_set_true(context, "asked",
                   issued->revoked == 0 &&
                       request_query(req, "revoke") != NULL);
    shell_saved(req, context, known);
    return shell_show_beside(ctx, res, "admin_issued", context);
}

PAGE(page_admin_issued_revoke)
{
    CertifyReason reason;
    gboolean local = FALSE;
    const char *kid = req->captures[0];
    const Office office = shell_office(ctx, req);
    g_autoptr(Issued) issued = certify_issued_get(&office, kid, error);
    if (issued == NULL ||
        !certify_reason_from_name(request_field(req, "reason"), &reason,
                                  error) ||
        !certify_revoke(&office, kid, reason, &local, error))
        return FALSE;
    g_autofree char *path =
        g_strconcat("/admin/authority/issued/", kid, "?saved=revoked", NULL);
    return response_redirect(res, path);
}
