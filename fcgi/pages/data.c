/* What is kept about a person: shown, given out, deleted. For the person
 * under Preferences, and for an administrator by the account's number. */
#include <string.h>

#include "core/admin/rights.h"
#include "core/base/error.h"
#include "core/mail/sign_in.h"
#include "fcgi/pages/admin/accounts.h"
#include "fcgi/pages/admin/journal.h"

#define ROWS 20

static Json *
notes_json(const Context *ctx, const RightsNote *note)
{
    Json *list = json_array_new();
    for (; note->code != NULL; note++) {
        Json *json = json_object_new();
        json_set_text(json, "what", catalogue_text(ctx->words, note->what));
        json_set_text(json, "why", catalogue_text(ctx->words, note->why));
        json_append(list, json);
    }
    return list;
}

static gboolean
set_obstacles(const Office *office, const Account *account, Json *context,
              GError **error)
{
    g_autofree const char **codes = rights_obstacles(office, account, error);
    if (codes == NULL)
        return FALSE;
    Json *json = json_object_new();
    for (gsize i = 0; codes[i] != NULL; i++)
        json_set_bool(json, codes[i], TRUE);
    if (codes[0] != NULL)
        json_set(context, "obstacles", json);
    else
        json_free(json);
    return TRUE;
}

/* The typed address was another one, or there is an obstacle. */
static void
set_fault(const Context *ctx, const Request *req, Response *res,
          Json *context, const GError *fault)
{
    gboolean typed = app_error_code(fault) == APP_ERROR_INPUT;
    const char *words = typed ? N_("This is not the address of the account: "
                                   "nothing was deleted.")
                              : N_("Nothing was deleted: something stands in "
                                   "the way, see above.");
    Json *json = json_object_new();
    json_set_text(json, "message", catalogue_text(ctx->words, words));
    json_set_text(json, "typed", request_field(req, "address"));
    json_set(context, "error", json);
    response_status(res, typed ? 400 : 409);
}

static gboolean
set_rights(const Context *ctx, const Request *req, Response *res,
           const Account *account, const GError *fault, Json *context,
           GError **error)
{
    const Office office = shell_office(ctx, req);
    json_set_text(context, "address", account->address);
    json_set(context, "stays", notes_json(ctx, rights_stays()));
    json_set(context, "elsewhere", notes_json(ctx, rights_elsewhere()));
    if (fault != NULL)
        set_fault(ctx, req, res, context, fault);
    return set_obstacles(&office, account, context, error);
}

/* The acts on the person's account, page by page. */
static gboolean
set_acts(const Context *ctx, const Request *req, Json *context,
         GError **error)
{
    const Office office = shell_office(ctx, req);
    const char *text = request_query(req, "before");
    guint64 before = 0;
    if (text != NULL &&
        !g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &before, NULL))
        before = 0;
    g_autoptr(GPtrArray) rows =
        journal_own(&office, (gint64)before, ROWS + 1, error);
    if (rows == NULL)
        return FALSE;
    if (rows->len > ROWS) {
        g_ptr_array_set_size(rows, ROWS);
        const AuditRow *last = g_ptr_array_index(rows, ROWS - 1);
        g_autofree char *path = g_strdup_printf(
            "/preferences/data?before=%" G_GINT64_FORMAT, last->id);
        g_autofree char *url = site_url(ctx->site, path);
        json_set_text(context, "older", url);
    }
    json_set(context, "acts", journal_rows_json(ctx, rows));
    shell_set_true(context, "any", rows->len > 0);
    return TRUE;
}

static gboolean
show_own(const Context *ctx, const Request *req, Response *res,
         const GError *fault, GError **error)
{
    g_autoptr(Json) context = shell_context(ctx, req, "data");
    return set_rights(ctx, req, res, ctx->world.account, fault, context,
                      error) &&
           set_acts(ctx, req, context, error) &&
           shell_show_beside(ctx, res, "data", context);
}

PAGE(page_data)
{
    return show_own(ctx, req, res, NULL, error);
}

static const char *
say(gconstpointer user, const char *english)
{
    const Context *ctx = user;
    return catalogue_text(ctx->words, english);
}

static gboolean
give_out(const Context *ctx, const Request *req, Response *res, gint64 id,
         GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autofree char *text = rights_export(&office, id, say, ctx, error);
    if (text == NULL)
        return FALSE;
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, TRUE, "sceau-data.json");
    return response_json(res, text);
}

PAGE(page_data_export)
{
    return give_out(ctx, req, res, ctx->world.account->id, error);
}

/* *fault is set when the page is to be shown again. */
static gboolean delete (const Context *ctx, const Request *req, gint64 id,
                        GError **fault, GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(GError) why = NULL;
    if (rights_delete(&office, id, request_field(req, "address"), &why))
        return TRUE;
    AppError code = app_error_code(why);
    gboolean again = code == APP_ERROR_INPUT || code == APP_ERROR_CONFLICT;
    g_propagate_error(again ? fault : error, g_steal_pointer(&why));
    return again;
}

PAGE(page_data_delete)
{
    g_autoptr(GError) fault = NULL;
    if (!delete (ctx, req, ctx->world.account->id, &fault, error))
        return FALSE;
    if (fault != NULL)
        return show_own(ctx, req, res, fault, error);
    /* The session has gone with the account; its connection goes too. */
    if (!sign_out(&ctx->world, ctx->visitor->cookie, error))
        return FALSE;
    access_set_session(res, ctx->site, NULL);
    return response_redirect(res, "/sign-in?saved=deleted");
}

static gboolean
show_person(const Context *ctx, const Request *req, Response *res, gint64 id,
            const GError *fault, GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(Account) account =
        office_account(&office, ROLE_ADMINISTRATOR, id, error);
    if (account == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "admin_person");
    json_set(context, "tab", shell_code("accounts"));
    json_set_int(context, "id", account->id);
    return set_rights(ctx, req, res, account, fault, context, error) &&
           shell_show_beside(ctx, res, "admin_person", context);
}

/* GET /admin/people/{id} */
PAGE(page_person)
{
    gint64 id = 0;
    return account_id_read(req, 0, &id, error) &&
           show_person(ctx, req, res, id, NULL, error);
}

PAGE(page_person_export)
{
    gint64 id = 0;
    return account_id_read(req, 0, &id, error) &&
           give_out(ctx, req, res, id, error);
}

PAGE(page_person_delete)
{
    gint64 id = 0;
    g_autoptr(GError) fault = NULL;
    if (!account_id_read(req, 0, &id, error) ||
        !delete (ctx, req, id, &fault, error))
        return FALSE;
    if (fault != NULL)
        return show_person(ctx, req, res, id, fault, error);
    return response_redirect(res, "/admin/audit?saved=deleted");
}
