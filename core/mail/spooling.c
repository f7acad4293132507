#include "core/mail/spooling.h"

#include "core/store/spool.h"

typedef struct {
    SpoolWriter *writer;
    GChecksum *digest;
    gint64 size;
} Target;

static gboolean
take(gpointer user, const guint8 *data, gsize size, GError **error)
{
    Target *target = user;
    if (target->digest != NULL)
        g_checksum_update(target->digest, data, (gssize)size);
    target->size += (gint64)size;
    return spool_write(target->writer, data, size, error);
}

gint64
spooling_write(const World *world, const Entity *entity, Letter *letter,
               GChecksum *digest, GError **error)
{
    g_autoptr(GBytes) key = NULL;
    Target target = {NULL, digest, 0};
    target.writer = spool_create(world->db, world->now, &key, error);
    if (target.writer == NULL)
        return 0;
    if (!entity_write(entity, take, &target, error)) {
        spool_abandon(target.writer);
        return 0;
    }
    letter->entity_size = target.size;
    letter->spool_key = g_steal_pointer(&key);
    return spool_finish(target.writer, error);
}
