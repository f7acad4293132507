/* Helpdesk: a person found, a support code decoded, and what may be seen of
 * one person (SEC-62). */
#include "fcgi/pages/admin/helpdesk.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/dates.h"

static gboolean
set_found(const Context *ctx, const Office *office, Json *context,
          const char *words, GError **error)
{
    json_set_text(context, "query", words);
    if (words == NULL || *words == '\0')
        return TRUE;
    g_autoptr(GPtrArray) found = helpdesk_find(office, words, error);
    if (found == NULL)
        return FALSE;
    Json *people = json_array_new();
    for (guint i = 0; i < found->len; i++)
        json_append(people,
                    helpdesk_person_json(ctx, g_ptr_array_index(found, i)));
    json_set(context, "people", people);
    shell_set_true(context, "nobody", found->len == 0);
    shell_set_true(context, "more", found->len == HELPDESK_FOUND_MAX);
    return TRUE;
}

/* A code that was misheard, or is there no more, is the form's to say. */
static gboolean
set_decoded(const Context *ctx, const Office *office, Json *context,
            const char *typed, GError **error)
{
    json_set_text(context, "typed", typed);
    if (typed == NULL || *typed == '\0')
        return TRUE;
    g_autoptr(Account) account = NULL;
    g_autoptr(GError) why = NULL;
    g_autoptr(SupportCode) code =
        helpdesk_decode(office, typed, &account, &why);
    if (code == NULL) {
        gboolean misheard = g_error_matches(why, APP_ERROR, APP_ERROR_INPUT);
        gboolean unknown =
            g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND);
        shell_set_true(context, "misheard", misheard);
        shell_set_true(context, "unknown", unknown);
        if (!misheard && !unknown)
            g_propagate_error(error, g_steal_pointer(&why));
        return misheard || unknown;
    }
    Json *decoded = helpdesk_code_json(ctx, code);
    if (account != NULL)
        json_set(decoded, "person", helpdesk_person_json(ctx, account));
    json_set(context, "decoded", decoded);
    return TRUE;
}

PAGE(page_helpdesk)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(Json) context = shell_context(ctx, req, "helpdesk");
    if (!set_found(ctx, &office, context, request_query(req, "q"), error) ||
        !set_decoded(ctx, &office, context, request_query(req, "code"),
                     error))
        return FALSE;
    return shell_show_beside(ctx, res, "helpdesk", context);
}

/* The words of the keys page for what only one's own certificate is asked. */
static Json *
problem_json(const char *code)
{
    static const char *const names[][2] = {
        {"address", "address-mismatch"},
        {"usage", "wrong-usage"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(code, names[i][0]) == 0)
            return shell_code(names[i][1]);
    return shell_code(code);
}

static Json *
certificate_json(const Context *ctx, gint64 account,
                 const HelpdeskCertificate *certificate)
{
    g_autofree char *begins = date_plain(ctx->words, certificate->not_before);
    g_autofree char *ends = date_plain(ctx->words, certificate->not_after);
    g_autofree char *stolen = date_plain(ctx->words, certificate->stolen);
    gboolean reported = certificate->stolen != 0;
    g_autofree char *path =
        helpdesk_path(account, reported ? "not-stolen" : "stolen");
    g_autofree char *full =
        g_strconcat(path, "?kid=", certificate->kid, NULL);
    g_autofree char *url = site_url(ctx->site, full);
    Json *json = json_object_new();
    Json *problems = json_array_new();
    for (char **p = certificate->problems; *p != NULL; p++)
        json_append(problems, problem_json(*p));
    json_set_text(json, "not_before", begins);
    json_set_text(json, "not_after", ends);
    shell_set_true(json, "usable", certificate->can_sign);
    json_set(json, "problems", problems);
    json_set_text(json, "stolen_on", reported ? stolen : NULL);
    json_set_text(json, "url", url);
    return json;
}

static void
set_view(const Context *ctx, Json *context, const HelpdeskView *view)
{
    gint64 id = view->account->id;
    Json *certificates = json_array_new();
    for (guint i = 0; i < view->certificates->len; i++)
        json_append(certificates,
                    certificate_json(
                        ctx, id, g_ptr_array_index(view->certificates, i)));
    Json *codes = json_array_new();
    for (guint i = 0; i < view->codes->len; i++)
        json_append(codes, helpdesk_code_json(
                               ctx, g_ptr_array_index(view->codes, i)));
    json_set(context, "person", helpdesk_person_json(ctx, view->account));
    json_set(context, "certificates", certificates);
    shell_set_true(context, "no_certificate", view->certificates->len == 0);
    shell_set_true(context, "many_certificates", view->certificates->len > 1);
    json_set(context, "codes", codes);
    shell_set_true(context, "no_code", view->codes->len == 0);
}

PAGE(page_helpdesk_person)
{
    static const char *const known[] = {
        "reset",       "guide",        "forgotten",  "stolen",
        "stolen-else", "stolen-later", "not-stolen", NULL};
    gint64 id = 0;
    if (!helpdesk_id(req, &id, error))
        return FALSE;
    const Office office = shell_office(ctx, req);
    g_autoptr(HelpdeskView) view = helpdesk_view(&office, id, error);
    if (view == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "helpdesk_person");
    set_view(ctx, context, view);
    shell_saved(req, context, known);
    return shell_show_beside(ctx, res, "helpdesk_person", context);
}
