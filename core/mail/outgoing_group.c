#include "core/mail/outgoing_group.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/mail/delivery.h"

GPtrArray *
outgoing_group_load(const World *world, gint64 id, GError **error)
{
    g_autoptr(OutboxItem) item = outbox_load(world->db, world->server_key,
                                             world->account->id, id, error);
    if (item == NULL)
        return NULL;
    return outbox_group(world->db, world->server_key, world->account->id,
                        item->message_id, error);
}

/*
 * What is still under way or unknown comes first. Where some got it and
 * others were refused it was sent, as with the recipients of one row: each
 * one's result tells who did not get it.
 */
OutboxState
outgoing_group_state(const GPtrArray *rows)
{
    static const OutboxState order[] = {OUTBOX_SENDING, OUTBOX_UNKNOWN,
                                        OUTBOX_WAITING, OUTBOX_SENT,
                                        OUTBOX_FAILED};
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        for (guint j = 0; j < rows->len; j++) {
            const OutboxItem *row = g_ptr_array_index(rows, j);
            if (row->state == order[i])
                return order[i];
        }
    }
    return OUTBOX_FAILED;
}

const char *
outgoing_group_reason(const GPtrArray *rows)
{
    OutboxState state = outgoing_group_state(rows);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxItem *row = g_ptr_array_index(rows, i);
        if (row->state == state && row->reason != NULL)
            return row->reason;
    }
    return NULL;
}

static gboolean
merge_row(Json *json, Json *merged, const OutboxItem *row, GError **error)
{
    g_autofree char *text = delivery_result(row, error);
    if (text == NULL)
        return FALSE;
    g_autoptr(Json) one = json_read(text, strlen(text), error);
    const Json *list =
        one != NULL ? json_get_array(one, "recipients", error) : NULL;
    if (list == NULL)
        return FALSE;
    json_set_text(json, "protection",
                  json_text(json_member(one, "protection")));
    for (gsize i = 0; i < json_array_length(list); i++)
        json_append(merged, json_share(json_array_item(list, i)));
    return TRUE;
}

static char *
merged_result(const GPtrArray *rows, GError **error)
{
    const OutboxItem *first = g_ptr_array_index(rows, 0);
    OutboxState state = outgoing_group_state(rows);
    g_autoptr(Json) json = json_object_new();
    Json *recipients = json_array_new();
    json_set_text(json, "message_id", first->message_id);
    json_set_text(json, "subject", NULL);
    json_set_text(json, "state", delivery_state_name(state));
    json_set_text(json, "reason", outgoing_group_reason(rows));
    json_set(json, "recipients", recipients);
    json_set_bool(json, "filed", first->filed && first->state == OUTBOX_SENT);
    for (guint i = 0; i < rows->len; i++)
        if (!merge_row(json, recipients, g_ptr_array_index(rows, i), error))
            return NULL;
    return json_write(json);
}

static char *
with_subject(char *result, const char *subject)
{
    if (result == NULL || subject == NULL)
        return result;
    g_autofree char *text = result;
    g_autoptr(Json) json = json_read(text, strlen(text), NULL);
    if (json == NULL)
        return g_steal_pointer(&text);
    json_set_text(json, "subject", subject);
    return json_write(json);
}

char *
outgoing_group_result(const GPtrArray *rows, const char *subject,
                      GError **error)
{
    char *result = rows->len == 1
                       ? delivery_result(g_ptr_array_index(rows, 0), error)
                       : merged_result(rows, error);
    return with_subject(result, subject);
}

static gboolean
can_be_tried(const OutboxItem *row)
{
    return row->state == OUTBOX_WAITING || row->state == OUTBOX_FAILED;
}

/* Whatever becomes of one, the others are tried: each is a message. */
static char *
deliver_all(const World *world, const GPtrArray *rows, GError **error)
{
    gint64 first = 0;
    for (guint i = 0; i < rows->len; i++) {
        const OutboxItem *row = g_ptr_array_index(rows, i);
        g_autoptr(GError) why = NULL;
        first = i == 0 ? row->id : first;
        if (!can_be_tried(row))
            continue;
        g_autofree char *result = delivery_run(world, row->id, &why);
        if (result == NULL)
            log_error("outbox-row", why);
    }
    g_autoptr(GPtrArray) after = outgoing_group_load(world, first, error);
    return after != NULL ? outgoing_group_result(after, NULL, error) : NULL;
}

char *
outgoing_group_deliver(const World *world, gint64 id, const char *subject,
                       GError **error)
{
    g_autoptr(GPtrArray) rows = outgoing_group_load(world, id, error);
    if (rows == NULL)
        return NULL;
    if (rows->len == 1)
        return with_subject(delivery_run(world, id, error), subject);
    for (guint i = 0; i < rows->len; i++)
        if (can_be_tried(g_ptr_array_index(rows, i)))
            return with_subject(deliver_all(world, rows, error), subject);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "outbox: the message is not waiting any more");
    return NULL;
}
