#include "core/mail/outgoing.h"

#include "core/base/error.h"
#include "core/mail/delivery.h"
#include "core/mail/form.h"
#include "core/mail/giving.h"
#include "core/mail/letter.h"
#include "core/mail/outgoing_group.h"
#include "core/mail/protection.h"
#include "core/mail/spooling.h"
#include "core/mime/entity.h"
#include "core/store/outbox.h"

char *
outgoing_result(const World *world, const char *key, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(OutboxItem) item = outbox_find(world->db, world->server_key,
                                             world->account->id, key, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    if (item == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "no message was sent with this key");
        return NULL;
    }
    g_autoptr(GPtrArray) rows =
        outbox_group(world->db, world->server_key, world->account->id,
                     item->message_id, error);
    return rows != NULL ? outgoing_group_result(rows, NULL, error) : NULL;
}

static gboolean
is_no_result(const GError *error)
{
    return error == NULL ||
           g_error_matches(error, APP_ERROR, APP_ERROR_NOT_FOUND);
}

/* The letter of a plain message, without its entity. */
static Letter *
plain_letter(const Draft *draft)
{
    Letter *letter = letter_new();
    letter->message_id = g_strdup(draft->message_id);
    letter->from = g_strdup(draft->from->address);
    letter->recipients = draft_recipients(draft);
    letter->subject = g_strdup(draft->subject);
    letter->prefix = message_prefix_plain(draft);
    letter->suffix = g_strdup("");
    return letter;
}

static gint64
create_row(const World *world, Spooling *spooling, Letter *letter,
           const char *send_key, GError **error)
{
    gint64 spool = spooling_finish(spooling, letter, error);
    if (spool == 0)
        return 0;
    g_autoptr(GBytes) content = letter_write(letter);
    return outbox_create(world->db, world->server_key, world->account->id,
                         send_key, send_key, letter->message_id, content,
                         spool, world->now, error);
}

static gint64
post_plain(const World *world, const Draft *draft, const char *send_key,
           GError **error)
{
    g_autoptr(Entity) entity = entity_build(draft, PROTECT_NONE, error);
    if (entity == NULL || !spooling_fits(entity, error))
        return 0;
    g_autoptr(Letter) letter = plain_letter(draft);
    g_autoptr(Spooling) spooling = spooling_new(world, NULL);
    if (!spooling_entity(spooling, entity, error) ||
        !db_begin(world->db, error))
        return 0;
    gint64 id = create_row(world, spooling, letter, send_key, error);
    if (id != 0 && db_commit(world->db, error)) {
        spooling_keep(spooling);
        return id;
    }
    db_rollback(world->db);
    return 0;
}

static gboolean
may_leave_plain(const World *world, const Draft *draft, GError **error)
{
    g_auto(GStrv) recipients = draft_recipients(draft);
    return protection_check(world, PROTECTION_NONE,
                            (const char *const *)recipients, error);
}

char *
outgoing_send(const World *world, const ComposeForm *form, GError **error)
{
    if (form->send_key == NULL || *form->send_key == '\0') {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "form has no send key");
        return NULL;
    }
    g_autoptr(GError) why = NULL;
    char *stored = outgoing_result(world, form->send_key, &why);
    if (!is_no_result(why)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    if (stored != NULL)
        return stored;
    g_clear_error(&why);

    g_autoptr(Draft) draft = form_draft(world, form, error);
    if (draft == NULL || !may_leave_plain(world, draft, error))
        return NULL;
    gint64 id = post_plain(world, draft, form->send_key, &why);
    if (id != 0) {
        g_auto(GStrv) recipients = draft_recipients(draft);
        protection_sent(world, PROTECTION_NONE);
        giving_sent(world, (const char *const *)recipients, NULL);
        return delivery_run(world, id, error);
    }
    /* The same form came twice at once, and the other was first. */
    if (g_error_matches(why, APP_ERROR, APP_ERROR_CONFLICT))
        return outgoing_result(world, form->send_key, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}
