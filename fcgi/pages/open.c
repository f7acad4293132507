/*
 * An encrypted message, opened with the content key that the browser's vault
 * gave: its region, its parts, and what answers it. The key is used in
 * memory and forgotten with the request.
 */
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "fcgi/pages/open.h"
#include "fcgi/pages/read_message.h"
#include "fcgi/pages/read_part.h"

GBytes *
open_content_key(const Request *req, GError **error)
{
    g_autoptr(GBytes) plain = request_json_bytes(req, "content_key", error);
    if (plain == NULL)
        return NULL;
    gsize size = 0;
    g_autofree guint8 *data =
        g_bytes_unref_to_data(g_steal_pointer(&plain), &size);
    GBytes *key = secret_bytes_new(data, size);
    secret_wipe(data, size);
    return key;
}

static const char *
kind_of(const GPtrArray *folders, const char *name)
{
    for (guint i = 0; i < folders->len; i++) {
        const MailFolder *folder = g_ptr_array_index(folders, i);
        if (strcmp(folder->name, name) == 0)
            return folder->kind;
    }
    return "other";
}

/* The region of the read page, to be put in place of the locked one. */
static gboolean
show_region(Reading *view, const Request *req, Response *res, GError **error)
{
    const Context *ctx = view->ctx;
    g_autoptr(GPtrArray) folders = mailbox_folders(&ctx->world, error);
    if (folders == NULL)
        return FALSE;
    view->kind = kind_of(folders, view->id.folder);
    Json *message = read_message_json(view, error);
    if (message == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "read");
    json_set(context, "message", message);
    return shell_show(ctx, res, "opened", context);
}

PAGE(page_open)
{
    Reading view = {.ctx = ctx};
    if (!message_id_parse(req, &view.id, error) ||
        !list_query(req, view.id.folder, &view.list, error))
        return FALSE;
    const char *ticket = request_json_text(req, "ticket", error);
    if (ticket == NULL)
        return FALSE;
    g_autoptr(GBytes) key = open_content_key(req, error);
    if (key == NULL)
        return FALSE;
    g_autoptr(Incoming) incoming =
        incoming_finish(&ctx->world, view.id.folder, view.id.uid_validity,
                        view.id.uid, ticket, key, error);
    view.incoming = incoming;
    return incoming != NULL && show_region(&view, req, res, error);
}

static IncomingPart *
part_open(const Context *ctx, const Request *req, GError **error)
{
    MessageId id;
    if (!message_id_parse(req, &id, error))
        return NULL;
    g_autoptr(GBytes) key = open_content_key(req, error);
    if (key == NULL)
        return NULL;
    return incoming_part_opened(&ctx->world, id.folder, id.uid_validity,
                                id.uid, key, req->captures[2], error);
}

PAGE(page_open_part)
{
    g_autoptr(IncomingPart) part = part_open(ctx, req, error);
    return part != NULL && read_part_download(res, part);
}

PAGE(page_open_image)
{
    g_autoptr(IncomingPart) part = part_open(ctx, req, error);
    return part != NULL && read_part_image(res, part, error);
}
