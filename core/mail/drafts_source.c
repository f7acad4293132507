#include "core/mail/drafts_source.h"

#include <string.h>

#include "core/base/secret.h"
#include "core/mail/spooling.h"

#define BLOCK (32 * 1024)

struct DraftSource {
    Entity *entity;
    EntityReader *reader;
    Sealing *sealing; /* NULL: in clear */
    GByteArray *ready;
    gsize at; /* of ready */
    gsize size;
    gboolean ended;
};

static gboolean
take(gpointer user, const guint8 *data, gsize size, GError **error)
{
    g_byte_array_append(user, data, (guint)size);
    return TRUE;
}

static gboolean
begin_sealing(DraftSource *source, const SealingReader *reader,
              GError **error)
{
    g_autoptr(GPtrArray) readers = g_ptr_array_new();
    g_ptr_array_add(readers, (gpointer)(guintptr)reader);
    /* Only this program reads it, and whoever changes it is found out. */
    source->sealing =
        sealing_new(CIPHER_AES256_GCM, readers, entity_size(source->entity),
                    take, source->ready, error);
    return source->sealing != NULL;
}

DraftSource *
draft_source_new(const Draft *draft, const SealingReader *reader,
                 GError **error)
{
    g_autoptr(DraftSource) source = g_new0(DraftSource, 1);
    source->ready = g_byte_array_new();
    source->entity = entity_build(
        draft, reader != NULL ? PROTECT_CIPHER : PROTECT_NONE, error);
    if (source->entity == NULL || !spooling_fits(source->entity, error) ||
        (reader != NULL && !begin_sealing(source, reader, error)))
        return NULL;
    source->reader = entity_reader_new(source->entity);
    g_autofree char *prefix =
        reader != NULL ? message_prefix_encrypted(
                             draft, cipher_smime_type(CIPHER_AES256_GCM))
                       : message_prefix_plain(draft);
    source->size = strlen(prefix) +
                   (reader != NULL ? (gsize)sealing_size(source->sealing)
                                   : entity_size(source->entity));
    take(source->ready, (const guint8 *)prefix, strlen(prefix), NULL);
    return g_steal_pointer(&source);
}

void
draft_source_free(DraftSource *source)
{
    if (source == NULL)
        return;
    sealing_free(source->sealing);
    entity_reader_free(source->reader);
    entity_free(source->entity);
    g_byte_array_unref(source->ready);
    g_free(source);
}

gsize
draft_source_size(const DraftSource *source)
{
    return source->size;
}

/* Puts what comes next in ready. */
static gboolean
refill(DraftSource *source, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK);
    source->at = 0;
    g_byte_array_set_size(source->ready, 0);
    gsize got = entity_reader_read(source->reader, block, BLOCK);
    source->ended = got == 0;
    if (source->sealing == NULL)
        return take(source->ready, block, got, error);
    gboolean good = source->ended
                        ? sealing_finish(source->sealing, error)
                        : sealing_write(source->sealing, block, got, error);
    secret_wipe(block, got);
    return good;
}

gssize
draft_source_read(gpointer user, guint8 *buffer, gsize size, GError **error)
{
    DraftSource *source = user;
    while (source->at == source->ready->len && !source->ended)
        if (!refill(source, error))
            return -1;
    gsize part = MIN(size, source->ready->len - source->at);
    memcpy(buffer, source->ready->data + source->at, part);
    source->at += part;
    return (gssize)part;
}
