#include "core/cms/enveloped_write.h"
#include "core/base/error.h"
gboolean
cipher_from_name(const char *name, Cipher *out)
{
    return FALSE;
}
const char *
cipher_smime_type(Cipher cipher)
{
    return "enveloped-data";
}
struct EnvelopeWriter {
    int unused;
};
EnvelopeWriter *
envelope_writer_new(Cipher cipher, const EnvelopeRecipient *recipients,
                    gsize n, guint64 plain_size, CmsSink sink, gpointer user,
                    GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                        "envelope: not yet");
    return NULL;
}
gboolean
envelope_writer_update(EnvelopeWriter *writer, const guint8 *data, gsize size,
                       GError **error)
{
    return FALSE;
}
gboolean
envelope_writer_finish(EnvelopeWriter *writer, GError **error)
{
    return FALSE;
}
void
envelope_writer_free(EnvelopeWriter *writer)
{
}
guint64
envelope_writer_size(const EnvelopeWriter *writer)
{
    return 0;
}
