/* A folder's messages, and what can be done with one. */
#include <string.h>

#include "core/base/error.h"
#include "fcgi/pages/list.h"
#include "fcgi/pages/notices.h"

PAGE(page_mailbox)
{
    guint number = 1;
    if (!list_page_number(req, &number, error))
        return FALSE;
    g_autoptr(MailPage) page =
        mailbox_page(&ctx->world, req->captures[0], number, error);
    if (page == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "mailbox");
    list_add(ctx, context, page, 0);
    notices_add_end(ctx, context);
    return shell_show(ctx, res, "mailbox", context);
}

/* What leaves the message where it was leads back to it, all else to the
 * list. */
static gboolean
stays_open(const char *act)
{
    return strcmp(act, "flag") == 0 || strcmp(act, "unflag") == 0 ||
           strcmp(act, "seen") == 0;
}

PAGE(page_act)
{
    static const char *const acts[] = {"flag",    "unflag", "seen", "unseen",
                                       "archive", "trash",  "junk"};
    const char *given = request_field(req, "act");
    const char *act = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++)
        if (g_strcmp0(given, acts[i]) == 0)
            act = acts[i];
    if (act == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "act: not one of those there are");
        return FALSE;
    }
    MessageId id;
    if (!message_id_parse(req, &id, error) ||
        !mailbox_act(&ctx->world, id.folder, id.uid_validity, id.uid, act,
                     error))
        return FALSE;
    g_autofree char *folder = g_uri_escape_string(id.folder, NULL, FALSE);
    g_autofree char *path = stays_open(act)
                                ? g_strdup_printf("/mail/%s/%u-%u", folder,
                                                  id.uid_validity, id.uid)
                                : g_strdup_printf("/mail/%s", folder);
    return response_redirect(res, path);
}
