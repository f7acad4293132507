/*
 * EnvelopedData and AuthEnvelopedData built from their parts, any of which a
 * test may replace. The content key is known, so nothing need be unwrapped.
 */
#ifndef SCEAU_TESTS_CMS_FORGE_ENVELOPE_H
#define SCEAU_TESTS_CMS_FORGE_ENVELOPE_H

#include "tests/cms/envelope.h"

#define FORGE_KEY "0123456789abcdef0123456789ABCDEF"
#define FORGE_IV "initial vector.."

typedef struct {
    Oid cipher;          /* AES-256-CBC if unset */
    Span cipher_body;    /* the algorithm's contents instead */
    GBytes *recipients;  /* the SET's contents; one of RSA if NULL */
    Span plain;          /* what is encrypted, padded for CBC */
    Span raw;            /* is the encrypted content instead */
    Span mac;            /* is the tag instead */
    gboolean no_padding; /* plain is whole blocks already */
    Span attributes;     /* authenticated: the SET's contents */
    gsize tag;           /* octets; 16 if unset */
    guint8 tag_change;   /* XORed to its last octet */
    Oid type;            /* of the content; data if unset */
    gboolean no_content;
    gsize segment;    /* BER: pieces of so many octets */
    guint8 kind;      /* 1 or 2: EnvelopedData or Auth…, by cipher if 0 */
    Span unprotected; /* [1] or [2] at the end */
} ForgeEnvelope;

/* KeyTransRecipientInfo of RSA v1.5 for nobody. */
G_GNUC_UNUSED static GBytes *
forge_recipient(guint8 serial, gsize key_size)
{
    DerWriter *der = der_new();
    g_autofree guint8 *key = g_malloc0(key_size + 1);
    der_put_int(der, 0);
    guint mark = der->len;
    der_put(der, TLV_SEQUENCE, (Span){NULL, 0});
    der_put(der, TLV_INTEGER, (Span){&serial, 1});
    der_wrap(der, mark, TLV_SEQUENCE);
    mark = der->len;
    algorithm_put_null(der, OID_RSA);
    der_wrap(der, mark, TLV_SEQUENCE);
    der_put(der, TLV_OCTETS, (Span){key, key_size});
    der_wrap(der, 0, TLV_SEQUENCE);
    return der_finish(der);
}

static void
forge_cipher(DerWriter *der, const ForgeEnvelope *forge,
             const ContentCipher *how)
{
    guint mark = der->len;
    if (forge->cipher_body.size > 0) {
        der_put_raw(der, forge->cipher_body);
    } else {
        der_put(der, TLV_OID, oid_body(how->oid));
        guint params = der->len;
        gsize iv = how->authenticated ? 12 : MAX(how->block_size, 8);
        der_put(der, TLV_OCTETS, (Span){(const guint8 *)FORGE_IV, iv});
        if (how->authenticated) {
            if (forge->tag != 12) /* the default */
                der_put_int(der, (guint8)(forge->tag == 0 ? 16 : forge->tag));
            der_wrap(der, params, TLV_SEQUENCE);
        }
    }
    der_wrap(der, mark, TLV_SEQUENCE);
}

/* Encrypts, pads, and gives the tag. */
static GBytes *
forge_encrypt(const ForgeEnvelope *forge, const ContentCipher *how,
              guint8 tag[16])
{
    if (forge->raw.data != NULL)
        return span_copy(forge->raw);
    gsize block = MAX(how->block_size, 8);
    gsize pad = how->authenticated || forge->no_padding
                    ? 0
                    : block - forge->plain.size % block;
    gsize size = forge->plain.size + pad;
    guint8 *text = g_malloc0(size + 1);
    if (forge->plain.size > 0)
        memcpy(text, forge->plain.data, forge->plain.size);
    memset(text + forge->plain.size, (int)pad, pad);
    gnutls_cipher_hd_t cipher;
    gnutls_datum_t key = {(guint8 *)(gsize)FORGE_KEY, (guint)how->key_size};
    gnutls_datum_t iv = {(guint8 *)(gsize)FORGE_IV,
                         how->authenticated ? 12 : (guint)block};
    if (how->gnutls == GNUTLS_CIPHER_UNKNOWN)
        return g_bytes_new_take(text, size);
    assert_true(gnutls_cipher_init(&cipher, how->gnutls, &key, &iv) >= 0);
    if (forge->attributes.size > 0) {
        g_autoptr(DerWriter) set = der_new();
        der_put(set, TLV_SET, forge->attributes);
        gnutls_cipher_add_auth(cipher, set->data, set->len);
    }
    if (size > 0)
        assert_true(gnutls_cipher_encrypt(cipher, text, size) >= 0);
    if (how->authenticated)
        gnutls_cipher_tag(cipher, tag, 16);
    gnutls_cipher_deinit(cipher);
    return g_bytes_new_take(text, size);
}

static void
forge_encrypted(DerWriter *der, const ForgeEnvelope *forge, Span rest)
{
    if (forge->segment == 0) {
        der_put(der, TLV_CONTEXT, rest);
        return;
    }
    der_put_raw(der, (Span){(const guint8 *)"\xa0\x80", 2});
    while (rest.size > 0) {
        gsize run = MIN(forge->segment, rest.size);
        der_put(der, TLV_OCTETS, (Span){rest.data, run});
        rest = (Span){rest.data + run, rest.size - run};
    }
    der_put_raw(der, (Span){(const guint8 *)"\0\0", 2});
}

static void
forge_tail(DerWriter *der, const ForgeEnvelope *forge, gboolean authenticated,
           guint8 tag[16])
{
    gsize size = forge->tag == 0 ? 16 : forge->tag;
    if (authenticated) {
        if (forge->attributes.size > 0)
            der_put(der, TLV_EXPLICIT + 1, forge->attributes);
        tag[size - 1] ^= forge->tag_change;
        der_put(der, TLV_OCTETS,
                forge->mac.data == NULL ? (Span){tag, size} : forge->mac);
    }
    if (forge->unprotected.size > 0)
        der_put(der, (guint8)(TLV_EXPLICIT + (authenticated ? 2 : 1)),
                forge->unprotected);
}

G_GNUC_UNUSED static GBytes *
forge_envelope(const ForgeEnvelope *forge)
{
    const ContentCipher *how = content_cipher_find(
        forge->cipher == OID_UNKNOWN ? OID_AES256_CBC : forge->cipher);
    gboolean authenticated =
        forge->kind == 0 ? how->authenticated : forge->kind == 2;
    guint8 tag[16] = {0};
    g_autoptr(GBytes) encrypted = forge_encrypt(forge, how, tag);
    g_autoptr(GBytes) recipients = forge->recipients == NULL
                                       ? forge_recipient(1, 256)
                                       : g_bytes_ref(forge->recipients);
    DerWriter *der = der_new();
    der_put(der, TLV_OID,
            oid_body(authenticated ? OID_AUTH_ENVELOPED_DATA
                                   : OID_ENVELOPED_DATA));
    guint outer = der->len;
    der_put_int(der, 0);
    der_put(der, TLV_SET, span_of(recipients));
    guint mark = der->len;
    der_put(der, TLV_OID,
            oid_body(forge->type == OID_UNKNOWN ? OID_DATA : forge->type));
    forge_cipher(der, forge, how);
    if (!forge->no_content)
        forge_encrypted(der, forge, span_of(encrypted));
    der_wrap(der, mark, TLV_SEQUENCE);
    forge_tail(der, forge, authenticated, tag);
    der_wrap(der, outer, TLV_SEQUENCE);
    der_wrap(der, outer, TLV_EXPLICIT);
    der_wrap(der, 0, TLV_SEQUENCE);
    return der_finish(der);
}

/* The key as this cipher needs it. */
G_GNUC_UNUSED static GBytes *
forge_key(const EnvelopedData *data)
{
    return g_bytes_new(FORGE_KEY, data->key_size);
}

static const char hello[] = "Content-Type: text/plain\r\n\r\nHello\r\n";
#define HELLO ((Span){(const guint8 *)hello, sizeof hello - 1})

G_GNUC_UNUSED static void
expect_text(const char *name, GBytes *got, Span want)
{
    if (got == NULL || !span_equal(span_of(got), want))
        fail_msg("%s: not the text", name);
}

G_GNUC_UNUSED static void
expect_error(const char *name, const GError *error, AppError want)
{
    if (error == NULL || !g_error_matches(error, APP_ERROR, (int)want))
        fail_msg("%s: got %s, want %s", name,
                 error == NULL ? "no error" : error->message,
                 app_error_name(want));
}

/* Both ways of opening, which must agree. */
G_GNUC_UNUSED static GBytes *
open_both(const char *name, GBytes *der, const char *key, gsize key_size,
          GError **error)
{
    g_autoptr(GError) other = NULL;
    EnvelopedData *data = enveloped_data_read(der, error);
    if (data == NULL)
        return NULL;
    g_autoptr(GBytes) secret = g_bytes_new(key, key_size);
    g_autoptr(GBytes) got = enveloped_data_open(data, secret, error);
    GBytes *taken = enveloped_data_take(data, secret, &other);
    if ((got == NULL) != (taken == NULL) ||
        (got != NULL && !g_bytes_equal(got, taken)))
        fail_msg("%s: two ways of opening differ", name);
    return taken;
}

#endif
