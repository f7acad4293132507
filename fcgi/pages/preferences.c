/* Preferences: the language, and the option of secure mail where the
 * administrator allows it (Z8, Z9). */
#include <string.h>

#include "core/mail/preference.h"
#include "fcgi/pages/shell.h"

PAGE(page_preferences)
{
    static const char *const known[] = {"on", "off", "same", NULL};
    g_autoptr(Json) context = shell_context(ctx, req, "preferences");
    json_set(context, "language", shell_code(ctx->language));
    shell_saved(req, context, known);
    shell_authority(ctx, context);
    return shell_show_beside(ctx, res, "preferences", context);
}

static gboolean
save_language(const Context *ctx, const Request *req, Response *res,
              GError **error)
{
    const Account *account = ctx->world.account;
    const char *language = language_known(request_field(req, "language"));
    if (language == NULL || g_strcmp0(language, account->language) == 0)
        return TRUE;
    access_set_language(res, ctx->site, language);
    return account_set_language(ctx->world.db, account->id, language, error);
}

PAGE(page_preferences_save)
{
    const Account *account = ctx->world.account;
    gboolean on = g_strcmp0(request_field(req, "secure"), "on") == 0;
    gboolean changes = account->allowed && on != account->enabled;
    if (!save_language(ctx, req, res, error) ||
        (changes && !preference_enable(&ctx->world, on, error)))
        return FALSE;
    const char *saved = !changes ? "same" : on ? "on" : "off";
    g_autofree char *path = g_strconcat("/preferences?saved=", saved, NULL);
    return response_redirect(res, path);
}
