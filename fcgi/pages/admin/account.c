/* One account, as an administrator has it. */
#include <string.h>

#include "core/admin/accounts.h"
#include "core/admin/journal.h"
#include "core/base/error.h"
#include "core/store/group.h"
#include "fcgi/pages/admin/accounts.h"
#include "fcgi/pages/admin/journal.h"
#include "fcgi/pages/admin/policy.h"

#define ACTS_SHOWN 20

static gboolean
set_groups(const Office *office, const Account *account, Json *context,
           GError **error)
{
    g_autoptr(GPtrArray) groups =
        group_of_account(office->db, account->id, error);
    if (groups == NULL)
        return FALSE;
    Json *list = json_array_new();
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = g_ptr_array_index(groups, i);
        Json *json = json_object_new();
        json_set_text(json, "name", group->name);
        json_append(list, json);
    }
    json_set(context, "groups", list);
    return TRUE;
}

static gboolean
set_policy(const Context *ctx, const Account *account, Json *context,
           GError **error)
{
    g_autoptr(Policy) policy =
        policy_effective(ctx->world.db, account, error);
    if (policy == NULL)
        return FALSE;
    json_set(context, "lines", policy_lines_json(ctx, policy));
    return TRUE;
}

static gboolean
set_acts(const Context *ctx, const Office *office, const Account *account,
         Json *context, GError **error)
{
    const AuditQuery query = {.account = account->id, .limit = ACTS_SHOWN};
    g_autoptr(GPtrArray) rows = journal_list(office, &query, error);
    if (rows == NULL)
        return FALSE;
    json_set(context, "acts", journal_rows_json(ctx, rows));
    shell_set_true(context, "any_acts", rows->len > 0);
    return TRUE;
}

/* What the form's fields hold: of the account, or what was typed. */
static gboolean
set_form(const Office *office, const Request *req, const Account *account,
         Json *context, GError **error)
{
    g_autofree char *own = accounts_own_option(office, account, error);
    g_auto(GStrv) scope =
        own != NULL ? account_scope(office->db, account->id, error) : NULL;
    if (scope == NULL)
        return FALSE;
    g_autofree char *domains = g_strjoinv(" ", scope);
    gboolean post = req->method == METHOD_POST;
    const char *option = post ? request_field(req, "option") : own;
    const char *role =
        post ? request_field(req, "role") : role_name(account->role);
    const char *typed = post ? request_field(req, "domains") : domains;
    gboolean suspended =
        post ? request_field(req, "suspended") != NULL : account->suspended;
    Json *form = json_object_new();
    json_set(form, "option", shell_code(option != NULL ? option : own));
    json_set(form, "role", shell_code(role != NULL ? role : "staff"));
    json_set_text(form, "domains", typed);
    shell_set_true(form, "suspended", suspended);
    g_autofree char *version =
        g_strdup_printf("%" G_GINT64_FORMAT, account->version);
    json_set_text(form, "version", version);
    json_set(context, "form", form);
    return TRUE;
}

static gboolean
show(const Context *ctx, const Request *req, Response *res, gint64 id,
     const GError *fault, GError **error)
{
    static const char *const known[] = {"account", NULL};
    const Office office = shell_office(ctx, req);
    g_autoptr(Account) account =
        office_account(&office, ROLE_ADMINISTRATOR, id, error);
    if (account == NULL)
        return FALSE;
    g_autoptr(Json) context = account_context(ctx, req, "admin_account");
    Json *json = account_row_json(ctx, account);
    json_set_int(json, "id", account->id);
    shell_set_true(json, "self", account->id == ctx->world.account->id);
    json_set(context, "account", json);
    if (fault != NULL)
        account_set_fault(ctx, res, context, fault);
    shell_saved(req, context, known);
    return set_form(&office, req, account, context, error) &&
           set_groups(&office, account, context, error) &&
           set_policy(ctx, account, context, error) &&
           set_acts(ctx, &office, account, context, error) &&
           shell_show_beside(ctx, res, "admin_account", context);
}

/* GET /admin/accounts/{id} */
PAGE(page_account)
{
    gint64 id = 0;
    return account_id_read(req, 0, &id, error) &&
           show(ctx, req, res, id, NULL, error);
}

/* The page of one's own account has no fields for what one may not change. */
static gboolean
read_standing(const Office *office, const Request *req,
              const Account *account, AccountsChange *change, char ***domains,
              GError **error)
{
    const char *role = request_field(req, "role");
    if (role == NULL) {
        change->role = account->role;
        change->suspended = account->suspended;
        *domains = account_scope(office->db, account->id, error);
    } else {
        const char *typed = request_field(req, "domains");
        if (!role_from_name(role, &change->role, error))
            return FALSE;
        change->suspended = request_field(req, "suspended") != NULL;
        *domains = accounts_domains(typed != NULL ? typed : "", error);
    }
    change->domains = (const char *const *)*domains;
    return *domains != NULL;
}

static gboolean
save(const Context *ctx, const Request *req, gint64 id, GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(Account) account =
        office_account(&office, ROLE_ADMINISTRATOR, id, error);
    if (account == NULL)
        return FALSE;
    const char *version = request_field(req, "version");
    AccountsChange change = {
        .version = version != NULL ? g_ascii_strtoll(version, NULL, 10) : -1,
        .option = request_field(req, "option"),
    };
    g_auto(GStrv) domains = NULL;
    return read_standing(&office, req, account, &change, &domains, error) &&
           accounts_save(&office, id, &change, error);
}

/* POST /admin/accounts/{id} */
PAGE(page_account_save)
{
    gint64 id = 0;
    if (!account_id_read(req, 0, &id, error))
        return FALSE;
    g_autoptr(GError) why = NULL;
    if (save(ctx, req, id, &why)) {
        g_autofree char *path = g_strdup_printf(
            "/admin/accounts/%" G_GINT64_FORMAT "?saved=account", id);
        return response_redirect(res, path);
    }
    if (g_error_matches(why, APP_ERROR, APP_ERROR_INPUT))
        return show(ctx, req, res, id, why, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}
