#include "core/mail/spooling.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/store/spool.h"

/* One short transaction's worth: 20 ms or so of the database's write lock. */
#define BATCH (1024 * 1024)

/* DESIGN §6, header and signature aside. */
#define MAX_ENTITY (36 * 1024 * 1024 - 256 * 1024)

struct Spooling {
    const World *world;
    DigestStream *digest;
    GByteArray *batch;
    SpoolWriter *writer; /* NULL until something is written */
    GBytes *key;
    gint64 id;   /* 0: nothing is in the database yet */
    gint64 size; /* of all that was written */
    gboolean kept;
};

gboolean
spooling_fits(const Entity *entity, GError **error)
{
    if (entity_size(entity) <= MAX_ENTITY)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                        "message: larger than 36 MiB");
    return FALSE;
}

Spooling *
spooling_new(const World *world, DigestStream *digest)
{
    Spooling *spooling = g_new0(Spooling, 1);
    spooling->world = world;
    spooling->digest = digest;
    /* Of its full size at once: what grows leaves copies behind. */
    spooling->batch = g_byte_array_sized_new(BATCH);
    return spooling;
}

static void
forget_batch(Spooling *spooling)
{
    secret_wipe(spooling->batch->data, spooling->batch->len);
    g_byte_array_set_size(spooling->batch, 0);
}

/* Inside a transaction. */
static gboolean
write_batch(Spooling *spooling, GError **error)
{
    const World *world = spooling->world;
    if (spooling->writer == NULL)
        spooling->writer =
            spool_create(world->db, world->now, &spooling->key, error);
    if (spooling->writer == NULL)
        return FALSE;
    gboolean written = spool_write(spooling->writer, spooling->batch->data,
                                   spooling->batch->len, error);
    forget_batch(spooling);
    return written;
}

static gboolean
write_batch_at_once(Spooling *spooling, GError **error)
{
    Db *db = spooling->world->db;
    if (!db_begin(db, error))
        return FALSE;
    if (write_batch(spooling, error) && db_commit(db, error)) {
        spooling->id = spool_writer_id(spooling->writer);
        return TRUE;
    }
    db_rollback(db);
    return FALSE;
}

gboolean
spooling_write(gpointer user, const guint8 *data, gsize size, GError **error)
{
    Spooling *spooling = user;
    if (spooling->digest != NULL)
        digest_stream_add(spooling->digest, data, size);
    spooling->size += (gint64)size;
    while (size > 0) {
        gsize part = MIN(size, BATCH - spooling->batch->len);
        g_byte_array_append(spooling->batch, data, (guint)part);
        if (spooling->batch->len == BATCH &&
            !write_batch_at_once(spooling, error))
            return FALSE;
        data += part;
        size -= part;
    }
    return TRUE;
}

gboolean
spooling_entity(Spooling *spooling, const Entity *entity, GError **error)
{
    return entity_write(entity, spooling_write, spooling, error);
}

gboolean
spooling_rest(Spooling *spooling, GError **error)
{
    if (spooling->id == 0)
        return TRUE;
    if (!write_batch_at_once(spooling, error))
        return FALSE;
    g_byte_array_unref(spooling->batch);
    spooling->batch = g_byte_array_new();
    return TRUE;
}

gint64
spooling_finish(Spooling *spooling, Letter *letter, GError **error)
{
    if (!write_batch(spooling, error))
        return 0;
    letter->entity_size = spooling->size;
    letter->spool_key = g_bytes_ref(spooling->key);
    return spool_finish(g_steal_pointer(&spooling->writer), error);
}

void
spooling_keep(Spooling *spooling)
{
    spooling->kept = TRUE;
}

void
spooling_free(Spooling *spooling)
{
    if (spooling == NULL)
        return;
    g_autoptr(GError) why = NULL;
    spool_abandon(spooling->writer);
    if (!spooling->kept && spooling->id != 0 &&
        !spool_wipe(spooling->world->db, spooling->id, &why))
        log_error("spool-orphan", why);
    forget_batch(spooling);
    g_byte_array_unref(spooling->batch);
    g_clear_pointer(&spooling->key, g_bytes_unref);
    g_free(spooling);
}
