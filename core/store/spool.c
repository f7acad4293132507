#include "core/store/spool.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"

#define CHUNK_SIZE (256 * 1024)

static const char create_sql[] = "INSERT INTO spool (created) VALUES ($1)";
static const char chunk_sql[] =
    "INSERT INTO spool_chunk (spool, number, data) VALUES ($1, $2, $3)";
static const char finish_sql[] = "UPDATE spool SET chunks = $2 WHERE id = $1";
static const char open_sql[] = "SELECT chunks FROM spool WHERE id = $1";
static const char read_sql[] =
    "SELECT data FROM spool_chunk WHERE spool = $1 AND number = $2";
static const char delete_sql[] = "DELETE FROM spool WHERE id = $1";

/* A megabyte at a time. */
static const char wipe_sql[] =
    "DELETE FROM spool_chunk WHERE rowid IN"
    " (SELECT rowid FROM spool_chunk WHERE spool = $1 LIMIT 4)";

struct SpoolWriter {
    Db *db;
    Stmt *insert;
    GBytes *key;
    gint64 id;
    gint64 number;
    GByteArray *chunk;
};

struct SpoolReader {
    Stmt *select;
    GBytes *key;
    gint64 id;
    gint64 number, chunks;
    GBytes *chunk;
    gsize used;
};

/* Order and end are part of every seal: chunks cannot be moved, swapped
 * between spools or cut off. */
static char *
chunk_context(gint64 id, gint64 number, gboolean last)
{
    return g_strdup_printf("spool %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                           " %s",
                           id, number, last ? "last" : "more");
}

static gboolean
insert_spool(Db *db, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, now);
    return stmt_run(st, error);
}

SpoolWriter *
spool_create(Db *db, gint64 now, GBytes **key, GError **error)
{
    if (!insert_spool(db, now, error))
        return NULL;
    gint64 id = db_last_id(db);
    Stmt *insert = db_prepare(db, chunk_sql, error);
    if (insert == NULL)
        return NULL;

    guint8 raw[SECRET_KEY_SIZE];
    secret_random(raw, sizeof raw);
    SpoolWriter *writer = g_new0(SpoolWriter, 1);
    writer->db = db;
    writer->insert = insert;
    writer->id = id;
    writer->key = secret_bytes_new(raw, sizeof raw);
    writer->chunk = g_byte_array_sized_new(CHUNK_SIZE);
    secret_wipe(raw, sizeof raw);
    *key = g_bytes_ref(writer->key);
    return writer;
}

static gboolean
write_chunk(SpoolWriter *writer, gboolean last, GError **error)
{
    g_autofree char *context =
        chunk_context(writer->id, writer->number, last);
    g_autoptr(GBytes) plain =
        g_bytes_new_static(writer->chunk->data, writer->chunk->len);
    g_autoptr(GBytes) sealed = secret_seal(writer->key, context, plain);

    stmt_reset(writer->insert);
    stmt_bind_int(writer->insert, 1, writer->id);
    stmt_bind_int(writer->insert, 2, writer->number);
    stmt_bind_bytes(writer->insert, 3, sealed);
    gboolean ok = stmt_run(writer->insert, error);
    stmt_reset(writer->insert);

    writer->number++;
    secret_wipe(writer->chunk->data, writer->chunk->len);
    g_byte_array_set_size(writer->chunk, 0);
    return ok;
}

gboolean
spool_write(SpoolWriter *writer, const guint8 *data, gsize size,
            GError **error)
{
    while (size > 0) {
        /* Only when more follows: the last chunk is sealed as the last. */
        if (writer->chunk->len == CHUNK_SIZE &&
            !write_chunk(writer, FALSE, error))
            return FALSE;
        gsize part = MIN(size, CHUNK_SIZE - writer->chunk->len);
        g_byte_array_append(writer->chunk, data, (guint)part);
        data += part;
        size -= part;
    }
    return TRUE;
}

gint64
spool_writer_id(const SpoolWriter *writer)
{
    return writer->id;
}

static gboolean
save_count(const SpoolWriter *writer, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(writer->db, finish_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, writer->id);
    stmt_bind_int(st, 2, writer->number);
    return stmt_run(st, error);
}

gint64
spool_finish(SpoolWriter *writer, GError **error)
{
    gint64 id = writer->id;
    if (!write_chunk(writer, TRUE, error) || !save_count(writer, error))
        id = 0;
    spool_abandon(writer);
    return id;
}

void
spool_abandon(SpoolWriter *writer)
{
    if (writer == NULL)
        return;
    stmt_free(writer->insert);
    secret_wipe(writer->chunk->data, writer->chunk->len);
    g_byte_array_unref(writer->chunk);
    g_bytes_unref(writer->key);
    g_free(writer);
}

SpoolReader *
spool_open(Db *db, gint64 id, GBytes *key, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, open_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, id);
    if (!stmt_need_row(st, "waiting content", error))
        return NULL;

    Stmt *select = db_prepare(db, read_sql, error);
    if (select == NULL)
        return NULL;
    SpoolReader *reader = g_new0(SpoolReader, 1);
    reader->select = select;
    reader->key = g_bytes_ref(key);
    reader->id = id;
    reader->chunks = stmt_int(st, 0);
    return reader;
}

/* No statement is left open in between: the reader may be waiting for a slow
 * server, and the database must not wait with it. */
static gboolean
next_chunk(SpoolReader *reader, GError **error)
{
    g_clear_pointer(&reader->chunk, g_bytes_unref);
    reader->used = 0;

    stmt_bind_int(reader->select, 1, reader->id);
    stmt_bind_int(reader->select, 2, reader->number);
    g_autoptr(GBytes) sealed = NULL;
    if (stmt_need_row(reader->select, "part of waiting content", error))
        sealed = stmt_bytes(reader->select, 0);
    stmt_reset(reader->select);
    if (sealed == NULL)
        return FALSE;

    g_autofree char *context = chunk_context(
        reader->id, reader->number, reader->number + 1 == reader->chunks);
    reader->chunk = secret_open(reader->key, context, sealed, error);
    reader->number++;
    return reader->chunk != NULL;
}

gssize
spool_read(SpoolReader *reader, guint8 *buffer, gsize size, GError **error)
{
    if (reader->chunk == NULL && !next_chunk(reader, error))
        return -1;
    while (reader->used == g_bytes_get_size(reader->chunk)) {
        if (reader->number == reader->chunks)
            return 0;
        if (!next_chunk(reader, error))
            return -1;
    }

    gsize have;
    const guint8 *data = g_bytes_get_data(reader->chunk, &have);
    gsize part = MIN(size, have - reader->used);
    memcpy(buffer, data + reader->used, part);
    reader->used += part;
    return (gssize)part;
}

void
spool_reader_free(SpoolReader *reader)
{
    if (reader == NULL)
        return;
    stmt_free(reader->select);
    g_bytes_unref(reader->key);
    g_clear_pointer(&reader->chunk, g_bytes_unref);
    g_free(reader);
}

gboolean
spool_delete(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, delete_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    return stmt_run(st, error);
}

gboolean
spool_wipe(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, wipe_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    do {
        if (!stmt_run(st, error))
            return FALSE;
        stmt_reset(st);
    } while (db_changes(db) > 0);
    return spool_delete(db, id, error);
}
