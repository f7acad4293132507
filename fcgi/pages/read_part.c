/* Parts of a message and its original, for download; images that its HTML
 * names, by their magic bytes alone (SEC-41). */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/incoming.h"
#include "fcgi/pages/list.h"

static const char *
image_type(GBytes *bytes)
{
    static const struct {
        const char *magic;
        gsize size;
        const char *type;
    } images[] = {
        {"\x89PNG\r\n\x1a\n", 8, "image/png"},
        {"\xff\xd8\xff", 3, "image/jpeg"},
        {"GIF87a", 6, "image/gif"},
        {"GIF89a", 6, "image/gif"},
    };
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    for (gsize i = 0; i < G_N_ELEMENTS(images); i++)
        if (size >= images[i].size &&
            memcmp(data, images[i].magic, images[i].size) == 0)
            return images[i].type;
    if (size >= 12 && memcmp(data, "RIFF", 4) == 0 &&
        memcmp(data + 8, "WEBP", 4) == 0)
        return "image/webp";
    return NULL;
}

/* The name a file has in its message; "file" when the message has none. */
static char *
file_name(const Context *ctx, const MessageId *id, const char *path)
{
    g_autoptr(Incoming) incoming = incoming_open(
        &ctx->world, id->folder, id->uid_validity, id->uid, NULL);
    const GPtrArray *files = incoming != NULL ? incoming->files : NULL;
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const IncomingFile *file = g_ptr_array_index(files, i);
        if (strcmp(file->path, path) == 0)
            return g_strdup(file->name);
    }
    return NULL;
}

PAGE(page_read_part)
{
    MessageId id;
    if (!message_id_parse(req, &id, error))
        return FALSE;
    const char *path = req->captures[2];
    g_autoptr(GBytes) bytes = incoming_part(
        &ctx->world, id.folder, id.uid_validity, id.uid, path, error);
    if (bytes == NULL)
        return FALSE;
    g_autofree char *name = file_name(ctx, &id, path);
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, TRUE, name);
    return response_bytes(res, "application/octet-stream", bytes);
}

PAGE(page_read_image)
{
    MessageId id;
    if (!message_id_parse(req, &id, error))
        return FALSE;
    g_autoptr(GBytes) bytes =
        incoming_part(&ctx->world, id.folder, id.uid_validity, id.uid,
                      req->captures[2], error);
    if (bytes == NULL)
        return FALSE;
    const char *type = image_type(bytes);
    if (type == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_MALFORMED,
                            "image: not one of those that are shown");
        return FALSE;
    }
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, FALSE, "image");
    return response_bytes(res, type, bytes);
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
