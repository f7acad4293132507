#include "core/cms/enveloped_data.h"

#include <gnutls/crypto.h>

#include "core/base/error.h"
#include "core/cms/content_info.h"

#define ATTRIBUTES_MAX 32 /* SEC-04 */
#define CONTENT_HASH_SIZE 32

static gboolean
recipients_read(Span set, GPtrArray *out, GError **error)
{
    while (set.size > 0) {
        if (out->len >= RECIPIENTS_MAX) {
            g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                        "message: encrypted to more than %d recipients",
                        RECIPIENTS_MAX);
            return FALSE;
        }
        if (!recipients_take(&set, RECIPIENTS_MAX, out))
            return FALSE;
    }
    return out->len > 0;
}

/* EncryptedContentInfo (RFC 5652 §6.1). */
static gboolean
content_read(Span body, EnvelopedData *out)
{
    Span type;
    if (!tlv_take(&body, TLV_OID, &type) ||
        !algorithm_take(&body, &out->algorithm))
        return FALSE;
    out->type = oid_find(type);
    if (body.size == 0)
        return TRUE;
    out->has_content = TRUE;
    return tlv_read(&body, &out->content) && body.size == 0 &&
           (out->content.tag == TLV_CONTEXT ||
            out->content.tag == TLV_EXPLICIT) &&
           octets_measure(&out->content, &out->size);
}

/* What is authenticated beside the content: a SET OF Attribute, tagged [1].
 */
static gboolean
attributes_take(Span *in, EnvelopedData *out)
{
    Span list;
    Tlv one;
    if (tlv_peek(*in) != TLV_EXPLICIT + 1)
        return TRUE;
    if (!tlv_take(in, TLV_EXPLICIT + 1, &out->attributes))
        return FALSE;
    list = out->attributes;
    for (guint i = 0; list.size > 0; i++)
        if (i == ATTRIBUTES_MAX || !tlv_read(&list, &one) ||
            one.tag != TLV_SEQUENCE)
            return FALSE;
    return out->attributes.size > 0;
}

/* After the content: [1] unprotected attributes, which nobody reads; or [1]
 * authenticated ones, the tag, and [2] (RFC 5083 §2.1). */
static gboolean
rest_read(Span body, gboolean authenticated, EnvelopedData *out)
{
    Span ignored;
    if (!authenticated) {
        tlv_take(&body, TLV_EXPLICIT + 1, &ignored);
        return body.size == 0;
    }
    if (!attributes_take(&body, out) ||
        !tlv_take(&body, TLV_OCTETS, &out->mac))
        return FALSE;
    tlv_take(&body, TLV_EXPLICIT + 2, &ignored);
    return body.size == 0;
}

/* A cipher with a tag belongs in AuthEnvelopedData and no other does: else
 * one could be presented as the other (RFC 9709). */
static gboolean
cipher_read(gboolean authenticated, EnvelopedData *out)
{
    out->how = content_cipher_find(out->algorithm.oid);
    out->authenticated = authenticated;
    if (out->how == NULL)
        return TRUE;
    out->cipher = out->how->name;
    out->weak = out->how->weak;
    out->key_size = out->how->key_size;
    return out->how->authenticated == authenticated;
}

static gboolean
envelope_read(Span der, EnvelopedData *out, GError **error)
{
    Span content, body, originator, recipients, encrypted;
    guint version;
    Oid kind = content_info_read(der, &content);
    gboolean authenticated = kind == OID_AUTH_ENVELOPED_DATA;
    if ((!authenticated && kind != OID_ENVELOPED_DATA) ||
        !tlv_take(&content, TLV_SEQUENCE, &body) || content.size > 0 ||
        !tlv_take_int(&body, &version))
        return FALSE;
    tlv_take(&body, TLV_EXPLICIT, &originator);
    return tlv_take(&body, TLV_SET, &recipients) &&
           recipients_read(recipients, out->recipients, error) &&
           tlv_take(&body, TLV_SEQUENCE, &encrypted) &&
           content_read(encrypted, out) && cipher_read(authenticated, out) &&
           rest_read(body, authenticated, out);
}

EnvelopedData *
enveloped_data_read(GBytes *der, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(EnvelopedData) out = g_new0(EnvelopedData, 1);
    out->der = g_bytes_ref(der);
    out->recipients =
        g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
    if (envelope_read(span_of(der), out, &inner))
        return g_steal_pointer(&out);
    if (inner == NULL)
        g_set_error_literal(&inner, APP_ERROR, APP_ERROR_MALFORMED,
                            "message: the encrypted layer is damaged");
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

void
enveloped_data_free(EnvelopedData *data)
{
    if (data == NULL)
        return;
    g_clear_pointer(&data->recipients, g_ptr_array_unref);
    g_clear_pointer(&data->der, g_bytes_unref);
    g_free(data);
}

/* Each part with its length, so that no two lists of parts look alike. */
static void
hash_part(gnutls_hash_hd_t hash, Span part)
{
    guint64 size = GUINT64_TO_BE((guint64)part.size);
    gnutls_hash(hash, &size, sizeof size);
    gnutls_hash(hash, part.data, part.size);
}

char *
enveloped_data_content_hash(const EnvelopedData *data)
{
    guint8 out[CONTENT_HASH_SIZE];
    gnutls_hash_hd_t hash;
    int made = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);
    g_assert(made >= 0);
    hash_part(hash, data->algorithm.body);
    hash_part(hash, data->attributes);
    hash_part(hash, data->mac);
    OctetReader reader;
    Span piece;
    octets_start(&reader, &data->content);
    while (data->has_content && octets_next(&reader, &piece))
        gnutls_hash(hash, piece.data, piece.size);
    gnutls_hash_deinit(hash, out);
    return span_hex((Span){out, sizeof out});
}
