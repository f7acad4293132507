/* The acts of helpdesk, each in two steps: a page that says what will happen,
 * and the post that does it. */
#include <string.h>

#include "core/admin/theft.h"
#include "core/base/error.h"
#include "fcgi/pages/admin/helpdesk.h"

/* What one act is done with: kid or code, as they came. */
typedef struct {
    const Office *office;
    gint64 account;
    const char *kid, *code;
    const char *saved; /* what the person's page says after */
} Doing;

static gboolean
reset(Doing *doing, GError **error)
{
    doing->saved = "reset";
    return helpdesk_reset_preferences(doing->office, doing->account, error);
}

static gboolean
guide(Doing *doing, GError **error)
{
    doing->saved = "guide";
    return helpdesk_guide(doing->office, doing->account, error);
}

static gboolean
forget(Doing *doing, GError **error)
{
    doing->saved = "forgotten";
    return helpdesk_invalidate(doing->office,
                               doing->code != NULL ? doing->code : "", error);
}

static gboolean
steal(Doing *doing, GError **error)
{
    TheftOutcome outcome;
    g_autoptr(Account) account =
        office_account(doing->office, ROLE_HELPDESK, doing->account, error);
    if (account == NULL ||
        !theft_report(doing->office, account, doing->kid, &outcome, error))
        return FALSE;
    doing->saved = "stolen";
    if (g_strcmp0(outcome.instructions, "other-authority") == 0)
        doing->saved = "stolen-else";
    if (g_strcmp0(outcome.instructions, "later") == 0)
        doing->saved = "stolen-later";
    return TRUE;
}

static gboolean
unsteal(Doing *doing, GError **error)
{
    doing->saved = "not-stolen";
    g_autoptr(Account) account = office_account(
        doing->office, ROLE_ADMINISTRATOR, doing->account, error);
    return account != NULL &&
           theft_withdraw(doing->office, account,
                          doing->kid != NULL ? doing->kid : "", error);
}

static const struct {
    const char *name;
    gboolean (*run)(Doing *doing, GError **error);
} acts[] = {
    {"reset", reset},  {"guide", guide},        {"forget", forget},
    {"stolen", steal}, {"not-stolen", unsteal},
};

static gboolean
find_act(const Request *req, gsize *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (strcmp(acts[i].name, req->captures[1]) == 0) {
            *out = i;
            return TRUE;
        }
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "helpdesk: no such act");
    return FALSE;
}

PAGE(page_helpdesk_ask)
{
    gint64 id = 0;
    gsize act = 0;
    const Office office = shell_office(ctx, req);
    if (!helpdesk_id(req, &id, error) || !find_act(req, &act, error))
        return FALSE;
    g_autoptr(Account) account =
        office_account(&office, ROLE_HELPDESK, id, error);
    if (account == NULL)
        return FALSE;
    g_autofree char *path = helpdesk_path(id, acts[act].name);
    g_autofree char *url = site_url(ctx->site, path);
    g_autoptr(Json) context = shell_context(ctx, req, "helpdesk_act");
    json_set(context, "person", helpdesk_person_json(ctx, account));
    json_set(context, "act", shell_code(acts[act].name));
    json_set_text(context, "url", url);
    json_set_text(context, "kid", request_query(req, "kid"));
    json_set_text(context, "code", request_query(req, "code"));
    return shell_show_beside(ctx, res, "helpdesk_act", context);
}

PAGE(page_helpdesk_act)
{
    gsize act = 0;
    const Office office = shell_office(ctx, req);
    const char *kid = request_field(req, "kid");
    Doing doing = {.office = &office,
                   .kid = kid != NULL && *kid != '\0' ? kid : NULL,
                   .code = request_field(req, "code")};
    if (!helpdesk_id(req, &doing.account, error) ||
        !find_act(req, &act, error) || !acts[act].run(&doing, error))
        return FALSE;
    g_autofree char *path = helpdesk_path(doing.account, NULL);
    g_autofree char *done = g_strconcat(path, "?saved=", doing.saved, NULL);
    return response_redirect(res, done);
}
