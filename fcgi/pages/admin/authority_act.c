/* What is posted to the page of the local authority. */
#include "fcgi/pages/admin/authority.h"

#include <string.h>

#include "core/admin/certify_desk.h"
#include "core/admin/local_ca.h"
#include "core/base/error.h"

#define HERE "/admin/authority?saved="

/* Shows the fault for an error of this code, passes any other on. */
static gboolean
show_or_fail(const Context *ctx, const Request *req, Response *res,
             const AuthorityFault *fault, AppError code, GError *why,
             GError **error)
{
    if (!g_error_matches(why, APP_ERROR, (gint)code)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    g_error_free(why);
    return authority_show(ctx, req, res, fault, error);
}

static guint
years_of(const Request *req)
{
    guint64 years = 0;
    const char *text = request_field(req, "years");
    if (text == NULL ||
        !g_ascii_string_to_unsigned(text, 10, 1, 99, &years, NULL))
        return 0;
    return (guint)years;
}

PAGE(page_admin_authority_make)
{
    static const AuthorityFault fault = {
        "make", N_("The authority was not made."),
        N_("Its name has 1 to 64 characters, the organisation at most 64.")};
    const Office office = shell_office(ctx, req);
    const char *organisation = request_field(req, "organisation");
    const LocalCaPlan plan = {
        .name = request_field(req, "name"),
        .organisation = organisation != NULL ? organisation : "",
        .algorithm = request_field(req, "algorithm"),
        .years = years_of(req),
    };
    GError *why = NULL;
    if (local_ca_make(&office, &plan, &why))
        return response_redirect(res, HERE "made");
    return show_or_fail(ctx, req, res, &fault, APP_ERROR_INPUT, why, error);
}

PAGE(page_admin_authority_rule)
{
    static const AuthorityFault fault = {
        "rule", N_("The rule was not saved."),
        N_("Write domains like example.org, with a space between.")};
    const Office office = shell_office(ctx, req);
    const char *rule = request_field(req, "rule");
    GError *why = NULL;
    if (local_ca_set_rule(&office, g_strcmp0(rule, "automatic") == 0,
                          request_field(req, "domains"), &why))
        return response_redirect(res, HERE "rule");
    return show_or_fail(ctx, req, res, &fault, APP_ERROR_INPUT, why, error);
}

/* The ids whose box is ticked: fields are called request-<id>. */
static char **
ticked(const Request *req)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, req->form);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        if (g_str_has_prefix(name, "request-"))
            g_ptr_array_add(
                ids, g_strdup((const char *)name + strlen("request-")));
    }
    g_ptr_array_add(ids, NULL);
    return (char **)g_ptr_array_steal(ids, NULL);
}

static gboolean
approve(const Office *office, const char *const *ids, const char **saved,
        GError **error)
{
    CertifyCount count;
    if (!certify_approve(office, ids, &count, error))
        return FALSE;
    *saved = count.waiting > 0 ? "approved" : "issued";
    return TRUE;
}

PAGE(page_admin_authority_decide)
{
    static const AuthorityFault fault = {
        "decide", N_("No request was chosen."),
        N_("Tick the requests that you mean, then approve or refuse them.")};
    const Office office = shell_office(ctx, req);
    g_auto(GStrv) ids = ticked(req);
    const char *const *list = (const char *const *)ids;
    const char *act = request_field(req, "act");
    const char *saved = "refused";
    if (ids[0] == NULL)
        return authority_show(ctx, req, res, &fault, error);
    gboolean fine =
        g_strcmp0(act, "approve") == 0
            ? approve(&office, list, &saved, error)
            : certify_refuse(&office, list, "administrator", error);
    g_autofree char *path = g_strconcat(HERE, saved, NULL);
    return fine && response_redirect(res, path);
}

/* Goes on with what waits for sceau-ca. */
PAGE(page_admin_authority_resume)
{
    CertifyCount count;
    const Office office = shell_office(ctx, req);
    return local_ca_resume(&office, &count, error) &&
           response_redirect(res, HERE "finished");
}

PAGE(page_admin_authority_list)
{
    const Office office = shell_office(ctx, req);
    return local_ca_refresh(&office, error) &&
           response_redirect(res, HERE "list");
}

PAGE(page_admin_authority_upload)
{
    static const AuthorityFault fault = {
        "upload", N_("This file was not taken."),
        N_("It must hold a certificate for mail that names the address of an "
           "account here, with a key that is strong enough.")};
    const Office office = shell_office(ctx, req);
    const RequestFile *file =
        req->files->len == 1 ? g_ptr_array_index(req->files, 0) : NULL;
    g_autofree char *address = NULL;
    GError *why = NULL;
    if (file == NULL)
        return authority_show(ctx, req, res, &fault, error);
    if (certify_upload(&office, file->data, &address, &why))
        return response_redirect(res, HERE "uploaded");
    return show_or_fail(ctx, req, res, &fault, APP_ERROR_CERTIFICATE, why,
                        error);
}
