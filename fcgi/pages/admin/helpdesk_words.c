/* A person and a support code, as the pages of helpdesk say them. */
#include "fcgi/pages/admin/helpdesk.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/dates.h"

char *
helpdesk_path(gint64 account, const char *act)
{
    return g_strdup_printf("/helpdesk/%" G_GINT64_FORMAT "%s%s", account,
                           act != NULL ? "/" : "", act != NULL ? act : "");
}

gboolean
helpdesk_id(const Request *req, gint64 *out, GError **error)
{
    guint64 id = 0;
    if (!g_ascii_string_to_unsigned(req->captures[0], 10, 1, G_MAXINT64, &id,
                                    NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "helpdesk: not a number");
        return FALSE;
    }
    *out = (gint64)id;
    return TRUE;
}

static const char *
option_of(const Account *account)
{
    if (!account->allowed)
        return "forbidden";
    return account->enabled ? "on" : "off";
}

Json *
helpdesk_person_json(const Context *ctx, const Account *account)
{
    g_autofree char *initials =
        shell_initials(account->name, account->address);
    g_autofree char *path = helpdesk_path(account->id, NULL);
    g_autofree char *url = site_url(ctx->site, path);
    gboolean named = account->name != NULL && *account->name != '\0';
    const char *preference =
        account->preference != NULL ? account->preference : "auto";
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "name", named ? account->name : NULL);
    json_set_text(json, "shown", named ? account->name : account->address);
    json_set_text(json, "address", account->address);
    json_set_text(json, "initials", initials);
    json_set(json, "role", shell_code(role_name(account->role)));
    json_set(json, "option", shell_code(option_of(account)));
    json_set(json, "preference", shell_code(preference));
    shell_set_true(json, "suspended", account->suspended);
    return json;
}

/* Which part of the site a route belongs to; the first that fits. */
static const char *
place_of(const char *route)
{
    static const struct {
        const char *part, *words;
    } places[] = {
        {"/mail", N_("reading mail")},
        {"/compose", N_("writing and sending")},
        {"/drafts", N_("writing and sending")},
        {"/key-requests", N_("writing and sending")},
        {"/outbox", N_("writing and sending")},
        {"/sent", N_("writing and sending")},
        {"/contacts", N_("contacts and their certificates")},
        {"/certificates", N_("keys and certificates")},
        {"/keys", N_("keys and certificates")},
        {"/preferences", N_("preferences")},
        {"/security", N_("preferences")},
        {"/sign-", N_("signing in")},
        {"", N_("another page")},
    };
    const char *path = strchr(route, '/');
    gsize i = 0;
    while (path != NULL && !g_str_has_prefix(path, places[i].part))
        i++;
    return path != NULL ? places[i].words
                        : places[G_N_ELEMENTS(places) - 1].words;
}

Json *
helpdesk_code_json(const Context *ctx, const SupportCode *code)
{
    /* "expired" of a certificate is another thing than of a request. */
    const Message *message =
        code->kid == NULL ? message_named(code->error) : NULL;
    g_autofree char *when =
        date_full(ctx->words, code->created, ctx->world.now);
    Json *json = json_object_new();
    json_set_text(json, "code", code->code);
    json_set_text(json, "when", when);
    json_set_text(json, "name", code->error);
    json_set_text(json, "place",
                  catalogue_text(ctx->words, place_of(code->route)));
    if (message != NULL)
        json_set_text(json, "title",
                      catalogue_text(ctx->words, message->title));
    else
        json_set(json, "problem", shell_code(code->error));
    if (code->kid != NULL && code->account != 0) {
        g_autofree char *path = helpdesk_path(code->account, "forget");
        g_autofree char *full = g_strconcat(path, "?code=", code->code, NULL);
        g_autofree char *url = site_url(ctx->site, full);
        json_set_text(json, "forget_url", url);
    }
    return json;
}
