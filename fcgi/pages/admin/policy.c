/* Policy: the places that have lines, and groups. */
#include "fcgi/pages/admin/policy.h"

#include <string.h>

#include "core/admin/groups.h"
#include "core/base/error.h"
#include "core/store/account_search.h"

#define DOMAINS_SHOWN 200

static char *
place_path(PolicyScope scope, const char *subject)
{
    g_autofree char *coded = g_uri_escape_string(
        scope == POLICY_SITE ? "all" : subject, NULL, FALSE);
    return g_strdup_printf("/admin/policy/%s/%s", policy_scope_name(scope),
                           coded);
}

static Json *
place_json(const Context *ctx, PolicyScope scope, const char *subject,
           const char *name)
{
    g_autofree char *path = place_path(scope, subject);
    g_autofree char *url = site_url(ctx->site, path);
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "name", name);
    return json;
}

/* The lines that a place has, in words. */
static gboolean
set_lines(const Context *ctx, PolicyScope scope, const char *subject,
          Json *place, GError **error)
{
    g_autoptr(GPtrArray) rows =
        *subject == '\0' && scope != POLICY_SITE
            ? g_ptr_array_new()
            : policy_list(ctx->world.db, scope, subject, error);
    if (rows == NULL)
        return FALSE;
    Json *list = json_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const PolicyRow *row = g_ptr_array_index(rows, i);
        g_autofree char *value =
            policy_value_words(ctx, row->line, row->value);
        Json *json = json_object_new();
        json_set_text(json, "label", policy_line_words(ctx, row->line));
        json_set_text(json, "value", value);
        json_append(list, json);
    }
    json_set(place, "lines", list);
    return TRUE;
}

/* A domain whose lines wait for its first account is in the list, too. */
static gboolean
all_domains(const Context *ctx, gint64 scope, GHashTable *out, GError **error)
{
    g_auto(GStrv) domains =
        account_domains(ctx->world.db, scope, DOMAINS_SHOWN, error);
    if (domains == NULL)
        return FALSE;
    for (char **domain = domains; *domain != NULL; domain++)
        g_hash_table_add(out, g_strdup(*domain));
    g_auto(GStrv) own =
        account_scope(ctx->world.db, ctx->world.account->id, error);
    if (own == NULL)
        return FALSE;
    for (char **domain = own; *domain != NULL; domain++)
        g_hash_table_add(out, g_strdup(*domain));
    if (scope != 0)
        return TRUE;
    g_autoptr(GPtrArray) rows =
        policy_list(ctx->world.db, POLICY_DOMAIN, NULL, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const PolicyRow *row = g_ptr_array_index(rows, i);
        g_hash_table_add(out, g_strdup(row->subject));
    }
    return rows != NULL;
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

static gboolean
set_domains(const Context *ctx, gint64 scope, Json *context, GError **error)
{
    g_autoptr(GHashTable) domains =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!all_domains(ctx, scope, domains, error))
        return FALSE;
    g_autoptr(GList) sorted =
        g_list_sort(g_hash_table_get_keys(domains), by_text);
    Json *list = json_array_new();
    json_set(context, "domains", list);
    for (const GList *at = sorted; at != NULL; at = at->next) {
        Json *json = place_json(ctx, POLICY_DOMAIN, at->data, at->data);
        json_append(list, json);
        if (!set_lines(ctx, POLICY_DOMAIN, at->data, json, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
set_site_wide(const Context *ctx, Json *context, GError **error)
{
    Json *site = place_json(ctx, POLICY_SITE, "", NULL);
    json_set(context, "whole", site);
    if (!set_lines(ctx, POLICY_SITE, "", site, error))
        return FALSE;
    g_autoptr(GPtrArray) groups = group_list(ctx->world.db, error);
    if (groups == NULL)
        return FALSE;
    Json *list = json_array_new();
    json_set(context, "groups", list);
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = g_ptr_array_index(groups, i);
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, group->id);
        g_autofree char *members =
            g_strdup_printf("%" G_GINT64_FORMAT, group->members);
        Json *json = place_json(ctx, POLICY_GROUP, id, group->name);
        json_set_text(json, "members", members);
        json_append(list, json);
        if (!set_lines(ctx, POLICY_GROUP, id, json, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
show(const Context *ctx, const Request *req, Response *res,
     const GError *fault, GError **error)
{
    static const char *const known[] = {"removed", NULL};
    const Office office = shell_office(ctx, req);
    gint64 scope = 0;
    if (!office_scope(&office, &scope, error))
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "admin_policy");
    json_set(context, "tab", shell_code("policy"));
    shell_saved(req, context, known);
    if (fault != NULL) {
        gboolean taken =
            g_error_matches(fault, APP_ERROR, APP_ERROR_CONFLICT);
        json_set(context, "error", shell_code(taken ? "taken" : "input"));
        json_set_text(context, "typed", request_field(req, "name"));
        response_status(res, taken ? 409 : 400);
    }
    return (scope != 0 || set_site_wide(ctx, context, error)) &&
           set_domains(ctx, scope, context, error) &&
           shell_show_beside(ctx, res, "admin_policy", context);
}

/* GET /admin/policy; ?domain=x leads to the lines of a domain that no account
 * has yet. */
PAGE(page_policy)
{
    const char *domain = request_query(req, "domain");
    if (domain == NULL || *domain == '\0')
        return show(ctx, req, res, NULL, error);
    const Office office = shell_office(ctx, req);
    g_autoptr(PolicyPlace) place =
        policy_admin_place(&office, POLICY_DOMAIN, domain, error);
    if (place == NULL)
        return FALSE;
    g_autofree char *path = place_path(POLICY_DOMAIN, place->subject);
    return response_redirect(res, path);
}

/* POST /admin/groups */
PAGE(page_group_create)
{
    const Office office = shell_office(ctx, req);
    const char *name = request_field(req, "name");
    g_autoptr(GError) why = NULL;
    gint64 id = groups_create(&office, name != NULL ? name : "", &why);
    if (id != 0) {
        g_autofree char *path =
            g_strdup_printf("/admin/policy/group/%" G_GINT64_FORMAT, id);
        return response_redirect(res, path);
    }
    if (g_error_matches(why, APP_ERROR, APP_ERROR_INPUT) ||
        g_error_matches(why, APP_ERROR, APP_ERROR_CONFLICT))
        return show(ctx, req, res, why, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}
