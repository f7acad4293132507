/* Changes of what is trusted: first what they would do, then doing them. */
#include <string.h>

#include "core/base/error.h"
#include "fcgi/pages/admin/trust.h"

Json *
trust_effect_json(const TrustEffect *effect)
{
    Json *json = json_object_new(), *domains = json_array_new();
    Json *reasons = json_array_new();
    GHashTableIter iter;
    gpointer code, count;
    for (guint i = 0; i < effect->domains->len; i++) {
        const TrustDomain *domain = g_ptr_array_index(effect->domains, i);
        Json *item = json_object_new();
        json_set_text(item, "domain", domain->domain);
        json_set_int(item, "gained", domain->gained);
        json_set_int(item, "lost", domain->lost);
        json_append(domains, item);
    }
    g_hash_table_iter_init(&iter, effect->reasons);
    while (g_hash_table_iter_next(&iter, &code, &count)) {
        Json *item = json_object_new();
        json_set(item, "code", shell_code(code));
        json_set_int(item, "count", GPOINTER_TO_UINT(count));
        json_append(reasons, item);
    }
    json_set_int(json, "checked", effect->checked);
    shell_set_true(json, "empty", effect->checked == 0);
    shell_set_true(json, "partial", effect->partial);
    json_set_int(json, "gained", effect->gained);
    json_set_int(json, "lost", effect->lost);
    shell_set_true(json, "none", effect->gained == 0 && effect->lost == 0);
    json_set(json, "domains", domains);
    json_set(json, "reasons", reasons);
    return json;
}

/* The posted file, or what the preview carried of it. */
static GBytes *
file_of(const Request *req)
{
    const char *carried = request_field(req, "carried");
    const RequestFile *file =
        req->files->len == 1 ? g_ptr_array_index(req->files, 0) : NULL;
    if (file != NULL && g_bytes_get_size(file->data) > 0)
        return g_bytes_ref(file->data);
    if (carried == NULL || *carried == '\0')
        return NULL;
    gsize size = 0;
    guchar *bytes = g_base64_decode(carried, &size);
    return g_bytes_new_take(bytes, size);
}

static TrustPlan
plan_of(const Request *req, GBytes *file)
{
    const char *purpose = request_field(req, "purpose");
    return (TrustPlan){
        .file = file,
        .role = request_field(req, "role"),
        .purpose = purpose != NULL && *purpose != '\0' ? purpose : NULL,
        .name = request_field(req, "name"),
        .accept_expired = request_field(req, "expired") != NULL,
    };
}

static void
set_lines(const Context *ctx, Json *context, GPtrArray *lines)
{
    Json *array = json_array_new();
    guint taken = 0, expired = 0;
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        json_append(array, trust_line_json(ctx, line));
        taken += line->refused ? 0 : 1;
        expired += !line->refused && line->expired ? 1 : 0;
    }
    json_set(context, "lines", array);
    json_set_int(context, "count", lines->len);
    json_set_int(context, "taken", taken);
    shell_set_true(context, "some", taken > 0);
    shell_set_true(context, "single", lines->len == 1);
    shell_set_true(context, "any_expired", expired > 0);
}

static void
set_form(const Request *req, Json *context, const TrustPlan *plan,
         GPtrArray *lines)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(plan->file, &size);
    g_autofree char *carried = g_base64_encode(data, size);
    const TrustLine *first = g_ptr_array_index(lines, 0);
    const char *name = plan->name;
    Json *form = json_object_new();
    json_set_text(form, "carried", carried);
    json_set_text(form, "role", plan->role);
    json_set_text(form, "purpose", plan->purpose);
    json_set_text(form, "name",
                  name != NULL && *name != '\0' ? name : first->name);
    shell_set_true(form, "expired", plan->accept_expired);
    json_set(context, "form", form);
}

static gboolean
show_preview(const Context *ctx, const Request *req, Response *res,
             const TrustPlan *plan, const TrustFault *fault, GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(GPtrArray) lines = trust_admin_read(&office, plan, error);
    if (lines == NULL)
        return FALSE;
    g_autoptr(TrustEffect) effect = trust_admin_effect(&office, plan, error);
    if (effect == NULL)
        return FALSE;
    g_autoptr(Json) context =
        trust_context(ctx, req, "admin_trust_upload", error);
    if (context == NULL)
        return FALSE;
    set_lines(ctx, context, lines);
    set_form(req, context, plan, lines);
    json_set(context, "effect", trust_effect_json(effect));
    if (fault != NULL)
        trust_set_fault(ctx, req, res, context, fault);
    return shell_show_beside(ctx, res, "admin_trust_upload", context);
}

/* On the list, where a file cannot be looked at. */
static gboolean
show_refusal(const Context *ctx, const Request *req, Response *res,
             GError *why, GError **error)
{
    TrustFault fault;
    g_autoptr(GError) owned = why;
    if (trust_fault(why, &fault))
        return trust_show_list(ctx, req, res, &fault, error);
    g_propagate_error(error, g_steal_pointer(&owned));
    return FALSE;
}

static gboolean
show_no_file(const Context *ctx, const Request *req, Response *res,
             GError **error)
{
    static const TrustFault none = {N_("No file came with this."),
                                    N_("Choose one file, then add it."), 400};
    return trust_show_list(ctx, req, res, &none, error);
}

/* POST /admin/trust/upload: nothing is saved yet. */
PAGE(page_admin_trust_upload)
{
    g_autoptr(GBytes) file = file_of(req);
    g_autoptr(GError) why = NULL;
    if (file == NULL)
        return show_no_file(ctx, req, res, error);
    const TrustPlan plan = plan_of(req, file);
    if (show_preview(ctx, req, res, &plan, NULL, &why))
        return TRUE;
    return show_refusal(ctx, req, res, g_steal_pointer(&why), error);
}

/* POST /admin/trust: what the preview showed. */
PAGE(page_admin_trust_save)
{
    g_autoptr(GBytes) file = file_of(req);
    g_autoptr(GError) why = NULL;
    TrustFault fault;
    guint added = 0;
    if (file == NULL)
        return show_no_file(ctx, req, res, error);
    const Office office = shell_office(ctx, req);
    TrustPlan plan = plan_of(req, file);
    if (!trust_edition_read(req, &plan.edition, error))
        return FALSE;
    if (trust_admin_add(&office, &plan, &added, &why))
        return trust_redirect(res, NULL, "added");
    if (trust_fault(why, &fault))
        return show_preview(ctx, req, res, &plan, &fault, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* POST /admin/trust/{}: another name. */
PAGE(page_admin_trust_rename)
{
    const Office office = shell_office(ctx, req);
    const char *name = request_field(req, "name");
    g_autofree char *clean = g_strstrip(g_strdup(name != NULL ? name : ""));
    g_autoptr(GError) why = NULL;
    TrustFault fault;
    gint64 edition = 0;
    if (!trust_edition_read(req, &edition, error))
        return FALSE;
    if (trust_admin_rename(&office, req->captures[0], clean, edition, &why))
        return trust_redirect(res, req->captures[0], "renamed");
    if (trust_fault(why, &fault))
        return trust_show_one(ctx, req, res, req->captures[0], &fault, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* GET /admin/trust/{}/withdraw: what it would do. */
PAGE(page_admin_trust_withdraw_ask)
{
    const Office office = shell_office(ctx, req);
    const TrustPlan plan = {.withdraw = req->captures[0]};
    g_autoptr(TrustLine) line =
        trust_admin_get(&office, req->captures[0], error);
    if (line == NULL)
        return FALSE;
    g_autoptr(TrustEffect) effect = trust_admin_effect(&office, &plan, error);
    if (effect == NULL)
        return FALSE;
    g_autoptr(Json) context =
        trust_context(ctx, req, "admin_trust_withdraw", error);
    if (context == NULL)
        return FALSE;
    json_set(context, "cert", trust_line_json(ctx, line));
    json_set(context, "effect", trust_effect_json(effect));
    return shell_show_beside(ctx, res, "admin_trust_withdraw", context);
}

PAGE(page_admin_trust_withdraw)
{
    const Office office = shell_office(ctx, req);
    TrustPlan plan = {.withdraw = req->captures[0]};
    return trust_edition_read(req, &plan.edition, error) &&
           trust_admin_withdraw(&office, &plan, error) &&
           trust_redirect(res, NULL, "withdrawn");
}
