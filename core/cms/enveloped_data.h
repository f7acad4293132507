/*
 * EnvelopedData and AuthEnvelopedData (RFC 5652 §6, RFC 5083), DER or BER,
 * read in place and opened with a content key that a browser has unwrapped.
 * No octet of the text is given out before the tag or the padding is checked
 * (SEC-30), and every failure to decrypt says the same (SEC-27).
 */
#ifndef SCEAU_CMS_ENVELOPED_DATA_H
#define SCEAU_CMS_ENVELOPED_DATA_H

#include "core/cms/cipher.h"
#include "core/cms/recipient.h"

#define RECIPIENTS_MAX 1000 /* SEC-04 */

typedef struct {
    const char *cipher; /* "aes256-cbc"; NULL if it is not known */
    gboolean authenticated, weak;
    gsize key_size;        /* of the content key; 0: it is never opened */
    GPtrArray *recipients; /* Recipient */

    /* For enveloped_data_open(). */
    GBytes *der;
    Oid type; /* of the content */
    AlgorithmId algorithm;
    const ContentCipher *how; /* NULL if it is not known */
    gboolean has_content;
    Tlv content;     /* an OCTET STRING under [0], perhaps in pieces */
    gsize size;      /* of all its pieces */
    Span attributes; /* authenticated ones: contents of the SET */
    Span mac;
} EnvelopedData;

/*
 * APP_ERROR_MALFORMED, or APP_ERROR_TOO_COMPLEX beyond RECIPIENTS_MAX. A
 * cipher that we refuse to open is no reason not to say for whom it is.
 * Keeps a reference to der.
 */
EnvelopedData *enveloped_data_read(GBytes *der, GError **error);
void enveloped_data_free(EnvelopedData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EnvelopedData, enveloped_data_free)

/*
 * The whole text, wiped when it is freed. APP_ERROR_REFUSED names a cipher
 * that we do not open; a wrong key, tag or padding is APP_ERROR_MALFORMED,
 * "message: cannot be decrypted", whatever the reason.
 */
GBytes *enveloped_data_open(const EnvelopedData *data, GBytes *content_key,
                            GError **error);
/*
 * The same for who needs the ciphertext no more: frees data, and where nobody
 * else holds its der decrypts in that memory instead of copying.
 */
GBytes *enveloped_data_take(EnvelopedData *data, GBytes *content_key,
                            GError **error);

/* Lower hex SHA-256 of the encrypted content and everything that decides what
 * it decrypts to: algorithm, IV, attributes, tag (SEC-29). */
char *enveloped_data_content_hash(const EnvelopedData *data);

#endif
