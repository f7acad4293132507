#include "core/mail/outgoing_seal.h"

#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/mail/letter_source.h"
#include "core/mail/sealing_plan.h"
#include "core/mail/spooling.h"
#include "core/store/outbox.h"
#include "core/store/spool.h"

#define BLOCK (64 * 1024)

/* A copy that is written and has no row yet. */
typedef struct {
    Letter *letter;
    Spooling *spooling;
} Sealed;

static void
sealed_free(gpointer data)
{
    Sealed *sealed = data;
    letter_free(sealed->letter);
    spooling_free(sealed->spooling);
    g_free(sealed);
}

static gboolean
pump(LetterSource *source, Sealing *sealing, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK);
    gssize got;
    gboolean good = TRUE;
    while (good &&
           (got = letter_source_read(source, block, BLOCK, error)) != 0)
        good = got > 0 && sealing_write(sealing, block, (gsize)got, error);
    secret_wipe(block, BLOCK);
    return good && sealing_finish(sealing, error);
}

static gboolean
seal_content(const World *world, const Keyreq *req, const Letter *letter,
             const SealingCopy *copy, Spooling *spooling, GError **error)
{
    g_autoptr(LetterSource) source =
        letter_source_new(world->db, req->spool, letter, error);
    if (source == NULL)
        return FALSE;
    g_autoptr(Sealing) sealing =
        sealing_new(copy->cipher, copy->readers, letter_source_size(source),
                    spooling_write, spooling, error);
    return sealing != NULL && pump(source, sealing, error) &&
           spooling_rest(spooling, error);
}

/* Nothing in it tells what the message says: no subject either. */
static Letter *
copy_letter(const Letter *letter, const SealingCopy *copy)
{
    Letter *out = letter_new();
    out->message_id = g_strdup(letter->message_id);
    out->from = g_strdup(letter->from);
    out->recipients = g_strdupv(copy->recipients);
    out->prefix = g_strdup(copy->prefix);
    out->suffix = g_strdup("");
    return out;
}

static GPtrArray *
seal_copies(const World *world, const Keyreq *req,
            const OutgoingRequest *request, GError **error)
{
    g_autoptr(GPtrArray) copies = g_ptr_array_new_with_free_func(sealed_free);
    for (guint i = 0; i < request->plan->len; i++) {
        const SealingCopy *copy = g_ptr_array_index(request->plan, i);
        Sealed *sealed = g_new0(Sealed, 1);
        g_ptr_array_add(copies, sealed);
        sealed->letter = copy_letter(request->letter, copy);
        sealed->spooling = spooling_new(world, NULL);
        if (!seal_content(world, req, request->letter, copy, sealed->spooling,
                          error))
            return NULL;
    }
    return g_steal_pointer(&copies);
}

/* The first row is known by the ticket, the others by it and their number;
 * all of them by the message's id. */
static gint64
create_row(const World *world, const Sealed *sealed, guint number,
           const char *ticket, const char *send_key, GError **error)
{
    gint64 spool = spooling_finish(sealed->spooling, sealed->letter, error);
    if (spool == 0)
        return 0;
    g_autofree char *numbered = g_strdup_printf("%s/%u", ticket, number);
    g_autoptr(GBytes) content = letter_write(sealed->letter);
    gint64 id = outbox_create(
        world->db, world->server_key, world->account->id,
        number == 0 ? ticket : numbered, number == 0 ? send_key : NULL,
        sealed->letter->message_id, content, spool, world->now, error);
    if (id != 0 && number > 0 && !outbox_without_copy(world->db, id, error))
        return 0;
    return id;
}

static gint64
create_rows(const World *world, const GPtrArray *copies, const char *ticket,
            const char *send_key, GError **error)
{
    if (!keyreq_remove(world->db, ticket, error))
        return 0;
    gint64 first = 0;
    for (guint i = 0; i < copies->len; i++) {
        gint64 id = create_row(world, g_ptr_array_index(copies, i), i, ticket,
                               send_key, error);
        if (id == 0)
            return 0;
        first = first == 0 ? id : first;
    }
    return first;
}

gint64
outgoing_seal(const World *world, const Keyreq *req,
              const OutgoingRequest *request, const char *ticket,
              GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GPtrArray) copies = seal_copies(world, req, request, error);
    if (copies == NULL || !db_begin(world->db, error))
        return 0;
    gint64 first =
        create_rows(world, copies, ticket, request->letter->send_key, error);
    if (first == 0 || !db_commit(world->db, error)) {
        db_rollback(world->db);
        return 0;
    }
    for (guint i = 0; i < copies->len; i++) {
        const Sealed *sealed = g_ptr_array_index(copies, i);
        spooling_keep(sealed->spooling);
    }
    /* Its key went with the request. */
    if (!spool_wipe(world->db, req->spool, &why))
        log_error("spool-wipe", why);
    return first;
}
