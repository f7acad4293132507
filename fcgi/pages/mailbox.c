/* A folder's messages, and what can be done with one. */
#include <string.h>

#include "core/base/error.h"
#include "fcgi/pages/list.h"
#include "fcgi/pages/notices.h"

/* To the list, or with message "/1-55" to one beside it. */
static gboolean
redirect(Response *res, const MailQuery *query, const char *message)
{
    g_autofree char *folder = g_uri_escape_string(query->folder, NULL, FALSE);
    g_autofree char *place = list_place(query);
    g_autofree char *path =
        g_strconcat("/mail/", folder, message, place, NULL);
    return response_redirect(res, path);
}

PAGE(page_mailbox)
{
    MailQuery query;
    if (!list_query(req, req->captures[0], &query, error))
        return FALSE;
    g_autoptr(MailPage) page = mailbox_page(&ctx->world, &query, error);
    if (page == NULL)
        return FALSE;
    if (query.page > page->pages) {
        query.page = page->pages;
        return redirect(res, &query, "");
    }
    g_autoptr(Json) context = shell_context(ctx, req, "mailbox");
    list_add(ctx, context, &query, page, 0);
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
    MailQuery query;
    if (!message_id_parse(req, &id, error) ||
        !list_query(req, id.folder, &query, error) ||
        !mailbox_act(&ctx->world, id.folder, id.uid_validity, id.uid, act,
                     error))
        return FALSE;
    g_autofree char *message =
        stays_open(act) ? g_strdup_printf("/%u-%u", id.uid_validity, id.uid)
                        : g_strdup("");
    return redirect(res, &query, message);
}
