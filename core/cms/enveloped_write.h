/*
 * Writes EnvelopedData or, for GCM, AuthEnvelopedData, to any number of
 * certificates: a fresh key and IV each time (SEC-32), the content passed on
 * as it comes. Lengths are definite where the size is told beforehand (DER),
 * indefinite otherwise (BER).
 */
#ifndef SCEAU_CMS_ENVELOPED_WRITE_H
#define SCEAU_CMS_ENVELOPED_WRITE_H

#include "core/pki/cert.h"

typedef enum {
    CIPHER_AES128_CBC,
    CIPHER_AES256_CBC,
    CIPHER_AES128_GCM,
    CIPHER_AES256_GCM,
} Cipher;

/* "aes128-cbc" and so on; FALSE for any other name. */
gboolean cipher_from_name(const char *name, Cipher *out);
/* The smime-type: "enveloped-data" or "authEnveloped-data"; static. */
const char *cipher_smime_type(Cipher cipher);

typedef struct {
    const Cert *cert;
    gboolean oaep; /* for an RSA key, instead of PKCS #1 v1.5 */
} EnvelopeRecipient;

/* Gets what is written, in order; FALSE ends the writing. */
typedef gboolean (*CmsSink)(gpointer user, const guint8 *data, gsize size,
                            GError **error);

typedef struct EnvelopeWriter EnvelopeWriter;

#define ENVELOPE_SIZE_UNKNOWN G_MAXUINT64

/*
 * plain_size: of what will be put in. Nothing is given to sink yet. Of a
 * recipient that cannot be encrypted to APP_ERROR_CERTIFICATE says which
 * (SEC-33); whether a certificate is trusted is the caller's affair.
 */
EnvelopeWriter *envelope_writer_new(Cipher cipher,
                                    const EnvelopeRecipient *recipients,
                                    gsize n, guint64 plain_size, CmsSink sink,
                                    gpointer user, GError **error);
gboolean envelope_writer_update(EnvelopeWriter *writer, const guint8 *data,
                                gsize size, GError **error);
/* APP_ERROR_INTERNAL if more or less than plain_size was put in. */
gboolean envelope_writer_finish(EnvelopeWriter *writer, GError **error);
void envelope_writer_free(EnvelopeWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EnvelopeWriter, envelope_writer_free)

/* Of the whole ContentInfo; not where plain_size is unknown. */
guint64 envelope_writer_size(const EnvelopeWriter *writer);

#endif
