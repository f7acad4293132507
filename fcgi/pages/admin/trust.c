/* What is trusted: the list, and one certificate. */
#include "fcgi/pages/admin/trust.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/dates.h"
#include "fcgi/support.h"

static const char *const saved_codes[] = {
    "added",          "renamed",        "withdrawn", "source-added",
    "source-changed", "source-removed", "fetched",   NULL};

Json *
trust_context(const Context *ctx, const Request *req, const char *page,
              GError **error)
{
    const Office office = shell_office(ctx, req);
    gint64 edition = 0;
    if (!trust_admin_edition(&office, &edition, error))
        return NULL;
    Json *context = shell_context(ctx, req, page);
    json_set(context, "tab", shell_code("trust"));
    json_set_int(context, "edition", edition);
    shell_saved(req, context, saved_codes);
    return context;
}

gboolean
trust_edition_read(const Request *req, gint64 *edition, GError **error)
{
    const char *text = request_field(req, "edition");
    guint64 number = 0;
    if (text != NULL &&
        g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL)) {
        *edition = (gint64)number;
        return TRUE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "trust: the form has no edition");
    return FALSE;
}

char *
trust_url(const Context *ctx, const char *kid)
{
    g_autofree char *path = g_strconcat("/admin/trust/", kid, NULL);
    return site_url(ctx->site, path);
}

gboolean
trust_redirect(Response *res, const char *kid, const char *saved)
{
    g_autofree char *path =
        g_strconcat("/admin/trust", kid != NULL ? "/" : "",
                    kid != NULL ? kid : "", "?saved=", saved, NULL);
    return response_redirect(res, path);
}

/* "3f2a 9c01 …": groups are compared more easily. */
static char *
print_of(const char *kid, gsize digits)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; kid[i] != '\0' && i < digits; i++) {
        if (i > 0 && i % 4 == 0)
            g_string_append_c(text, ' ');
        g_string_append_c(text, kid[i]);
    }
    return g_string_free(text, FALSE);
}

static Json *
problems_json(const TrustLine *line)
{
    if (line->problems[0] == NULL)
        return NULL;
    Json *problems = json_array_new();
    for (gsize i = 0; line->problems[i] != NULL; i++)
        json_append(problems, shell_code(line->problems[i]));
    return problems;
}

static void
set_dates(const Context *ctx, Json *json, const TrustLine *line)
{
    g_autofree char *from = date_plain(ctx->words, line->not_before);
    g_autofree char *until = date_plain(ctx->words, line->not_after);
    json_set_text(json, "not_before", from);
    json_set_text(json, "not_after", until);
    if (line->created != 0) {
        g_autofree char *created = date_plain(ctx->words, line->created);
        json_set_text(json, "created", created);
    }
    if (line->withdrawn != 0) {
        g_autofree char *withdrawn = date_plain(ctx->words, line->withdrawn);
        json_set_text(json, "withdrawn", withdrawn);
    }
}

Json *
trust_line_json(const Context *ctx, const TrustLine *line)
{
    g_autofree char *url = trust_url(ctx, line->kid);
    g_autofree char *fingerprint = print_of(line->kid, 64);
    g_autofree char *begin = print_of(line->kid, 16);
    Json *json = json_object_new(), *problems = problems_json(line);
    json_set_text(json, "url", url);
    json_set_text(json, "name", line->name);
    json_set_text(json, "subject", line->subject);
    json_set_text(json, "issuer", line->issuer);
    json_set_text(json, "method", line->algorithm);
    json_set_text(json, "fingerprint", fingerprint);
    json_set_text(json, "begin", begin);
    json_set_text(json, "added_by", line->added_by);
    json_set(json, "role", shell_code(line->role));
    json_set(json, "purpose", shell_code(line->purpose));
    json_set(json, "from", shell_code(line->from));
    shell_set_true(json, "refused", line->refused);
    if (problems != NULL)
        json_set(json, "problems", problems);
    set_dates(ctx, json, line);
    return json;
}

/* {rows: […]}, so that a table is there once, or not at all. */
static void
set_rows(Json *context, const char *name, Json *rows)
{
    g_autoptr(Json) owned = rows;
    if (json_array_length(rows) == 0)
        return;
    Json *table = json_object_new();
    json_set(table, "rows", json_share(rows));
    json_set(context, name, table);
}

static void
add_lines(const Context *ctx, Json *context, GPtrArray *lines)
{
    Json *anchors = json_array_new(), *intermediates = json_array_new();
    Json *withdrawn = json_array_new();
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        Json *into =
            strcmp(line->role, "anchor") == 0 ? anchors : intermediates;
        json_append(line->withdrawn != 0 ? withdrawn : into,
                    trust_line_json(ctx, line));
    }
    set_rows(context, "anchors", anchors);
    set_rows(context, "intermediates", intermediates);
    set_rows(context, "gone", withdrawn);
}

static Json *
source_json(const Context *ctx, const RevocationLine *line)
{
    const RevocationSource *source = line->source;
    g_autofree char *issuer = trust_url(ctx, source->issuer);
    Json *json = json_object_new();
    json_set_int(json, "id", source->id);
    json_set_text(json, "issuer", line->issuer_name);
    json_set_text(json, "issuer_url", issuer);
    json_set(json, "kind", shell_code(source->kind));
    json_set_text(json, "address", source->url);
    shell_set_true(json, "hard", source->hard);
    shell_set_true(json, "allow_private", source->allow_private);
    if (source->result != NULL) {
        gboolean is_good = strcmp(source->result, "ok") == 0 ||
                           strcmp(source->result, "unchanged") == 0;
        json_set(json, "result", shell_code(source->result));
        shell_set_true(json, "failed", !is_good);
    }
    json_set_int(json, "kept", line->kept);
    return json;
}

static void
set_moment(const Context *ctx, Json *json, const char *name, gint64 moment)
{
    if (moment == 0)
        return;
    g_autofree char *text = date_full(ctx->words, moment, ctx->world.now);
    json_set_text(json, name, text);
}

Json *
trust_sources_json(const Context *ctx, GPtrArray *lines)
{
    Json *sources = json_array_new();
    for (guint i = 0; i < lines->len; i++) {
        const RevocationLine *line = g_ptr_array_index(lines, i);
        Json *json = source_json(ctx, line);
        set_moment(ctx, json, "tried", line->source->tried);
        set_moment(ctx, json, "succeeded", line->source->succeeded);
        set_moment(ctx, json, "issued", line->this_update);
        set_moment(ctx, json, "until", line->next_update);
        shell_set_true(json, "overdue",
                       line->next_update != 0 &&
                           line->next_update < ctx->world.now);
        json_append(sources, json);
    }
    return sources;
}

gboolean
trust_fault(const GError *error, TrustFault *fault)
{
    static const struct {
        const char *begins;
        AppError code;
        TrustFault fault;
    } faults[] = {
        {"address:",
         APP_ERROR_INPUT,
         {N_("This is not an address that can be asked."),
          N_("Write it whole, beginning with http:// or https://, without "
             "user or password."),
          400}},
        {"revocation: the issuer has",
         APP_ERROR_CONFLICT,
         {N_("This address is there already."),
          N_("Change the one that is there."), 409}},
        {"trust: a name",
         APP_ERROR_INPUT,
         {N_("A name is needed."), N_("Write one, then save."), 400}},
        {"trust: the name",
         APP_ERROR_INPUT,
         {N_("This name is too long."),
          N_("Write 128 characters at most, then save."), 400}},
        {"trust: none of these",
         APP_ERROR_CERTIFICATE,
         {N_("None of these certificates can be trusted."),
          N_("Each of them says why below."), 422}},
        {"trust: more than",
         APP_ERROR_TOO_LARGE,
         {N_("There are more than 200 certificates in this file."),
          N_("Split it, then add the parts one after the other."), 413}},
        {"certificate file: no certificate",
         APP_ERROR_CERTIFICATE,
         {N_("There is no certificate in this file."),
          N_("Choose the certificate of the authority: a .cer, .crt, .der, "
             ".pem, .p7b or .p7c file."),
          422}},
        {"",
         APP_ERROR_CERTIFICATE,
         {N_("This file is not a certificate."),
          N_("Choose the certificate of the authority: a .cer, .crt, .der, "
             ".pem, .p7b or .p7c file."),
          422}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        if (!g_error_matches(error, APP_ERROR, (gint)faults[i].code) ||
            !g_str_has_prefix(error->message, faults[i].begins))
            continue;
        *fault = faults[i].fault;
        return TRUE;
    }
    return FALSE;
}

void
trust_set_fault(const Context *ctx, const Request *req, Response *res,
                Json *context, const TrustFault *fault)
{
    g_autoptr(GError) error =
        g_error_new_literal(APP_ERROR,
                            fault->status == 409   ? APP_ERROR_CONFLICT
                            : fault->status == 422 ? APP_ERROR_CERTIFICATE
                                                   : APP_ERROR_INPUT,
                            fault->message);
    g_autofree char *code = support_of_error(ctx, req, error);
    Json *json = json_object_new();
    json_set_text(json, "message",
                  catalogue_text(ctx->words, fault->message));
    json_set_text(json, "action", catalogue_text(ctx->words, fault->action));
    json_set_text(json, "reference", code);
    json_set(context, "error", json);
    response_status(res, fault->status);
}

gboolean
trust_show_list(const Context *ctx, const Request *req, Response *res,
                const TrustFault *fault, GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(GPtrArray) lines = trust_admin_list(&office, error);
    if (lines == NULL)
        return FALSE;
    g_autoptr(GPtrArray) sources =
        revocation_admin_list(&office, NULL, error);
    if (sources == NULL)
        return FALSE;
    g_autoptr(Json) context = trust_context(ctx, req, "admin_trust", error);
    if (context == NULL)
        return FALSE;
    add_lines(ctx, context, lines);
    set_rows(context, "revocation", trust_sources_json(ctx, sources));
    if (fault != NULL)
        trust_set_fault(ctx, req, res, context, fault);
    return shell_show_beside(ctx, res, "admin_trust", context);
}

gboolean
trust_show_one(const Context *ctx, const Request *req, Response *res,
               const char *kid, const TrustFault *fault, GError **error)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(TrustLine) line = trust_admin_get(&office, kid, error);
    if (line == NULL)
        return FALSE;
    g_autoptr(GPtrArray) sources = revocation_admin_list(&office, kid, error);
    if (sources == NULL)
        return FALSE;
    g_autoptr(Json) context =
        trust_context(ctx, req, "admin_trust_cert", error);
    if (context == NULL)
        return FALSE;
    Json *json = trust_line_json(ctx, line);
    shell_set_true(json, "can_change",
                   strcmp(line->from, "upload") == 0 && line->withdrawn == 0);
    shell_set_true(json, "in_force", line->withdrawn == 0);
    json_set(context, "cert", json);
    json_set(context, "sources", trust_sources_json(ctx, sources));
    const char *typed = request_field(req, "address");
    json_set_text(context, "typed", fault != NULL ? typed : NULL);
    if (fault != NULL)
        trust_set_fault(ctx, req, res, context, fault);
    return shell_show_beside(ctx, res, "admin_trust_cert", context);
}

PAGE(page_admin_trust)
{
    return trust_show_list(ctx, req, res, NULL, error);
}

PAGE(page_admin_trust_cert)
{
    return trust_show_one(ctx, req, res, req->captures[0], NULL, error);
}
