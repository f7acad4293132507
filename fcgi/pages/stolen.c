/* POST /certificates/stolen: the person's own key is reported stolen (O10),
 * by the scripts in JSON, or by a form without them. */
#include <string.h>

#include "core/admin/theft.h"
#include "fcgi/pages/shell.h"

static gboolean
answer(Response *res, const TheftOutcome *outcome)
{
    g_autoptr(Json) json = json_object_new();
    json_set_bool(json, "revoked", outcome->revoked);
    json_set_text(json, "authority", outcome->local ? "local" : "other");
    json_set_text(json, "instructions", outcome->instructions);
    g_autofree char *text = json_write(json);
    return response_json(res, text);
}

static gboolean
lead_back(Response *res, const TheftOutcome *outcome)
{
    const char *what = outcome->instructions;
    const char *saved = g_strcmp0(what, "later") == 0 ? "stolen-later"
                        : what != NULL                ? "stolen-else"
                                                      : "stolen";
    g_autofree char *path = g_strconcat("/keys?saved=", saved, NULL);
    return response_redirect(res, path);
}

PAGE(page_certificates_stolen)
{
    gboolean scripted = req->json != NULL;
    const char *kid = scripted ? request_json_text(req, "kid", error)
                               : request_field(req, "kid");
    if (scripted && kid == NULL)
        return FALSE;
    const Office office = shell_office(ctx, req);
    TheftOutcome outcome;
    if (!theft_report(&office, ctx->world.account, kid != NULL ? kid : "",
                      &outcome, error))
        return FALSE;
    return scripted ? answer(res, &outcome) : lead_back(res, &outcome);
}
