#include "core/cms/enveloped_write.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/cms/enveloped_data.h"
#include "core/cms/recipient_write.h"

#define RUN (64 * 1024) /* encrypted at a time; a multiple of every block */
#define SEGMENT_HEADER 5
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define BLOCK_MAX 16

static const struct {
    const char *name;
    Oid oid;
} rows[] = {
    [CIPHER_AES128_CBC] = {"aes128-cbc", OID_AES128_CBC},
    [CIPHER_AES256_CBC] = {"aes256-cbc", OID_AES256_CBC},
    [CIPHER_AES128_GCM] = {"aes128-gcm", OID_AES128_GCM},
    [CIPHER_AES256_GCM] = {"aes256-gcm", OID_AES256_GCM},
};

gboolean
cipher_from_name(const char *name, Cipher *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!g_str_equal(rows[i].name, name))
            continue;
        *out = (Cipher)i;
        return TRUE;
    }
    return FALSE;
}

const char *
cipher_smime_type(Cipher cipher)
{
    return content_cipher_find(rows[cipher].oid)->authenticated
               ? "authEnveloped-data"
               : "enveloped-data";
}

struct EnvelopeWriter {
    const ContentCipher *how;
    guint64 plain_size, seen;
    guint64 size; /* of all that is written */
    DerWriter *head;
    gboolean begun; /* head has been given to the sink */
    gnutls_cipher_hd_t cipher;
    CmsSink sink;
    gpointer user;
    gsize used; /* of text that waits to be encrypted */
    guint8 buffer[SEGMENT_HEADER + RUN + BLOCK_MAX];
};

static gboolean
is_indefinite(const EnvelopeWriter *writer)
{
    return writer->plain_size == ENVELOPE_SIZE_UNKNOWN;
}

static gboolean
put_recipients(DerWriter *der, const EnvelopeRecipient *recipients, gsize n,
               Span key, GError **error)
{
    guint mark = der->len;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < n; i++) {
        const char *print = cert_fingerprint(recipients[i].cert);
        if (g_hash_table_add(seen, (gpointer)(gsize)print) &&
            !recipient_put(der, &recipients[i], key, error))
            return FALSE;
    }
    der_sort(der, mark);
    der_wrap(der, mark, TLV_SET);
    return TRUE;
}

/* RFC 5652 §6.1: 0 where all recipients are named by issuer and serial number
 * and none agrees on a key; RFC 5083 §2.1: always 0. */
static guint8
version_for(const ContentCipher *how, const EnvelopeRecipient *recipients,
            gsize n)
{
    for (gsize i = 0; !how->authenticated && i < n; i++)
        if (recipient_agrees(&recipients[i]))
            return 2;
    return 0;
}

static void
put_cipher(DerWriter *der, const ContentCipher *how, Span iv)
{
    guint mark = der->len;
    der_put(der, TLV_OID, oid_body(how->oid));
    guint params = der->len;
    der_put(der, TLV_OCTETS, iv);
    if (how->authenticated) {
        der_put_int(der, TAG_SIZE);
        der_wrap(der, params, TLV_SEQUENCE);
    }
    der_wrap(der, mark, TLV_SEQUENCE);
}

/*
 * From the first octet to where the encrypted content begins. content is how
 * long it will be, tail what comes after it: both are in the lengths.
 */
static void
wrap_head(EnvelopeWriter *writer, guint inner, guint outer, guint64 content)
{
    DerWriter *der = writer->head;
    gboolean indefinite = is_indefinite(writer);
    guint64 tail = writer->how->authenticated ? 2 + TAG_SIZE : 0;
    guint64 all = indefinite ? DER_INDEFINITE : content + tail;
    der_wrap_ahead(der, der->len, indefinite ? TLV_EXPLICIT : TLV_CONTEXT,
                   content);
    der_wrap_ahead(der, inner, TLV_SEQUENCE, content);
    der_wrap_ahead(der, outer, TLV_SEQUENCE, all);
    der_wrap_ahead(der, outer, TLV_EXPLICIT, all);
    der_wrap_ahead(der, 0, TLV_SEQUENCE, all);
    writer->size = der->len + content + tail;
}

static guint64
content_size(const EnvelopeWriter *writer)
{
    guint64 block = writer->how->block_size;
    if (is_indefinite(writer))
        return DER_INDEFINITE;
    if (writer->how->authenticated)
        return writer->plain_size;
    return (writer->plain_size / block + 1) * block;
}

static gboolean
build_head(EnvelopeWriter *writer, const EnvelopeRecipient *recipients,
           gsize n, Span key, Span iv, GError **error)
{
    DerWriter *der = writer->head;
    der_put(der, TLV_OID,
            oid_body(writer->how->authenticated ? OID_AUTH_ENVELOPED_DATA
                                                : OID_ENVELOPED_DATA));
    guint outer = der->len;
    der_put_int(der, version_for(writer->how, recipients, n));
    if (!put_recipients(der, recipients, n, key, error))
        return FALSE;
    guint inner = der->len;
    der_put(der, TLV_OID, oid_body(OID_DATA));
    put_cipher(der, writer->how, iv);
    wrap_head(writer, inner, outer, content_size(writer));
    return TRUE;
}

static gnutls_datum_t
datum(Span span)
{
    return (gnutls_datum_t){(guint8 *)(gsize)span.data, (guint)span.size};
}

/* The key lives from here to the end of the call, and in the cipher. */
static gboolean
begin(EnvelopeWriter *writer, const EnvelopeRecipient *recipients, gsize n,
      GError **error)
{
    guint8 key[KEY_SIZE_MAX], iv[BLOCK_MAX];
    Span key_span = {key, writer->how->key_size};
    Span iv_span = {iv, writer->how->authenticated ? NONCE_SIZE
                                                   : writer->how->block_size};
    secret_random(key, sizeof key);
    secret_random(iv, sizeof iv);
    gnutls_datum_t key_datum = datum(key_span), iv_datum = datum(iv_span);
    int made = gnutls_cipher_init(&writer->cipher, writer->how->gnutls,
                                  &key_datum, &iv_datum);
    g_assert(made >= 0);
    gboolean good =
        build_head(writer, recipients, n, key_span, iv_span, error);
    secret_wipe(key, sizeof key);
    return good;
}

static gboolean
number_is_sound(gsize n, GError **error)
{
    if (n == 0)
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "message: nobody to encrypt it to");
    else if (n > RECIPIENTS_MAX)
        g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                    "message: more than %d recipients", RECIPIENTS_MAX);
    return n > 0 && n <= RECIPIENTS_MAX;
}

EnvelopeWriter *
envelope_writer_new(Cipher cipher, const EnvelopeRecipient *recipients,
                    gsize n, guint64 plain_size, CmsSink sink, gpointer user,
                    GError **error)
{
    if (!number_is_sound(n, error))
        return NULL;
    g_autoptr(EnvelopeWriter) writer = g_new0(EnvelopeWriter, 1);
    writer->how = content_cipher_find(rows[cipher].oid);
    writer->plain_size = plain_size;
    writer->head = der_new();
    writer->sink = sink;
    writer->user = user;
    if (!begin(writer, recipients, n, error))
        return NULL;
    return g_steal_pointer(&writer);
}

guint64
envelope_writer_size(const EnvelopeWriter *writer)
{
    g_assert(!is_indefinite(writer));
    return writer->size;
}

void
envelope_writer_free(EnvelopeWriter *writer)
{
    if (writer == NULL)
        return;
    if (writer->cipher != NULL)
        gnutls_cipher_deinit(writer->cipher);
    g_byte_array_unref(writer->head);
    secret_wipe(writer->buffer, sizeof writer->buffer);
    g_free(writer);
}

static gboolean
emit_head(EnvelopeWriter *writer, GError **error)
{
    if (writer->begun)
        return TRUE;
    writer->begun = TRUE;
    return writer->sink(writer->user, writer->head->data, writer->head->len,
                        error);
}

/* size octets after the room for a header; where the length of the whole is
 * not known each run is an OCTET STRING of its own. */
static gboolean
emit_run(EnvelopeWriter *writer, gsize size, GError **error)
{
    guint8 *run = writer->buffer;
    if (size == 0)
        return TRUE;
    if (!is_indefinite(writer))
        return writer->sink(writer->user, run + SEGMENT_HEADER, size, error);
    const guint8 header[SEGMENT_HEADER] = {TLV_OCTETS, 0x83,
                                           (guint8)(size >> 16),
                                           (guint8)(size >> 8), (guint8)size};
    memcpy(run, header, sizeof header);
    return writer->sink(writer->user, run, SEGMENT_HEADER + size, error);
}

/* From text, which may be the buffer itself, through the buffer. */
static gboolean
encrypt_run(EnvelopeWriter *writer, const guint8 *text, gsize size,
            GError **error)
{
    guint8 *out = writer->buffer + SEGMENT_HEADER;
    if (size > 0 &&
        gnutls_cipher_encrypt2(writer->cipher, text, size, out, size) < 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                            "message: cannot be encrypted");
        return FALSE;
    }
    return emit_head(writer, error) && emit_run(writer, size, error);
}

gboolean
envelope_writer_update(EnvelopeWriter *writer, const guint8 *data, gsize size,
                       GError **error)
{
    guint8 *waiting = writer->buffer + SEGMENT_HEADER;
    writer->seen += size;
    while (size > 0) {
        gsize run = MIN(size, RUN - writer->used);
        const guint8 *text = data;
        if (run < RUN) {
            memcpy(waiting + writer->used, data, run);
            text = waiting;
        }
        writer->used += run;
        data += run;
        size -= run;
        if (writer->used < RUN)
            continue;
        writer->used = 0;
        if (!encrypt_run(writer, text, RUN, error))
            return FALSE;
    }
    return TRUE;
}

/* RFC 5652 §6.3: as many octets as they say, one at least. */
static void
pad(EnvelopeWriter *writer)
{
    gsize block = writer->how->block_size;
    gsize count = block - writer->used % block;
    memset(writer->buffer + SEGMENT_HEADER + writer->used, (int)count, count);
    writer->used += count;
}

/* What closes the content, the tag, and what closes the rest. */
static gboolean
emit_tail(EnvelopeWriter *writer, GError **error)
{
    static const guint8 zeros[6];
    g_autoptr(DerWriter) der = der_new();
    guint8 tag[TAG_SIZE];
    if (is_indefinite(writer))
        der_put_raw(der, (Span){zeros, 4});
    if (writer->how->authenticated) {
        int made = gnutls_cipher_tag(writer->cipher, tag, sizeof tag);
        g_assert(made >= 0);
        der_put(der, TLV_OCTETS, (Span){tag, sizeof tag});
    }
    if (is_indefinite(writer))
        der_put_raw(der, (Span){zeros, 6});
    return der->len == 0 ||
           writer->sink(writer->user, der->data, der->len, error);
}

gboolean
envelope_writer_finish(EnvelopeWriter *writer, GError **error)
{
    if (!is_indefinite(writer) && writer->seen != writer->plain_size) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                            "message: not of the size that was told");
        return FALSE;
    }
    if (!writer->how->authenticated)
        pad(writer);
    return encrypt_run(writer, writer->buffer + SEGMENT_HEADER, writer->used,
                       error) &&
           emit_tail(writer, error);
}
