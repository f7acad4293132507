/* Answering an opened message, forwarding it, or going on with an encrypted
 * draft: the page comes with what the content key opens. */
#include <string.h>

#include "core/base/error.h"
#include "fcgi/pages/drafts.h"
#include "fcgi/pages/open.h"
#include "fcgi/pages/reply.h"

static gboolean
fill_draft(const Context *ctx, const Request *req, ComposeStart *start,
           const MessageId *id, GBytes *key, GError **error)
{
    const char *ticket = request_json_text(req, "ticket", error);
    if (ticket == NULL)
        return FALSE;
    g_autoptr(DraftForm) draft =
        drafts_load_opened(&ctx->world, id->folder, id->uid_validity, id->uid,
                           ticket, key, error);
    if (draft == NULL)
        return FALSE;
    g_autoptr(Incoming) incoming = NULL;
    if (draft->files != NULL && draft->files->len > 0) {
        incoming = incoming_opened(&ctx->world, id->folder, id->uid_validity,
                                   id->uid, key, error);
        if (incoming == NULL)
            return FALSE;
    }
    drafts_fill(ctx, start, draft, req->captures[1], incoming);
    return TRUE;
}

static gboolean
fill_reply(const Context *ctx, ComposeStart *start, const MessageId *id,
           GBytes *key, const char *mode, GError **error)
{
    g_autoptr(Incoming) incoming = incoming_opened(
        &ctx->world, id->folder, id->uid_validity, id->uid, key, error);
    return incoming != NULL &&
           reply_fill(ctx, start, id, incoming, mode, error);
}

PAGE(page_open_compose)
{
    MessageId id;
    if (!message_id_parse(req, &id, error))
        return FALSE;
    const char *mode = request_json_text(req, "mode", error);
    if (mode == NULL)
        return FALSE;
    g_autoptr(GBytes) key = open_content_key(req, error);
    if (key == NULL)
        return FALSE;
    g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
    g_auto(ComposeStart) start = {0};
    compose_start_fields(ctx, &start, none);
    gboolean filled = strcmp(mode, "draft") == 0
                          ? fill_draft(ctx, req, &start, &id, key, error)
                          : fill_reply(ctx, &start, &id, key, mode, error);
    if (!filled)
        return FALSE;
    g_autoptr(Json) context = compose_context(ctx, req, &start, error);
    return context != NULL && shell_show(ctx, res, "compose", context);
}
