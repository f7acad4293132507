/* Parts of a message and its original, for download; images that its HTML
 * names, by their magic bytes alone (SEC-41). */
#include "core/base/error.h"
#include "core/mail/incoming.h"
#include "fcgi/pages/list.h"
#include "fcgi/pages/read_part.h"

gboolean
read_part_download(Response *res, const IncomingPart *part)
{
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, TRUE, part->name);
    return response_bytes(res, "application/octet-stream", part->data);
}

gboolean
read_part_image(Response *res, const IncomingPart *part, GError **error)
{
    if (part->image == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_MALFORMED,
                            "image: not one of those that are shown");
        return FALSE;
    }
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, FALSE, "image");
    return response_bytes(res, part->image, part->data);
}

static IncomingPart *
part_open(const Context *ctx, const Request *req, GError **error)
{
    MessageId id;
    if (!message_id_parse(req, &id, error))
        return NULL;
    return incoming_part(&ctx->world, id.folder, id.uid_validity, id.uid,
                         req->captures[2], error);
}

PAGE(page_read_part)
{
    g_autoptr(IncomingPart) part = part_open(ctx, req, error);
    return part != NULL && read_part_download(res, part);
}

PAGE(page_read_image)
{
    g_autoptr(IncomingPart) part = part_open(ctx, req, error);
    return part != NULL && read_part_image(res, part, error);
}

static gboolean
pass_on(gpointer user, const guint8 *data, gsize size, GError **error)
{
    return response_stream(user, "application/octet-stream", data, size,
                           error);
}

PAGE(page_read_raw)
{
    MessageId id;
    if (!message_id_parse(req, &id, error))
        return FALSE;
    g_autofree char *name = g_strdup_printf("message-%u.eml", id.uid);
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, TRUE, name);
    return incoming_raw(&ctx->world, id.folder, id.uid_validity, id.uid,
                        pass_on, res, error);
}
