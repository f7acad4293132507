/* Accounts by list: first what it would do, then the doing. */
#include <string.h>

#include "core/admin/accounts_csv.h"
#include "core/base/error.h"
#include "fcgi/pages/admin/accounts.h"

#define FAULTS_SHOWN 200

/* The file, or what was pasted or comes back from the first step. */
static GBytes *
list_of(const Request *req)
{
    if (req->files->len > 0) {
        const RequestFile *file = g_ptr_array_index(req->files, 0);
        if (g_bytes_get_size(file->data) > 0)
            return g_bytes_ref(file->data);
    }
    const char *list = request_field(req, "list");
    return g_bytes_new(list != NULL ? list : "",
                       list != NULL ? strlen(list) : 0);
}

static Json *
fault_json(const AccountsCsvFault *fault)
{
    Json *json = json_object_new();
    g_autofree char *line = g_strdup_printf("%u", fault->line);
    json_set_text(json, "line", line);
    json_set(json, "reason", shell_code(fault->reason));
    json_set_text(json, "text", fault->text);
    return json;
}

static Json *
preview_json(const AccountsCsv *csv, GBytes *list)
{
    Json *json = json_object_new();
    Json *faults = json_array_new();
    guint shown = MIN(csv->faults->len, FAULTS_SHOWN);
    for (guint i = 0; i < shown; i++)
        json_append(faults, fault_json(g_ptr_array_index(csv->faults, i)));
    g_autofree char *good = g_strdup_printf("%u", csv->rows->len);
    g_autofree char *fresh = g_strdup_printf("%u", csv->fresh);
    g_autofree char *bad = g_strdup_printf("%u", csv->faults->len);
    gsize size;
    const char *data = g_bytes_get_data(list, &size);
    g_autofree char *text = g_strndup(data, size);
    json_set_text(json, "good", csv->rows->len > 0 ? good : NULL);
    json_set_text(json, "fresh", csv->fresh > 0 ? fresh : NULL);
    json_set_text(json, "bad", csv->faults->len > 0 ? bad : NULL);
    json_set(json, "faults", faults);
    shell_set_true(json, "more", csv->faults->len > shown);
    json_set_text(json, "list", text);
    return json;
}

static gboolean
show(const Context *ctx, const Request *req, Response *res,
     const AccountsCsv *csv, GBytes *list, const GError *fault)
{
    g_autoptr(Json) context = account_context(ctx, req, "admin_import");
    if (csv != NULL)
        json_set(context, "preview", preview_json(csv, list));
    if (fault != NULL)
        account_set_fault(ctx, res, context, fault);
    if (g_strcmp0(request_query(req, "saved"), "import") == 0) {
        const char *n = request_query(req, "n");
        guint64 number = 0;
        Json *saved = json_object_new();
        if (n != NULL &&
            g_ascii_string_to_unsigned(n, 10, 0, 1000000, &number, NULL))
            json_set_text(saved, "n", n);
        json_set_bool(saved, "import", TRUE);
        json_set(context, "saved", saved);
    }
    return shell_show_beside(ctx, res, "admin_import", context);
}

/* GET /admin/accounts/import */
PAGE(page_accounts_import_show)
{
    (void)error;
    return show(ctx, req, res, NULL, NULL, NULL);
}

/* POST /admin/accounts/import: field act is "apply" in the second step. */
PAGE(page_accounts_import)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(GBytes) list = list_of(req);
    g_autoptr(GError) why = NULL;
    g_autoptr(AccountsCsv) csv = accounts_csv_read(&office, list, &why);
    if (csv == NULL) {
        if (g_error_matches(why, APP_ERROR, APP_ERROR_INPUT) ||
            g_error_matches(why, APP_ERROR, APP_ERROR_TOO_LARGE))
            return show(ctx, req, res, NULL, NULL, why);
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (g_strcmp0(request_field(req, "act"), "apply") != 0)
        return show(ctx, req, res, csv, list, NULL);
    if (!accounts_csv_apply(&office, csv, error))
        return FALSE;
    g_autofree char *path = g_strdup_printf(
        "/admin/accounts/import?saved=import&n=%u", csv->rows->len);
    return response_redirect(res, path);
}
