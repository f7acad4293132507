/* The list of accounts: search, filters, order, a page at a time. */
#include "fcgi/pages/admin/accounts.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/dates.h"

#define ROWS 50
#define DOMAINS_SHOWN 200
#define SEARCH_MAX 254

/* One field of the search and of every address of the page. */
static const char *const fields[] = {"q",      "option",    "role",
                                     "domain", "suspended", "order"};

gboolean
account_id_read(const Request *req, guint index, gint64 *out, GError **error)
{
    guint64 number = 0;
    if (g_ascii_string_to_unsigned(req->captures[index], 10, 1, G_MAXINT64,
                                   &number, NULL)) {
        *out = (gint64)number;
        return TRUE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "account: not a number");
    return FALSE;
}

Json *
account_row_json(const Context *ctx, const Account *account)
{
    g_autofree char *path =
        g_strdup_printf("/admin/accounts/%" G_GINT64_FORMAT, account->id);
    g_autofree char *url = site_url(ctx->site, path);
    g_autofree char *initials =
        shell_initials(account->name, account->address);
    gboolean named = account->name != NULL && *account->name != '\0' &&
                     strcmp(account->name, account->address) != 0;
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "name", named ? account->name : NULL);
    json_set_text(json, "address", account->address);
    json_set_text(json, "shown", named ? account->name : account->address);
    json_set_text(json, "initials", initials);
    json_set(json, "option", shell_code(account->option));
    shell_set_true(json, "on", account_is_secure(account));
    json_set(json, "role", shell_code(role_name(account->role)));
    shell_set_true(json, "suspended", account->suspended);
    if (account->seen != 0) {
        g_autofree char *seen = date_plain(ctx->words, account->seen);
        json_set_text(json, "seen", seen);
    }
    return json;
}

Json *
account_context(const Context *ctx, const Request *req, const char *page)
{
    Json *context = shell_context(ctx, req, page);
    json_set(context, "tab", shell_code("accounts"));
    return context;
}

gboolean
account_set_fault(const Context *ctx, Response *res, Json *context,
                  const GError *error)
{
    AppError code = app_error_code(error);
    if (code != APP_ERROR_INPUT && code != APP_ERROR_TOO_LARGE)
        return FALSE;
    Json *json = json_object_new();
    gboolean large = code == APP_ERROR_TOO_LARGE;
    json_set(json, "code", shell_code(large ? "too-large" : "input"));
    json_set(context, "error", json);
    response_status(res, large ? 413 : 400);
    return TRUE;
}

static const char *
field(const Request *req, const char *name)
{
    const char *value = request_query(req, name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static AccountOrder
order_of(const Request *req)
{
    const char *order = field(req, "order");
    if (g_strcmp0(order, "name") == 0)
        return ACCOUNT_BY_NAME;
    return g_strcmp0(order, "seen") == 0 ? ACCOUNT_BY_SEEN
                                         : ACCOUNT_BY_ADDRESS;
}

static gboolean
read_query(const Office *office, const Request *req, AccountQuery *query,
           GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = field(req, fields[i]);
        if (value != NULL && strlen(value) > SEARCH_MAX) {
            g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                                "accounts: search too long");
            return FALSE;
        }
    }
    *query = (AccountQuery){
        .words = field(req, "q"),
        .option = field(req, "option"),
        .role = field(req, "role"),
        .domain = field(req, "domain"),
        .suspended = field(req, "suspended") != NULL,
        .order = order_of(req),
        .after = field(req, "after"),
        .limit = ROWS,
    };
    return office_scope(office, &query->scope, error);
}

static char *
search_url(const Context *ctx, const Request *req, const char *after)
{
    g_autoptr(GString) url = g_string_new("/admin/accounts");
    char mark = '?';
    for (gsize i = 0; i <= G_N_ELEMENTS(fields); i++) {
        gboolean last = i == G_N_ELEMENTS(fields);
        const char *value = last ? after : field(req, fields[i]);
        if (value == NULL)
            continue;
        g_string_append_printf(url, "%c%s=", mark,
                               last ? "after" : fields[i]);
        g_string_append_uri_escaped(url, value, NULL, FALSE);
        mark = '&';
    }
    return site_url(ctx->site, url->str);
}

static Json *
options_json(const Context *ctx, const char *const (*known)[2], gsize n,
             const char *asked)
{
    Json *list = json_array_new();
    for (gsize i = 0; i < n; i++) {
        Json *json = json_object_new();
        json_set_text(json, "code", known[i][0]);
        json_set_text(json, "label", catalogue_text(ctx->words, known[i][1]));
        shell_set_true(json, "selected", g_strcmp0(asked, known[i][0]) == 0);
        json_append(list, json);
    }
    return list;
}

static gboolean
set_domains(const Context *ctx, const AccountQuery *query, Json *form,
            GError **error)
{
    g_auto(GStrv) domains =
        account_domains(ctx->world.db, query->scope, DOMAINS_SHOWN, error);
    if (domains == NULL)
        return FALSE;
    Json *list = json_array_new();
    for (char **domain = domains; *domain != NULL; domain++) {
        Json *json = json_object_new();
        json_set_text(json, "code", *domain);
        shell_set_true(json, "selected",
                       g_strcmp0(query->domain, *domain) == 0);
        json_append(list, json);
    }
    json_set(form, "domains", list);
    return TRUE;
}

static gboolean
set_form(const Context *ctx, const Request *req, const AccountQuery *query,
         Json *context, GError **error)
{
    static const char *const options[][2] = {
        {"forbidden", N_("forbidden")},
        {"allowed", N_("allowed")},
        {"pre-enabled", N_("pre-enabled")},
    };
    static const char *const roles[][2] = {
        {"staff", N_("staff")},
        {"helpdesk", N_("helpdesk")},
        {"administrator", N_("administrator")},
    };
    static const char *const orders[][2] = {
        {"address", N_("address")},
        {"name", N_("name")},
        {"seen", N_("last sign-in")},
    };
    Json *form = json_object_new();
    json_set(context, "form", form);
    json_set_text(form, "q", query->words);
    json_set(
        form, "options",
        options_json(ctx, options, G_N_ELEMENTS(options), query->option));
    json_set(form, "roles",
             options_json(ctx, roles, G_N_ELEMENTS(roles), query->role));
    json_set(
        form, "orders",
        options_json(ctx, orders, G_N_ELEMENTS(orders), field(req, "order")));
    shell_set_true(form, "suspended", query->suspended);
    shell_set_true(form, "searched",
                   query->words != NULL || query->option != NULL ||
                       query->role != NULL || query->domain != NULL ||
                       query->suspended);
    return set_domains(ctx, query, form, error);
}

static void
set_pager(const Context *ctx, const Request *req, const AccountPage *page,
          Json *context)
{
    gboolean later = field(req, "after") != NULL;
    if (!later && page->next == NULL)
        return;
    Json *pager = json_object_new();
    if (later) {
        g_autofree char *first = search_url(ctx, req, NULL);
        json_set_text(pager, "first", first);
    }
    if (page->next != NULL) {
        g_autofree char *next = search_url(ctx, req, page->next);
        json_set_text(pager, "next", next);
    }
    json_set(context, "pager", pager);
}

static gboolean
set_total(const Context *ctx, const AccountQuery *query, Json *context,
          GError **error)
{
    gint64 total = account_count(ctx->world.db, query->scope, error);
    if (total < 0)
        return FALSE;
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, total);
    json_set_text(context, "total", text);
    return TRUE;
}

/* GET /admin/accounts */
PAGE(page_accounts)
{
    const Office office = shell_office(ctx, req);
    AccountQuery query;
    if (!read_query(&office, req, &query, error))
        return FALSE;
    g_autoptr(AccountPage) page =
        account_search(ctx->world.db, &query, error);
    if (page == NULL)
        return FALSE;
    g_autoptr(Json) context = account_context(ctx, req, "admin_accounts");
    Json *list = json_array_new();
    for (guint i = 0; i < page->accounts->len; i++)
        json_append(list, account_row_json(
                              ctx, g_ptr_array_index(page->accounts, i)));
    shell_set_true(context, "any", page->accounts->len > 0);
    json_set(context, "accounts", list);
    set_pager(ctx, req, page, context);
    return set_form(ctx, req, &query, context, error) &&
           set_total(ctx, &query, context, error) &&
           shell_show_beside(ctx, res, "admin_accounts", context);
}
