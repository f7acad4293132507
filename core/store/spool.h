/*
 * Large content that waits: chunks of 256 KiB, each sealed under a data key
 * of its own spool. The key is given to the caller, who keeps it sealed in
 * the row that owns the spool: under the ticket while a key request is open,
 * under the server key once it is in the outbox. Content never moves in
 * between.
 */
#ifndef SCEAU_STORE_SPOOL_H
#define SCEAU_STORE_SPOOL_H

#include "core/store/db.h"

typedef struct SpoolWriter SpoolWriter;
typedef struct SpoolReader SpoolReader;

/* Inside a transaction of the caller, as is every writing: it may be another
 * one each time. *key: the new data key. */
SpoolWriter *spool_create(Db *db, gint64 now, GBytes **key, GError **error);
gboolean spool_write(SpoolWriter *writer, const guint8 *data, gsize size,
                     GError **error);
gint64 spool_writer_id(const SpoolWriter *writer);
/* Returns the spool's id (> 0) or 0 with error; frees the writer. */
gint64 spool_finish(SpoolWriter *writer, GError **error);
void spool_abandon(SpoolWriter *writer);

SpoolReader *spool_open(Db *db, gint64 id, GBytes *key, GError **error);
/* At most size bytes; 0 at the end; -1 with error. */
gssize spool_read(SpoolReader *reader, guint8 *buffer, gsize size,
                  GError **error);
void spool_reader_free(SpoolReader *reader);
gboolean spool_delete(Db *db, gint64 id, GError **error);
/* The same outside of any transaction, in several short ones, so that nobody
 * waits long; for what no row owns any more. */
gboolean spool_wipe(Db *db, gint64 id, GError **error);
#endif
