#include <gnutls/crypto.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/cms/enveloped_data.h"

#define NONCE_SIZE 12 /* GnuTLS's only one; RFC 5084 §3.2 recommends it */
#define IV_MAX 16
#define TAG_MIN 12
#define TAG_MAX 16
#define RUN (64 * 1024) /* decrypted at a time, to stay in the caches */

/* Text that is not wanted any more is overwritten, then freed. */
typedef struct {
    guint8 *data;
    gsize size;
} Plain;

static void
plain_free(gpointer user)
{
    Plain *plain = user;
    secret_wipe(plain->data, plain->size);
    g_free(plain->data);
    g_free(plain);
}

static void
put_error(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_MALFORMED,
                        "message: cannot be decrypted");
}

/* The IV, and for GCM the length that the tag must have. */
typedef struct {
    Span iv;
    guint tag;
} Params;

/* GCMParameters (RFC 5084 §3.2): the tag has 12 octets unless it says. */
static gboolean
gcm_params_read(Span params, Params *out)
{
    Span body;
    out->tag = TAG_MIN;
    if (!tlv_take(&params, TLV_SEQUENCE, &body) ||
        !tlv_take(&body, TLV_OCTETS, &out->iv) ||
        (body.size > 0 && !tlv_take_int(&body, &out->tag)))
        return FALSE;
    return body.size == 0 && out->iv.size == NONCE_SIZE &&
           out->tag >= TAG_MIN && out->tag <= TAG_MAX;
}

static gboolean
params_read(const EnvelopedData *data, Params *out)
{
    Span params = data->algorithm.params;
    if (data->authenticated)
        return gcm_params_read(params, out) && data->mac.size == out->tag;
    return tlv_take(&params, TLV_OCTETS, &out->iv) &&
           out->iv.size == data->how->block_size && data->size > 0 &&
           data->size % data->how->block_size == 0;
}

/* Decrypts size octets where they are; the caller wipes them on FALSE. */
static gboolean
decrypt_runs(gnutls_cipher_hd_t cipher, guint8 *bytes, gsize size)
{
    for (gsize at = 0; at < size; at += RUN) {
        gsize run = MIN(RUN, size - at);
        if (gnutls_cipher_decrypt2(cipher, bytes + at, run, bytes + at, run) <
            0)
            return FALSE;
    }
    return TRUE;
}

/*
 * RFC 5652 §6.3: the last octet says how many there are, all alike. Looked at
 * without a branch on their values; size is a multiple of block, not zero.
 */
static gboolean
padding_take(const guint8 *bytes, gsize block, gsize *size)
{
    guint count = bytes[*size - 1];
    guint wrong = (count == 0) | (count > block);
    for (gsize i = 0; i < block; i++) {
        guint inside = i < count;
        wrong |= inside & (bytes[*size - 1 - i] != count);
    }
    if (wrong)
        return FALSE;
    *size -= count;
    return TRUE;
}

/* The attributes as they were authenticated: under the tag of a SET. */
static gboolean
add_attributes(gnutls_cipher_hd_t cipher, Span attributes)
{
    if (attributes.size == 0)
        return TRUE;
    g_autoptr(DerWriter) der = der_new();
    der_put(der, TLV_SET, attributes);
    return gnutls_cipher_add_auth(cipher, der->data, der->len) >= 0;
}

static gboolean
tag_agrees(gnutls_cipher_hd_t cipher, Span mac)
{
    guint8 tag[TAG_MAX];
    return gnutls_cipher_tag(cipher, tag, sizeof tag) >= 0 &&
           gnutls_memcmp(tag, mac.data, mac.size) == 0;
}

static gboolean
decrypt_with(const EnvelopedData *data, gnutls_cipher_hd_t cipher,
             guint8 *bytes, gsize *size)
{
    if (data->authenticated)
        return add_attributes(cipher, data->attributes) &&
               decrypt_runs(cipher, bytes, *size) &&
               tag_agrees(cipher, data->mac);
    return decrypt_runs(cipher, bytes, *size) &&
           padding_take(bytes, data->how->block_size, size);
}

static gnutls_datum_t
datum(Span span)
{
    return (gnutls_datum_t){(guint8 *)(gsize)span.data, (guint)span.size};
}

/* bytes holds the whole ciphertext and becomes the text, of *size. */
static gboolean
decrypt(const EnvelopedData *data, const Params *params, GBytes *content_key,
        guint8 *bytes, gsize *size)
{
    gnutls_cipher_hd_t cipher;
    gnutls_datum_t key = datum(span_of(content_key));
    gnutls_datum_t iv = datum(params->iv);
    if (gnutls_cipher_init(&cipher, data->how->gnutls, &key, &iv) < 0)
        return FALSE;
    gboolean good = decrypt_with(data, cipher, bytes, size);
    gnutls_cipher_deinit(cipher);
    return good;
}

/* Moves the pieces together, to the beginning of out, which may hold them. */
static void
pieces_join(const Tlv *content, guint8 *out)
{
    OctetReader reader;
    Span piece;
    octets_start(&reader, content);
    while (octets_next(&reader, &piece)) {
        memmove(out, piece.data, piece.size);
        out += piece.size;
    }
}

/* What can be told without a key, so that it may say why. */
static gboolean
is_openable(const EnvelopedData *data, GError **error)
{
    const char *why = NULL;
    if (data->how == NULL)
        why = "its cipher is not known";
    else if (data->how->gnutls == GNUTLS_CIPHER_UNKNOWN)
        why = "its cipher is too weak to be opened";
    else if (!data->has_content)
        why = "the encrypted content is not in it";
    else if (data->type != OID_DATA)
        why = "what is encrypted in it is not mail";
    if (why != NULL)
        g_set_error(error, APP_ERROR, APP_ERROR_REFUSED, "message: %s%s%s%s",
                    why, data->cipher == NULL ? "" : " (",
                    data->cipher == NULL ? "" : data->cipher,
                    data->cipher == NULL ? "" : ")");
    return why == NULL;
}

/* params is what a key of the right size needs besides. */
static gboolean
is_ready(const EnvelopedData *data, GBytes *content_key, Params *params,
         GError **error)
{
    if (!is_openable(data, error))
        return FALSE;
    if (g_bytes_get_size(content_key) == data->key_size &&
        params_read(data, params))
        return TRUE;
    put_error(error);
    return FALSE;
}

/* Steals bytes, of room octets, which hold the ciphertext. */
static GBytes *
finish(const EnvelopedData *data, const Params *params, GBytes *content_key,
       guint8 *bytes, gsize room, GError **error)
{
    gsize size = data->size;
    Plain *plain = g_new(Plain, 1);
    *plain = (Plain){bytes, room};
    g_autoptr(GBytes) whole =
        g_bytes_new_with_free_func(bytes, room, plain_free, plain);
    if (!decrypt(data, params, content_key, bytes, &size)) {
        put_error(error);
        return NULL;
    }
    return g_bytes_new_from_bytes(whole, 0, size);
}

GBytes *
enveloped_data_open(const EnvelopedData *data, GBytes *content_key,
                    GError **error)
{
    Params params = {0};
    if (!is_ready(data, content_key, &params, error))
        return NULL;
    guint8 *bytes = g_malloc(data->size + 1);
    pieces_join(&data->content, bytes);
    return finish(data, &params, content_key, bytes, data->size + 1, error);
}

/* Where in der the parts are that decrypting needs: it may move. */
typedef struct {
    gsize content, attributes, mac;
} Places;

static gsize
place_of(Span span, const guint8 *base)
{
    return span.size == 0 ? 0 : (gsize)(span.data - base);
}

static Places
places_note(const EnvelopedData *data)
{
    const guint8 *base = span_of(data->der).data;
    return (Places){.content = place_of(data->content.body, base),
                    .attributes = place_of(data->attributes, base),
                    .mac = place_of(data->mac, base)};
}

static void
places_restore(const Places *places, const guint8 *base, EnvelopedData *data)
{
    data->content.body.data = base + places->content;
    data->attributes.data = base + places->attributes;
    data->mac.data = base + places->mac;
}

GBytes *
enveloped_data_take(EnvelopedData *data, GBytes *content_key, GError **error)
{
    g_autoptr(EnvelopedData) held = data;
    Params params = {0};
    if (!is_ready(data, content_key, &params, error))
        return NULL;

    /* The IV lies before the content, and so is written over. */
    guint8 iv[IV_MAX];
    memcpy(iv, params.iv.data, params.iv.size);
    params.iv.data = iv;
    gsize room;
    Places places = places_note(data);
    guint8 *bytes = g_bytes_unref_to_data(g_steal_pointer(&data->der), &room);
    places_restore(&places, bytes, data);
    pieces_join(&data->content, bytes);
    return finish(data, &params, content_key, bytes, room, error);
}
