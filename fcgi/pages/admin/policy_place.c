/* The lines of one place: edited, tried, saved; and who is in a group. */
#include <string.h>

#include "core/admin/groups.h"
#include "core/base/error.h"
#include "fcgi/pages/admin/policy.h"

#define MEMBERS_SHOWN 100

/* What the fields hold, by line. */
typedef struct {
    char *typed[POLICY_LINES + 1];
} Form;

static void
form_clear(Form *form)
{
    for (gsize i = 0; i < POLICY_LINES; i++)
        g_free(form->typed[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Form, form_clear)

static void
form_read(Form *form, const Request *req)
{
    for (gsize i = 0; i < POLICY_LINES; i++) {
        const char *value =
            request_field(req, policy_line_name((PolicyLine)i));
        form->typed[i] = g_strstrip(g_strdup(value != NULL ? value : ""));
    }
}

static void
form_edits(const Form *form, PolicyEdit *edits)
{
    for (gsize i = 0; i < POLICY_LINES; i++)
        edits[i] = (PolicyEdit){(PolicyLine)i, form->typed[i]};
}

/* So that what is saved is what was tried. */
static char *
form_digest(const Form *form)
{
    g_autofree char *all = g_strjoinv("\n", (char **)(guintptr)form->typed);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
}

static PolicyPlace *
place_of(const Context *ctx, const Request *req, GError **error)
{
    const Office office = shell_office(ctx, req);
    PolicyScope scope;
    if (!policy_scope_from_name(req->captures[0], &scope, NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "policy: no such place");
        return NULL;
    }
    return policy_admin_place(&office, scope, req->captures[1], error);
}

static char *
path_of(const PolicyPlace *place, const char *more)
{
    g_autofree char *coded = g_uri_escape_string(
        place->scope == POLICY_SITE ? "all" : place->subject, NULL, FALSE);
    return g_strdup_printf("/admin/policy/%s/%s%s",
                           policy_scope_name(place->scope), coded, more);
}

static gboolean
set_members(const Context *ctx, const PolicyPlace *place, Json *context,
            GError **error)
{
    gint64 id = g_ascii_strtoll(place->subject, NULL, 10);
    g_autoptr(Group) group = group_load(ctx->world.db, id, error);
    g_autoptr(GPtrArray) members =
        group != NULL
            ? group_members(ctx->world.db, id, 0, NULL, MEMBERS_SHOWN, error)
            : NULL;
    if (members == NULL)
        return FALSE;
    Json *json = json_object_new();
    Json *list = json_array_new();
    for (guint i = 0; i < members->len; i++) {
        const Account *account = g_ptr_array_index(members, i);
        Json *member = json_object_new();
        json_set_text(member, "address", account->address);
        json_set_text(member, "name", account->name);
        json_append(list, member);
    }
    json_set(json, "members", list);
    json_set_text(json, "id", place->subject);
    if (group->members > members->len) {
        g_autofree char *more = g_strdup_printf(
            "%" G_GINT64_FORMAT, group->members - members->len);
        json_set_text(json, "more", more);
    }
    json_set(context, "group", json);
    return TRUE;
}

static void
set_place(const Context *ctx, const PolicyPlace *place, Json *context)
{
    g_autofree char *path = path_of(place, "");
    g_autofree char *url = site_url(ctx->site, path);
    Json *json = json_object_new();
    json_set(json, "scope", shell_code(policy_scope_name(place->scope)));
    json_set_text(json, "name", place->name);
    json_set_text(json, "url", url);
    if (place->scope == POLICY_ACCOUNT) {
        g_autofree char *back =
            g_strconcat("/admin/accounts/", place->subject, NULL);
        g_autofree char *account = site_url(ctx->site, back);
        json_set_text(json, "account_url", account);
    }
    json_set(context, "place", json);
}

static Json *
begin(const Context *ctx, const Request *req, const PolicyPlace *place,
      const Form *form, const char *state)
{
    static const char *const known[] = {"policy", "member", "member-gone",
                                        NULL};
    Json *context = shell_context(ctx, req, "admin_place");
    json_set(context, "tab", shell_code("policy"));
    shell_saved(req, context, known);
    set_place(ctx, place, context);
    json_set(context, "fields", policy_fields_json(ctx, form->typed));
    json_set_text(context, "state", state);
    return context;
}

static gboolean
finish(const Context *ctx, Response *res, const PolicyPlace *place,
       Json *context, GError **error)
{
    return (place->scope != POLICY_GROUP ||
            set_members(ctx, place, context, error)) &&
           shell_show_beside(ctx, res, "admin_place", context);
}

/* GET /admin/policy/{scope}/{subject} */
PAGE(page_policy_place)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(PolicyPlace) place = place_of(ctx, req, error);
    g_autoptr(PolicySheet) sheet =
        place != NULL ? policy_admin_sheet(&office, place, error) : NULL;
    if (sheet == NULL)
        return FALSE;
    g_auto(Form) form = {0};
    for (gsize i = 0; i < POLICY_LINES; i++)
        form.typed[i] = g_strdup(sheet->values[i]);
    g_autoptr(Json) context = begin(ctx, req, place, &form, sheet->state);
    return finish(ctx, res, place, context, error);
}

/* Which of the fields the error is about. */
static void
set_fault(Json *context, const Form *form, Response *res)
{
    Json *json = json_object_new();
    for (gsize i = 0; i < POLICY_LINES; i++) {
        PolicyLine line = (PolicyLine)i;
        g_autofree char *value =
            *form->typed[i] != '\0' ? policy_value(line, form->typed[i], NULL)
                                    : g_strdup("");
        if (value != NULL)
            continue;
        json_set_text(json, "name", policy_line_name(line));
        Json *field =
            json_share(json_array_item(json_member(context, "fields"), i));
        json_set_bool(field, "wrong", TRUE);
        json_free(field);
        break;
    }
    json_set(context, "error", json);
    response_status(res, 400);
}

static gboolean
try_edits(const Context *ctx, const Request *req, Response *res,
          const PolicyPlace *place, const Form *form, GError **error)
{
    const Office office = shell_office(ctx, req);
    PolicyEdit edits[POLICY_LINES];
    form_edits(form, edits);
    g_autoptr(GError) why = NULL;
    g_autoptr(PolicyTrial) trial =
        policy_admin_try(&office, place, edits, POLICY_LINES, &why);
    const char *state = request_field(req, "state");
    g_autoptr(Json) context = begin(ctx, req, place, form, state);
    if (trial != NULL) {
        g_autofree char *digest = form_digest(form);
        json_set(context, "trial", policy_trial_json(ctx, trial));
        json_set_text(context, "tried", digest);
    } else if (g_error_matches(why, APP_ERROR, APP_ERROR_INPUT)) {
        set_fault(context, form, res);
    } else {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    return finish(ctx, res, place, context, error);
}

/* POST /admin/policy/{scope}/{subject}: field act is "save" once it was
 * tried as it stands. */
PAGE(page_policy_save)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(PolicyPlace) place = place_of(ctx, req, error);
    if (place == NULL)
        return FALSE;
    g_auto(Form) form = {0};
    form_read(&form, req);
    g_autofree char *digest = form_digest(&form);
    if (g_strcmp0(request_field(req, "act"), "save") != 0 ||
        g_strcmp0(request_field(req, "tried"), digest) != 0)
        return try_edits(ctx, req, res, place, &form, error);
    PolicyEdit edits[POLICY_LINES];
    form_edits(&form, edits);
    const char *state = request_field(req, "state");
    if (!policy_admin_set(&office, place, edits, POLICY_LINES,
                          state != NULL ? state : "", error))
        return FALSE;
    g_autofree char *path = path_of(place, "?saved=policy");
    return response_redirect(res, path);
}

static gboolean
act_on_group(const Office *office, const Request *req, gint64 id,
             const char **saved, GError **error)
{
    const char *act = request_field(req, "act");
    const char *address = request_field(req, "address");
    const char *const one[] = {address != NULL ? address : "", NULL};
    if (g_strcmp0(act, "remove") == 0) {
        *saved = NULL;
        return groups_remove(office, id, error);
    }
    if (g_strcmp0(act, "drop") == 0) {
        *saved = "member-gone";
        return groups_drop(office, id, one, error);
    }
    *saved = "member";
    return groups_add(office, id, one, error);
}

/* An address that has no account is said beside the field. */
static gboolean
show_unknown(const Context *ctx, const Request *req, Response *res, gint64 id,
             GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autofree char *subject = g_strdup_printf("%" G_GINT64_FORMAT, id);
    g_autoptr(PolicyPlace) place =
        policy_admin_place(&office, POLICY_GROUP, subject, error);
    g_autoptr(PolicySheet) sheet =
        place != NULL ? policy_admin_sheet(&office, place, error) : NULL;
    if (sheet == NULL)
        return FALSE;
    g_auto(Form) form = {0};
    for (gsize i = 0; i < POLICY_LINES; i++)
        form.typed[i] = g_strdup(sheet->values[i]);
    g_autoptr(Json) context = begin(ctx, req, place, &form, sheet->state);
    json_set_text(context, "unknown", request_field(req, "address"));
    shell_set_true(context, "member_wrong", TRUE);
    response_status(res, 404);
    return finish(ctx, res, place, context, error);
}

/* POST /admin/groups/{id} */
PAGE(page_group_act)
{
    const Office office = shell_office(ctx, req);
    guint64 id = 0;
    if (!g_ascii_string_to_unsigned(req->captures[0], 10, 1, G_MAXINT64, &id,
                                    NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "group: not a number");
        return FALSE;
    }
    const char *saved = NULL;
    g_autoptr(GError) why = NULL;
    if (!act_on_group(&office, req, (gint64)id, &saved, &why)) {
        if (saved != NULL &&
            g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND))
            return show_unknown(ctx, req, res, (gint64)id, error);
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (saved == NULL)
        return response_redirect(res, "/admin/policy?saved=removed");
    g_autofree char *path = g_strdup_printf(
        "/admin/policy/group/%" G_GUINT64_FORMAT "?saved=%s", id, saved);
    return response_redirect(res, path);
}
