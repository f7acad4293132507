/* Messages on their way, and the result of one that was just sent. */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/outgoing.h"
#include "fcgi/dates.h"
#include "fcgi/pages/shell.h"

/* The sentence for a reason, which is the name of an error. What cannot be
 * read is here a message of ours that no server would take (S17). */
static const char *
reason_text(const Context *ctx, const char *reason)
{
    if (g_strcmp0(reason, "malformed") == 0)
        return catalogue_text(
            ctx->words,
            N_("A line of the message breaks the rules of mail, so nothing "
               "was sent. Write it again without what was pasted there, or "
               "tell your administrator."));
    const Message *message = message_named(reason);
    return message != NULL ? catalogue_text(ctx->words, message->message)
                           : NULL;
}

static Json *
item_json(const Context *ctx, const OutgoingItem *item)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, item->id);
    g_autofree char *date =
        date_full(ctx->words, item->created, ctx->world.now);
    gboolean waits = strcmp(item->state, "waiting") == 0 ||
                     strcmp(item->state, "failed") == 0;
    Json *json = json_object_new();
    json_set_text(json, "id", id);
    json_set(json, "state", shell_code(item->state));
    json_set_text(json, "subject", item->subject);
    json_set_text(json, "recipients", item->recipients);
    json_set_text(json, "date", date);
    json_set_time(json, "iso", item->created);
    json_set_text(json, "reason", reason_text(ctx, item->reason));
    shell_set_true(json, "can_retry", waits);
    shell_set_true(json, "can_discard",
                   waits || strcmp(item->state, "unknown") == 0);
    return json;
}

PAGE(page_outbox)
{
    g_autoptr(GPtrArray) items = outgoing_list(&ctx->world, error);
    if (items == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "outbox");
    Json *list = json_array_new();
    for (guint i = 0; i < items->len; i++)
        json_append(list, item_json(ctx, g_ptr_array_index(items, i)));
    json_set(context, "items", list);
    shell_set_true(context, "empty", items->len == 0);
    /* What waits is shown above all when the mail server does not answer. */
    if (!shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return shell_show(ctx, res, "outbox", context);
}

static gboolean
read_id(const Request *req, gint64 *out, GError **error)
{
    const char *text = req->captures[0];
    gsize digits = strspn(text, "0123456789");
    if (digits > 0 && digits < 18 && text[digits] == '\0') {
        *out = (gint64)g_ascii_strtoull(text, NULL, 10);
        return TRUE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "outbox: not a number");
    return FALSE;
}

PAGE(page_outbox_retry)
{
    gint64 id = 0;
    if (!read_id(req, &id, error))
        return FALSE;
    g_autofree char *result = outgoing_retry(&ctx->world, id, error);
    if (result == NULL)
        return FALSE;
    return request_wants_json(req) ? response_json(res, result)
                                   : response_redirect(res, "/outbox");
}

PAGE(page_outbox_discard)
{
    gint64 id = 0;
    if (!read_id(req, &id, error) ||
        !outgoing_discard(&ctx->world, id, error))
        return FALSE;
    return request_wants_json(req) ? response_json(res, "{}")
                                   : response_redirect(res, "/outbox");
}

/* A refusal's words are the mail server's: shown, and called so. */
static gboolean
add_recipients(Json *context, const Json *recipients)
{
    Json *list = json_array_new();
    gboolean refused = FALSE;
    for (gsize i = 0; i < json_array_length(recipients); i++) {
        const Json *item = json_array_item(recipients, i);
        json_append(list, json_share(item));
        refused = refused || !json_bool(json_member(item, "accepted"));
    }
    json_set(context, "recipients", list);
    return refused;
}

/* M6: what protects the message itself, beside the connection. */
static void
add_protection(const Context *ctx, Json *context, const char *protection)
{
    gboolean tls = ctx->site->config->submission.tls != TLS_NONE;
    if (protection == NULL || strcmp(protection, "none") == 0)
        return;
    json_set_bool(context, "protected", TRUE);
    json_set_bool(context, "signed", TRUE);
    shell_set_true(context, "tls", tls);
    json_set_bool(context, "encrypted",
                  strcmp(protection, "sign+encrypt") == 0);
}

PAGE(page_sent)
{
    const char *key = request_query(req, "key");
    g_autofree char *text = NULL;
    if (key != NULL)
        text = outgoing_result(&ctx->world, key, error);
    else
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "sent: no key");
    if (text == NULL)
        return FALSE;
    g_autoptr(Json) result = json_read(text, strlen(text), error);
    if (result == NULL)
        return FALSE;
    const char *state = json_text(json_member(result, "state"));
    const char *reason = json_text(json_member(result, "reason"));
    g_autoptr(Json) context = shell_context(ctx, req, "sent");
    json_set(context, "state", shell_code(state != NULL ? state : "unknown"));
    json_set_text(context, "subject",
                  json_text(json_member(result, "subject")));
    json_set_text(context, "reason", reason_text(ctx, reason));
    add_protection(ctx, context,
                   json_text(json_member(result, "protection")));
    gboolean refused =
        add_recipients(context, json_member(result, "recipients"));
    shell_set_true(context, "refused",
                   refused && g_strcmp0(state, "sent") == 0);
    if (!shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return shell_show(ctx, res, "sent", context);
}
