/* Where the revocations of an issuer are asked for. */
#include <string.h>

#include "core/admin/revocation_fetch.h"
#include "core/base/error.h"
#include "fcgi/pages/admin/trust.h"

/* Questions to a responder while somebody waits for the page. */
#define QUESTIONS_NOW 20

static gboolean
read_id(const Request *req, gint64 *id, GError **error)
{
    guint64 number = 0;
    if (g_ascii_string_to_unsigned(req->captures[1], 10, 1, G_MAXINT64,
                                   &number, NULL)) {
        *id = (gint64)number;
        return TRUE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "trust: no such source");
    return FALSE;
}

static gboolean
save(const Context *ctx, const Request *req, Response *res, gint64 id,
     GError **error)
{
    const Office office = shell_office(ctx, req);
    const char *kind = request_field(req, "kind");
    const char *address = request_field(req, "address");
    g_autofree char *url =
        g_strstrip(g_strdup(address != NULL ? address : ""));
    const RevocationSource source = {
        .id = id,
        .issuer = req->captures[0],
        .kind = (char *)(guintptr)(kind != NULL ? kind : ""),
        .url = url,
        .hard = g_strcmp0(request_field(req, "failure"), "hard") == 0,
        .allow_private = request_field(req, "private") != NULL,
    };
    g_autoptr(GError) why = NULL;
    TrustFault fault;
    gint64 edition = 0;
    if (!trust_edition_read(req, &edition, error))
        return FALSE;
    if (revocation_admin_save(&office, &source, edition, NULL, &why))
        return trust_redirect(res, req->captures[0],
                              id == 0 ? "source-added" : "source-changed");
    if (trust_fault(why, &fault))
        return trust_show_one(ctx, req, res, req->captures[0], &fault, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

PAGE(page_admin_trust_source_add)
{
    return save(ctx, req, res, 0, error);
}

static gboolean
remove_one(const Context *ctx, const Request *req, Response *res, gint64 id,
           GError **error)
{
    const Office office = shell_office(ctx, req);
    gint64 edition = 0;
    return trust_edition_read(req, &edition, error) &&
           revocation_admin_remove(&office, id, edition, error) &&
           trust_redirect(res, req->captures[0], "source-removed");
}

/* What came of it stands at the source. */
static gboolean
fetch(const Context *ctx, const Request *req, Response *res, gint64 id,
      GError **error)
{
    const Office office = shell_office(ctx, req);
    const RevocationOrder order = {
        .source = id, .force = TRUE, .max_questions = QUESTIONS_NOW};
    g_autoptr(GPtrArray) all = revocation_fetch(&office, &order, error);
    return all != NULL && trust_redirect(res, req->captures[0], "fetched");
}

PAGE(page_admin_trust_source)
{
    static const struct {
        const char *act;
        gboolean (*run)(const Context *, const Request *, Response *, gint64,
                        GError **);
    } acts[] = {{"save", save}, {"remove", remove_one}, {"fetch", fetch}};
    gint64 id = 0;
    if (!read_id(req, &id, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (g_strcmp0(request_field(req, "act"), acts[i].act) == 0)
            return acts[i].run(ctx, req, res, id, error);
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "trust: no such act");
    return FALSE;
}
