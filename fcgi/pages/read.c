/* One message: the list beside it, its state, its text, its files. */
#include "core/base/error.h"
#include "fcgi/pages/read_message.h"

PAGE(page_read)
{
    Reading view = {.ctx = ctx};
    if (!message_id_parse(req, &view.id, error) ||
        !list_query(req, view.id.folder, &view.list, error))
        return FALSE;
    /* Opened first: it stores the verdict that the list then shows. */
    g_autoptr(Incoming) incoming =
        incoming_open(&ctx->world, view.id.folder, view.id.uid_validity,
                      view.id.uid, error);
    if (incoming == NULL)
        return FALSE;
    if (!incoming->seen &&
        !mailbox_act(&ctx->world, view.id.folder, view.id.uid_validity,
                     view.id.uid, "seen", error))
        return FALSE;
    g_autoptr(MailPage) page = mailbox_page(&ctx->world, &view.list, error);
    if (page == NULL)
        return FALSE;
    view.incoming = incoming;
    view.kind = page->kind;
    g_autoptr(Json) context = shell_context(ctx, req, "read");
    list_add(ctx, context, &view.list, page, view.id.uid);
    Json *message = read_message_json(&view, error);
    if (message == NULL)
        return FALSE;
    json_set(context, "message", message);
    return shell_show(ctx, res, "read", context);
}
