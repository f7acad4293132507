#include "core/mail/letter_source.h"

#include <string.h>

#include "core/store/spool.h"

typedef enum { STAGE_PREFIX, STAGE_ENTITY, STAGE_SUFFIX, STAGE_END } Stage;

struct LetterSource {
    const Letter *letter;
    SpoolReader *reader;
    Stage stage;
    const char *text; /* what is left of prefix or suffix */
};

LetterSource *
letter_source_new(Db *db, gint64 spool, const Letter *letter, GError **error)
{
    SpoolReader *reader = spool_open(db, spool, letter->spool_key, error);
    if (reader == NULL)
        return NULL;
    LetterSource *source = g_new0(LetterSource, 1);
    source->letter = letter;
    source->reader = reader;
    source->text = letter->prefix;
    return source;
}

void
letter_source_free(LetterSource *source)
{
    if (source == NULL)
        return;
    spool_reader_free(source->reader);
    g_free(source);
}

gsize
letter_source_size(const LetterSource *source)
{
    return strlen(source->letter->prefix) +
           (gsize)source->letter->entity_size +
           strlen(source->letter->suffix);
}

static gssize
read_text(LetterSource *source, guint8 *buffer, gsize size)
{
    gsize part = MIN(size, strlen(source->text));
    memcpy(buffer, source->text, part);
    source->text += part;
    return (gssize)part;
}

gssize
letter_source_read(gpointer user, guint8 *buffer, gsize size, GError **error)
{
    LetterSource *source = user;
    gssize got = 0;
    while (got == 0 && source->stage != STAGE_END) {
        if (source->stage == STAGE_ENTITY)
            got = spool_read(source->reader, buffer, size, error);
        else
            got = read_text(source, buffer, size);
        if (got == 0) {
            source->stage++;
            source->text = source->letter->suffix;
        }
    }
    return got;
}
