/*
 * One envelope as the body of a message: what goes in is encrypted to its
 * readers and comes out as base64 lines, piece by piece.
 */
#ifndef SCEAU_MAIL_SEALING_H
#define SCEAU_MAIL_SEALING_H

#include "core/cms/enveloped_write.h"
#include "core/mime/entity.h"

typedef struct {
    Cert *cert;
    gboolean oaep;
} SealingReader;

SealingReader *sealing_reader_new(Cert *cert, gboolean oaep); /* refs cert */
void sealing_reader_free(SealingReader *reader);

/* SealingReader; one person may be reached by several addresses, and is added
 * once. */
GPtrArray *sealing_readers_new(void);
void sealing_readers_add(GPtrArray *readers, Cert *cert, gboolean oaep);

typedef struct Sealing Sealing;

/* readers: SealingReader, none of them twice. plain_size: of all that will
 * be put in. */
Sealing *sealing_new(Cipher cipher, const GPtrArray *readers,
                     guint64 plain_size, ByteSink sink, gpointer user,
                     GError **error);
/* Of all that sink will get. */
guint64 sealing_size(const Sealing *sealing);
/* A ByteSink: user is the Sealing. */
gboolean sealing_write(gpointer user, const guint8 *data, gsize size,
                       GError **error);
gboolean sealing_finish(Sealing *sealing, GError **error);
void sealing_free(Sealing *sealing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sealing, sealing_free)

#endif
