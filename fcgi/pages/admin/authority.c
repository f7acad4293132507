/* The local authority: how it stands, requests that wait, what it issued. */
#include "fcgi/pages/admin/authority.h"

#include <string.h>

#include "core/admin/certify_desk.h"
#include "core/admin/local_ca.h"
#include "core/base/error.h"
#include "fcgi/dates.h"

#define WAITING_SHOWN 50
#define ISSUED_SHOWN 25
#define PAGES_MAX 100000

char *
authority_print(const char *hex)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (gsize i = 0; hex[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0)
            g_string_append_c(out, ' ');
        g_string_append_c(out, g_ascii_toupper(hex[i]));
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

void
authority_set_day(const Context *ctx, Json *to, const char *name,
                  const Json *from, const char *member)
{
    gint64 when = 0;
    const char *text = json_text(json_member(from, member));
    if (text == NULL || !time_from_rfc3339(text, &when))
        return;
    g_autofree char *day = date_plain(ctx->words, when);
    json_set_text(to, name, day);
}

static void
set_time(const Context *ctx, Json *to, const char *name, const Json *from,
         const char *member)
{
    gint64 when = 0;
    const char *text = json_text(json_member(from, member));
    if (text == NULL || !time_from_rfc3339(text, &when))
        return;
    g_autofree char *full = date_full(ctx->words, when, ctx->world.now);
    json_set_text(to, name, full);
}

/* Counts are called n_…: rows of the page are looked up outwards, and have
 * members of the same names. */
static void
set_number(Json *to, const char *name, const Json *from)
{
    gint64 number = 0;
    g_autofree char *text = NULL;
    if (json_int(json_member(from, name), &number))
        text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    g_autofree char *count = g_strconcat("n_", name, NULL);
    g_autofree char *any = g_strconcat("any_", count, NULL);
    json_set_text(to, count, text);
    shell_set_true(to, any, number > 0);
}

static void
set_list_state(const Context *ctx, Json *to, const Json *from)
{
    gint64 next = 0;
    const char *text = json_text(json_member(from, "crl_next"));
    set_number(to, "crl_number", from);
    set_time(ctx, to, "crl_this", from, "crl_this");
    set_time(ctx, to, "crl_next", from, "crl_next");
    shell_set_true(to, "crl_late",
                   text != NULL && time_from_rfc3339(text, &next) &&
                       next < ctx->world.now);
    json_set_text(to, "crl_url", json_text(json_member(from, "crl_url")));
}

static void
set_authority(const Context *ctx, Json *context, const Json *shown)
{
    static const char *const texts[] = {"name",      "subject", "key",
                                        "algorithm", "domains", "exported"};
    static const char *const numbers[] = {"issued", "revoked", "waiting",
                                          "approved"};
    const Json *from = json_member(shown, "authority");
    const char *problem = json_text(json_member(shown, "problem"));
    if (problem != NULL)
        json_set(context, "problem", shell_code(problem));
    if (json_kind(from) != JSON_KIND_OBJECT)
        return;
    Json *to = json_object_new();
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        json_set_text(to, texts[i], json_text(json_member(from, texts[i])));
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        set_number(to, numbers[i], from);
    json_set(to, "state", shell_code(json_text(json_member(from, "state"))));
    shell_set_true(to, "automatic",
                   json_bool(json_member(from, "automatic")));
    authority_set_day(ctx, to, "not_before", from, "not_before");
    authority_set_day(ctx, to, "not_after", from, "not_after");
    set_list_state(ctx, to, from);
    const char *print = json_text(json_member(from, "fingerprint"));
    g_autofree char *fours = print != NULL ? authority_print(print) : NULL;
    json_set_text(to, "fingerprint", fours);
    json_set(context, "authority", to);
}

static Json *
waiting_json(const Context *ctx, const CertRequest *request)
{
    g_autofree char *created =
        date_full(ctx->words, request->created, ctx->world.now);
    g_autofree char *print = authority_print(request->key);
    Json *json = json_object_new();
    json_set_text(json, "id", request->id);
    json_set_text(json, "address", request->address);
    json_set_text(json, "person", request->person);
    json_set_text(json, "algorithm", request->algorithm);
    json_set_text(json, "created", created);
    json_set_text(json, "print", print);
    shell_set_true(json, "renews", *request->renews != '\0');
    return json;
}

static Json *
issued_json(const Context *ctx, const Issued *issued)
{
    g_autofree char *path =
        g_strconcat("/admin/authority/issued/", issued->kid, NULL);
    g_autofree char *url = site_url(ctx->site, path);
    g_autofree char *until = date_plain(ctx->words, issued->not_after);
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "address", issued->address);
    json_set_text(json, "algorithm", issued->algorithm);
    json_set_text(json, "until", until);
    shell_set_true(json, "revoked", issued->revoked != 0);
    shell_set_true(json, "unpublished",
                   issued->revoked != 0 && !issued->published);
    shell_set_true(json, "expired", issued->not_after < ctx->world.now);
    return json;
}

static guint
page_number(const Request *req)
{
    guint64 page = 0;
    const char *text = request_query(req, "page");
    if (text == NULL ||
        !g_ascii_string_to_unsigned(text, 10, 1, PAGES_MAX, &page, NULL))
        return 1;
    return (guint)page;
}

static void
set_page_url(const Context *ctx, Json *pager, const char *name,
             const char *words, guint page)
{
    g_autofree char *coded =
        g_uri_escape_string(words != NULL ? words : "", NULL, FALSE);
    g_autofree char *path =
        g_strdup_printf("/admin/authority?q=%s&page=%u#issued", coded, page);
    g_autofree char *url = site_url(ctx->site, path);
    json_set_text(pager, name, url);
}

static gboolean
set_issued(const Context *ctx, const Request *req, const Office *office,
           Json *context, GError **error)
{
    guint page = page_number(req);
    const char *words = request_query(req, "q");
    g_autoptr(GPtrArray) list = certify_issued(
        office, words, (page - 1) * ISSUED_SHOWN, ISSUED_SHOWN + 1, error);
    if (list == NULL)
        return FALSE;
    Json *rows = json_array_new();
    for (guint i = 0; i < MIN(list->len, ISSUED_SHOWN); i++)
        json_append(rows, issued_json(ctx, g_ptr_array_index(list, i)));
    json_set(context, "issued", rows);
    shell_set_true(context, "any_issued", list->len > 0);
    json_set_text(context, "query", words);
    if (page == 1 && list->len <= ISSUED_SHOWN)
        return TRUE;
    Json *pager = json_object_new();
    if (page > 1)
        set_page_url(ctx, pager, "previous", words, page - 1);
    if (list->len > ISSUED_SHOWN)
        set_page_url(ctx, pager, "next", words, page + 1);
    json_set(context, "pager", pager);
    return TRUE;
}

static gboolean
set_waiting(const Context *ctx, const Office *office, Json *context,
            GError **error)
{
    g_autoptr(GPtrArray) list = certify_waiting(office, WAITING_SHOWN, error);
    if (list == NULL)
        return FALSE;
    Json *rows = json_array_new();
    for (guint i = 0; i < list->len; i++)
        json_append(rows, waiting_json(ctx, g_ptr_array_index(list, i)));
    json_set(context, "requests", rows);
    shell_set_true(context, "any_requests", list->len > 0);
    shell_set_true(context, "many_requests", list->len > 1);
    return TRUE;
}

static void
set_fault(const Context *ctx, const Request *req, Json *context,
          const AuthorityFault *fault)
{
    static const char *const fields[] = {"name", "organisation", "domains"};
    Json *form = json_object_new();
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        json_set_text(form, fields[i], request_field(req, fields[i]));
    if (fault == NULL) {
        json_set_text(form, "organisation", ctx->site->config->organisation);
    } else {
        Json *json = json_object_new();
        json_set_text(json, "message",
                      catalogue_text(ctx->words, fault->message));
        json_set_text(json, "action",
                      catalogue_text(ctx->words, fault->action));
        json_set(json, "form", shell_code(fault->form));
        json_set(context, "error", json);
    }
    json_set(context, "form", form);
}

gboolean
authority_show(const Context *ctx, const Request *req, Response *res,
               const AuthorityFault *fault, GError **error)
{
    static const char *const known[] = {
        "made", "rule",     "issued",   "approved", "refused",
        "list", "uploaded", "finished", "reset",    NULL};
    const Office office = shell_office(ctx, req);
    g_autoptr(Json) shown = local_ca_show(&office, error);
    if (shown == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "admin_authority");
    json_set(context, "tab", shell_code("authority"));
    set_authority(ctx, context, shown);
    set_fault(ctx, req, context, fault);
    shell_saved(req, context, known);
    if (!set_waiting(ctx, &office, context, error) ||
        !set_issued(ctx, req, &office, context, error))
        return FALSE;
    if (fault != NULL)
        response_status(res, 422);
    return shell_show_beside(ctx, res, "admin_authority", context);
}

PAGE(page_admin_authority)
{
    return authority_show(ctx, req, res, NULL, error);
}
