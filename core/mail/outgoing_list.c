#include "core/mail/outgoing.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/mail/delivery.h"
#include "core/mail/letter.h"
#include "core/store/outbox.h"

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

static OutgoingItem *
describe(const OutboxItem *row, GError **error)
{
    OutgoingItem *item = g_new0(OutgoingItem, 1);
    item->id = row->id;
    item->state = delivery_state_name(row->state);
    item->reason = g_strdup(row->reason);
    item->message_id = g_strdup(row->message_id);
    item->created = row->created;
    if (row->content == NULL) {
        item->recipients = recipients_of_result(row->result);
        return item;
    }
    g_autoptr(Letter) letter = letter_read(row->content, error);
    if (letter == NULL) {
        outgoing_item_free(item);
        return NULL;
    }
    item->subject = g_strdup(letter->subject);
    item->recipients = g_strjoinv(", ", letter->recipients);
    return item;
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
    for (guint i = 0; i < rows->len; i++) {
        OutgoingItem *item = describe(g_ptr_array_index(rows, i), error);
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
    return delivery_run(world, id, error);
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

gboolean
outgoing_discard(const World *world, gint64 id, GError **error)
{
    if (!db_begin(world->db, error))
        return FALSE;
    if (outbox_delete(world->db, world->account->id, id, error) &&
        db_commit(world->db, error))
        return TRUE;
    db_rollback(world->db);
    return FALSE;
}
