/* The journal: search, pages, the state of the chain, and the export. */
#include "fcgi/pages/admin/journal.h"

#include <stdio.h>
#include <string.h>

#include "core/base/error.h"

#define ROWS 50
/* What is followed of the chain at each look; all of it on request. */
#define NEWEST 2000
#define SEARCH_MAX 254

/* One field of the search and of every address of the page. */
static const char *const fields[] = {"actor", "subject", "act", "from",
                                     "until"};

static const char *
field(const Request *req, const char *name)
{
    const char *value = request_query(req, name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "journal: %s", what);
    return FALSE;
}

/* "2026-11-25" as its first second here, so many days later; 0 for none. */
static gboolean
read_day(const char *text, int later, gint64 *out, GError **error)
{
    *out = 0;
    if (text == NULL)
        return TRUE;
    int year = 0, month = 0, day = 0;
    char end = '\0';
    if (strlen(text) != 10 ||
        sscanf(text, "%4d-%2d-%2d%c", &year, &month, &day, &end) != 3)
        return refuse(error, "not a day");
    g_autoptr(GDateTime) date =
        g_date_time_new_local(year, month, day, 0, 0, 0);
    if (date == NULL)
        return refuse(error, "not a day");
    g_autoptr(GDateTime) moved = g_date_time_add_days(date, later);
    *out = g_date_time_to_unix(moved);
    return TRUE;
}

static gboolean
read_before(const char *text, gint64 *out, GError **error)
{
    *out = 0;
    if (text == NULL)
        return TRUE;
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL))
        return refuse(error, "not a row");
    *out = (gint64)number;
    return TRUE;
}

static gboolean
read_query(const Request *req, AuditQuery *query, GError **error)
{
    *query = (AuditQuery){.actor = field(req, "actor"),
                          .subject = field(req, "subject"),
                          .act = field(req, "act"),
                          .limit = ROWS + 1};
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = field(req, fields[i]);
        if (value != NULL && strlen(value) > SEARCH_MAX)
            return refuse(error, "search too long");
    }
    return read_day(field(req, "from"), 0, &query->from, error) &&
           read_day(field(req, "until"), 1, &query->until, error) &&
           read_before(field(req, "before"), &query->before_id, error);
}

/* The same search at path, with one more field or none. */
static char *
search_url(const Context *ctx, const Request *req, const char *path,
           const char *name, const char *value)
{
    g_autoptr(GString) url = g_string_new(path);
    char mark = '?';
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *asked = field(req, fields[i]);
        if (asked == NULL)
            continue;
        g_string_append_printf(url, "%c%s=", mark, fields[i]);
        g_string_append_uri_escaped(url, asked, NULL, FALSE);
        mark = '&';
    }
    if (name != NULL)
        g_string_append_printf(url, "%c%s=%s", mark, name, value);
    return site_url(ctx->site, url->str);
}

static void
set_url(const Context *ctx, const Request *req, Json *json,
        const char *member, const char *path, const char *name,
        const char *value)
{
    g_autofree char *url = search_url(ctx, req, path, name, value);
    json_set_text(json, member, url);
}

static void
set_pager(const Context *ctx, const Request *req, Json *context,
          GPtrArray *rows)
{
    gboolean later = field(req, "before") != NULL;
    gboolean more = rows->len > ROWS;
    if (more)
        g_ptr_array_set_size(rows, ROWS);
    if (!more && !later)
        return;
    Json *pager = json_object_new();
    if (later)
        set_url(ctx, req, pager, "first", "/admin/audit", NULL, NULL);
    if (more) {
        const AuditRow *last = g_ptr_array_index(rows, ROWS - 1);
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, last->id);
        set_url(ctx, req, pager, "next", "/admin/audit", "before", id);
    }
    json_set(context, "pager", pager);
}

static gboolean
set_chain(const Office *office, const Request *req, Json *context,
          GError **error)
{
    AuditChain chain = {0};
    gboolean all = g_strcmp0(field(req, "verify"), "all") == 0;
    if (!journal_verify(office, all ? 0 : NEWEST, &chain, error))
        return FALSE;
    Json *json = json_object_new();
    shell_set_true(json, "empty", chain.end == 0);
    shell_set_true(json, "whole", chain.bad == 0 && chain.end > 0);
    shell_set_true(json, "partly", chain.first > 1);
    if (chain.bad != 0)
        json_set_int(json, "broken", chain.bad);
    json_set_int(json, "first", chain.first);
    json_set_int(json, "last", chain.last);
    json_set(context, "chain", json);
    return TRUE;
}

static void
set_form(const Context *ctx, const Request *req, Json *context)
{
    Json *form = json_object_new();
    gboolean any = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        json_set_text(form, fields[i], field(req, fields[i]));
        any = any || field(req, fields[i]) != NULL;
    }
    json_set(form, "acts",
             journal_act_options(ctx->words, field(req, "act")));
    shell_set_true(form, "searched", any);
    json_set(context, "form", form);
    set_url(ctx, req, context, "csv_url", "/admin/audit/export", "format",
            "csv");
    set_url(ctx, req, context, "json_url", "/admin/audit/export", "format",
            "json");
}

PAGE(page_admin_audit)
{
    AuditQuery query;
    const Office office = shell_office(ctx, req);
    if (!read_query(req, &query, error))
        return FALSE;
    g_autoptr(GPtrArray) rows = journal_list(&office, &query, error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "admin_audit");
    json_set(context, "tab", shell_code("audit"));
    if (!set_chain(&office, req, context, error))
        return FALSE;
    set_pager(ctx, req, context, rows);
    set_form(ctx, req, context);
    static const char *const known[] = {"deleted", NULL};
    shell_saved(req, context, known);
    json_set(context, "acts", journal_rows_json(ctx, rows));
    shell_set_true(context, "any", rows->len > 0);
    return shell_show_beside(ctx, res, "admin_audit", context);
}

typedef struct {
    Response *res;
    const char *type;
} Stream;

static gboolean
pass_on(gpointer user, const char *text, gsize size, GError **error)
{
    const Stream *stream = user;
    return response_stream(stream->res, stream->type, (const guint8 *)text,
                           size, error);
}

PAGE(page_admin_audit_export)
{
    AuditQuery query;
    const Office office = shell_office(ctx, req);
    const char *format = field(req, "format");
    gboolean json = g_strcmp0(format, "json") == 0;
    if (!json && g_strcmp0(format, "csv") != 0)
        return refuse(error, "neither csv nor json");
    if (!read_query(req, &query, error))
        return FALSE;
    Stream stream = {res, json ? "application/x-ndjson; charset=utf-8"
                               : "text/csv; charset=utf-8"};
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, TRUE,
                         json ? "sceau-journal.jsonl" : "sceau-journal.csv");
    if (!journal_export(&office, &query, json ? JOURNAL_JSON : JOURNAL_CSV,
                        pass_on, &stream, error))
        return FALSE;
    /* With no row there was nothing to stream. */
    return response_has_begun(res) || response_text(res, stream.type, "");
}
