#include "core/mail/sealing.h"

#include <string.h>

#include "core/mime/base64.h"

#define LINES 800 /* given to the sink at once: 62 KiB */

struct Sealing {
    EnvelopeWriter *writer;
    ByteSink sink;
    gpointer user;
    guint8 *bytes; /* that wait to fill lines */
    gsize waiting;
    GString *text;
};

SealingReader *
sealing_reader_new(Cert *cert, gboolean oaep)
{
    SealingReader *reader = g_new0(SealingReader, 1);
    reader->cert = cert_ref(cert);
    reader->oaep = oaep;
    return reader;
}

void
sealing_reader_free(SealingReader *reader)
{
    if (reader == NULL)
        return;
    cert_unref(reader->cert);
    g_free(reader);
}

GPtrArray *
sealing_readers_new(void)
{
    return g_ptr_array_new_with_free_func(
        (GDestroyNotify)sealing_reader_free);
}

void
sealing_readers_add(GPtrArray *readers, Cert *cert, gboolean oaep)
{
    for (guint i = 0; i < readers->len; i++) {
        const SealingReader *other = g_ptr_array_index(readers, i);
        if (strcmp(cert_fingerprint(other->cert), cert_fingerprint(cert)) ==
            0)
            return;
    }
    g_ptr_array_add(readers, sealing_reader_new(cert, oaep));
}

static gboolean
give_lines(Sealing *sealing, GError **error)
{
    g_string_truncate(sealing->text, 0);
    base64_append_lines(sealing->text, sealing->bytes, sealing->waiting);
    sealing->waiting = 0;
    return sealing->text->len == 0 ||
           sealing->sink(sealing->user, (const guint8 *)sealing->text->str,
                         sealing->text->len, error);
}

static gboolean
take_envelope(gpointer user, const guint8 *data, gsize size, GError **error)
{
    Sealing *sealing = user;
    const gsize full = (gsize)LINES * BASE64_LINE_BYTES;
    while (size > 0) {
        gsize part = MIN(size, full - sealing->waiting);
        memcpy(sealing->bytes + sealing->waiting, data, part);
        sealing->waiting += part;
        data += part;
        size -= part;
        if (sealing->waiting == full && !give_lines(sealing, error))
            return FALSE;
    }
    return TRUE;
}

Sealing *
sealing_new(Cipher cipher, const GPtrArray *readers, guint64 plain_size,
            ByteSink sink, gpointer user, GError **error)
{
    g_autofree EnvelopeRecipient *recipients =
        g_new0(EnvelopeRecipient, readers->len);
    for (guint i = 0; i < readers->len; i++) {
        const SealingReader *reader = g_ptr_array_index(readers, i);
        recipients[i] = (EnvelopeRecipient){reader->cert, reader->oaep};
    }
    g_autoptr(Sealing) sealing = g_new0(Sealing, 1);
    sealing->sink = sink;
    sealing->user = user;
    sealing->bytes = g_malloc((gsize)LINES * BASE64_LINE_BYTES);
    sealing->text = g_string_sized_new((gsize)LINES * BASE64_LINE_SIZE + 1);
    sealing->writer =
        envelope_writer_new(cipher, recipients, readers->len, plain_size,
                            take_envelope, sealing, error);
    if (sealing->writer == NULL)
        return NULL;
    return g_steal_pointer(&sealing);
}

guint64
sealing_size(const Sealing *sealing)
{
    return base64_lines_size((gsize)envelope_writer_size(sealing->writer));
}

gboolean
sealing_write(gpointer user, const guint8 *data, gsize size, GError **error)
{
    Sealing *sealing = user;
    return envelope_writer_update(sealing->writer, data, size, error);
}

gboolean
sealing_finish(Sealing *sealing, GError **error)
{
    return envelope_writer_finish(sealing->writer, error) &&
           give_lines(sealing, error);
}

void
sealing_free(Sealing *sealing)
{
    if (sealing == NULL)
        return;
    envelope_writer_free(sealing->writer);
    g_string_free(sealing->text, TRUE);
    g_free(sealing->bytes);
    g_free(sealing);
}
