#include "core/mail/outgoing.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/mail/delivery.h"
#include "core/mail/letter.h"
#include "core/mail/outgoing_group.h"

#define RETRY_SECONDS 300

void
outgoing_item_free(OutgoingItem *item)
{
    if (item == NULL)
        return;
    g_free(item->reason);
    g_free(item->message_id);
    g_free(item->subject);
    g_free(item->recipients);
    g_free(item);
}

/* Of a wiped message only the result still names them. */
static char *
recipients_of_result(const char *result)
{
    g_autoptr(Json) json =
        result != NULL ? json_read(result, strlen(result), NULL) : NULL;
    const Json *list =
        json != NULL ? json_get_array(json, "recipients", NULL) : NULL;
    if (list == NULL)
        return NULL;

    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < json_array_length(list); i++) {
        const char *address =
            json_get_text(json_array_item(list, i), "address", NULL);
        if (address == NULL)
            continue;
        if (out->len > 0)
            g_string_append(out, ", ");
        g_string_append(out, address);
    }
    return g_string_free(out, FALSE);
}

/* Adds who is in row to what is told of the whole message. */
static gboolean
add_recipients(OutgoingItem *item, const OutboxItem *row, GError **error)
{
    g_autofree char *more = NULL;
    if (row->content == NULL) {
        more = recipients_of_result(row->result);
    } else {
        g_autoptr(Letter) letter = letter_read(row->content, error);
        if (letter == NULL)
            return FALSE;
        if (item->subject == NULL)
            item->subject = g_strdup(letter->subject);
        more = g_strjoinv(", ", letter->recipients);
    }
    if (more == NULL)
        return TRUE;
    char *all = item->recipients == NULL
                    ? g_strdup(more)
                    : g_strjoin(", ", item->recipients, more, NULL);
    g_free(item->recipients);
    item->recipients = all;
    return TRUE;
}

static OutgoingItem *
describe(const GPtrArray *rows, GError **error)
{
    const OutboxItem *first = g_ptr_array_index(rows, 0);
    OutboxState state = outgoing_group_state(rows);
    OutgoingItem *item = g_new0(OutgoingItem, 1);
    item->id = first->id;
    item->state = delivery_state_name(state);
    item->reason = g_strdup(outgoing_group_reason(rows));
    item->message_id = g_strdup(first->message_id);
    item->created = first->created;
    for (guint i = 0; i < rows->len; i++) {
        if (!add_recipients(item, g_ptr_array_index(rows, i), error)) {
            outgoing_item_free(item);
            return NULL;
        }
    }
    return item;
}

/* rows are the newest first; of one message they follow each other. */
static GPtrArray *
next_group(const GPtrArray *rows, guint *at)
{
    GPtrArray *group = g_ptr_array_new();
    const OutboxItem *one = g_ptr_array_index(rows, *at);
    const char *id = one->message_id;
    for (; *at < rows->len; (*at)++) {
        gpointer row = g_ptr_array_index(rows, *at);
        one = row;
        if (strcmp(one->message_id, id) != 0)
            break;
        g_ptr_array_insert(group, 0, row);
    }
    return group;
}

/* Of a message that some have got, the outbox shows what is left to do. */
static void
keep_unsent(GPtrArray *group)
{
    guint unsent = 0;
    for (guint i = 0; i < group->len; i++) {
        const OutboxItem *row = g_ptr_array_index(group, i);
        unsent += row->state != OUTBOX_SENT;
    }
    for (guint i = group->len; unsent > 0 && i > 0; i--) {
        const OutboxItem *row = g_ptr_array_index(group, i - 1);
        if (row->state == OUTBOX_SENT)
            g_ptr_array_remove_index(group, i - 1);
    }
}

GPtrArray *
outgoing_list(const World *world, GError **error)
{
    if (!outbox_sweep(world->db, world->now, error))
        return NULL;
    g_autoptr(GPtrArray) rows =
        outbox_list(world->db, world->server_key, world->account->id, error);
    if (rows == NULL)
        return NULL;

    g_autoptr(GPtrArray) items =
        g_ptr_array_new_with_free_func((GDestroyNotify)outgoing_item_free);
    guint at = 0;
    while (at < rows->len) {
        g_autoptr(GPtrArray) group = next_group(rows, &at);
        keep_unsent(group);
        OutgoingItem *item = describe(group, error);
        if (item == NULL)
            return NULL;
        g_ptr_array_add(items, item);
    }
    return g_steal_pointer(&items);
}

gint64
outgoing_count(const World *world, GError **error)
{
    return outbox_count_unsent(world->db, world->account->id, error);
}

char *
outgoing_retry(const World *world, gint64 id, GError **error)
{
    return outgoing_group_deliver(world, id, NULL, error);
}

gboolean
outgoing_retry_due(const World *world, GError **error)
{
    gint64 id = 0;
    gint64 before =
        MAX(world->now - RETRY_SECONDS, world->session->created - 1);
    if (!outbox_due(world->db, world->server_key, world->account->id, before,
                    &id, error))
        return FALSE;
    if (id == 0)
        return TRUE;

    g_autoptr(GError) why = NULL;
    g_autofree char *result = delivery_run(world, id, &why);
    /* Another worker took it, or its owner threw it away: as good. */
    if (result != NULL ||
        g_error_matches(why, APP_ERROR, APP_ERROR_CONFLICT) ||
        g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* Of a message that some have got, what is left to send; else all of it. */
static gboolean
discard(const World *world, gint64 id, GError **error)
{
    g_autoptr(GPtrArray) rows = outgoing_group_load(world, id, error);
    if (rows == NULL)
        return FALSE;
    guint sent = 0;
    for (guint i = 0; i < rows->len; i++) {
        const OutboxItem *row = g_ptr_array_index(rows, i);
        sent += row->state == OUTBOX_SENT;
    }
    for (guint i = 0; i < rows->len; i++) {
        const OutboxItem *row = g_ptr_array_index(rows, i);
        if (row->state == OUTBOX_SENT && sent < rows->len)
            continue;
        if (!outbox_delete(world->db, world->account->id, row->id, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
outgoing_discard(const World *world, gint64 id, GError **error)
{
    if (!db_begin(world->db, error))
        return FALSE;
    if (discard(world, id, error) && db_commit(world->db, error))
        return TRUE;
    db_rollback(world->db);
    return FALSE;
}
