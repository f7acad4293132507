/* The security preference (Z21 to Z24), and the warnings that are accepted
 * once before a first encryption (Z4, Z6). */
#include "core/mail/preference.h"
#include "core/store/own_cert.h"
#include "fcgi/pages/shell.h"

PAGE(page_security)
{
    static const char *const known[] = {"same", "accepted", NULL};
    const Account *account = ctx->world.account;
    g_autoptr(GPtrArray) own =
        own_cert_list(ctx->world.db, account->id, error);
    if (own == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "security");
    shell_set_true(context, "no_key", own->len == 0);
    json_set(context, "choice",
             shell_code(preference_name(preference_get(account))));
    if (account->last_choice != NULL)
        json_set(context, "last", shell_code(account->last_choice));
    json_set(context, "mode", shell_code(account->mode));
    shell_set_true(context, "warned", preference_warned(account));
    shell_saved(req, context, known);
    shell_authority(ctx, context);
    return shell_show_beside(ctx, res, "security_page", context);
}

PAGE(page_security_save)
{
    Preference preference = PREFERENCE_AUTO;
    const char *choice = request_field(req, "choice");
    if (!preference_from_name(choice != NULL ? choice : "", &preference,
                              error) ||
        !preference_set(&ctx->world, preference, error))
        return FALSE;
    return response_redirect(res, "/security?saved=same");
}

PAGE(page_security_accept)
{
    if (!preference_accept(&ctx->world, error))
        return FALSE;
    if (request_wants_json(req))
        return response_json(res, "{}");
    return response_redirect(res, "/security?saved=accepted");
}
