#include "core/base/secret.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "core/base/error.h"

#define NONCE_SIZE 12
#define TAG_SIZE 16

/* GnuTLS fails here only if it is unusable: no request can be served. */
static void
must(int status)
{
    if (status < 0)
        g_error("GnuTLS: %s", gnutls_strerror(status));
}

void
secret_random(guint8 *out, gsize size)
{
    must(gnutls_rnd(GNUTLS_RND_KEY, out, size));
}

void
secret_wipe(void *data, gsize size)
{
    gnutls_memset(data, 0, size);
}

void
secret_text_free(char *text)
{
    if (text != NULL)
        secret_wipe(text, strlen(text));
    g_free(text);
}

char *
secret_token_new(void)
{
    guint8 raw[SECRET_KEY_SIZE];
    secret_random(raw, sizeof raw);

    char *text = g_base64_encode(raw, sizeof raw);
    secret_wipe(raw, sizeof raw);
    g_strdelimit(text, "+", '-');
    g_strdelimit(text, "/", '_');
    text[strcspn(text, "=")] = '\0';
    return text;
}

static char *
hex(const guint8 *data, gsize size)
{
    GString *out = g_string_sized_new(2 * size);
    for (gsize i = 0; i < size; i++)
        g_string_append_printf(out, "%02x", data[i]);
    return g_string_free(out, FALSE);
}

static char *
hash(const void *data, gsize size)
{
    guint8 digest[SECRET_KEY_SIZE];
    must(gnutls_hash_fast(GNUTLS_DIG_SHA256, data, size, digest));
    return hex(digest, sizeof digest);
}

char *
secret_hash(const char *text)
{
    return hash(text, strlen(text));
}

char *
secret_hash_bytes(GBytes *bytes)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);
    return hash(data, size);
}

gboolean
secret_equal(const char *a, const char *b)
{
    gsize size = strlen(a);
    return size == strlen(b) && gnutls_memcmp(a, b, size) == 0;
}

static void
ticket_hmac(const char *ticket, const char *label,
            guint8 out[SECRET_KEY_SIZE])
{
    must(gnutls_hmac_fast(GNUTLS_MAC_SHA256, ticket, strlen(ticket), label,
                          strlen(label), out));
}

char *
secret_ticket_name(const char *ticket)
{
    guint8 name[SECRET_KEY_SIZE];
    ticket_hmac(ticket, "name", name);
    return hex(name, sizeof name);
}

GBytes *
secret_ticket_key(const char *ticket)
{
    guint8 raw[SECRET_KEY_SIZE];
    ticket_hmac(ticket, "seal", raw);
    GBytes *key = secret_bytes_new(raw, sizeof raw);
    secret_wipe(raw, sizeof raw);
    return key;
}

GBytes *
secret_derive(const char *cookie, GBytes *server_key, const char *purpose)
{
    /* gnutls_datum_t is not const, and nothing here is written to. */
    gsize salt_size;
    const void *salt_data = g_bytes_get_data(server_key, &salt_size);
    const gnutls_datum_t input = {(guint8 *)(guintptr)cookie,
                                  (guint)strlen(cookie)};
    const gnutls_datum_t salt = {(guint8 *)(guintptr)salt_data,
                                 (guint)salt_size};
    const gnutls_datum_t info = {(guint8 *)(guintptr)purpose,
                                 (guint)strlen(purpose)};

    guint8 prk[SECRET_KEY_SIZE];
    must(gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &input, &salt, prk));
    const gnutls_datum_t extracted = {prk, sizeof prk};
    guint8 raw[SECRET_KEY_SIZE];
    must(gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &extracted, &info, raw,
                            sizeof raw));

    GBytes *key = secret_bytes_new(raw, sizeof raw);
    secret_wipe(prk, sizeof prk);
    secret_wipe(raw, sizeof raw);
    return key;
}

static gnutls_aead_cipher_hd_t
cipher_new(GBytes *key)
{
    gsize size;
    const void *data = g_bytes_get_data(key, &size);
    g_assert(size == SECRET_KEY_SIZE);

    const gnutls_datum_t datum = {(guint8 *)(guintptr)data, (guint)size};
    gnutls_aead_cipher_hd_t cipher;
    must(gnutls_aead_cipher_init(&cipher, GNUTLS_CIPHER_AES_256_GCM, &datum));
    return cipher;
}

GBytes *
secret_seal(GBytes *key, const char *context, GBytes *plain)
{
    gsize size;
    const void *data = g_bytes_get_data(plain, &size);
    gsize sealed_size = size + TAG_SIZE;
    guint8 *out = g_malloc(NONCE_SIZE + sealed_size);
    secret_random(out, NONCE_SIZE);

    gnutls_aead_cipher_hd_t cipher = cipher_new(key);
    must(gnutls_aead_cipher_encrypt(cipher, out, NONCE_SIZE, context,
                                    strlen(context), TAG_SIZE, data, size,
                                    out + NONCE_SIZE, &sealed_size));
    gnutls_aead_cipher_deinit(cipher);
    return g_bytes_new_take(out, NONCE_SIZE + sealed_size);
}

static GBytes *
wrong_seal(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "sealed value does not open with this key");
    return NULL;
}

GBytes *
secret_open(GBytes *key, const char *context, GBytes *sealed, GError **error)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(sealed, &size);
    if (size < NONCE_SIZE + TAG_SIZE)
        return wrong_seal(error);

    gsize plain_size = size - NONCE_SIZE - TAG_SIZE;
    /* One byte more: an empty value needs an address as well. */
    g_autofree guint8 *plain = g_malloc(plain_size + 1);
    gnutls_aead_cipher_hd_t cipher = cipher_new(key);
    int status = gnutls_aead_cipher_decrypt(
        cipher, data, NONCE_SIZE, context, strlen(context), TAG_SIZE,
        data + NONCE_SIZE, size - NONCE_SIZE, plain, &plain_size);
    gnutls_aead_cipher_deinit(cipher);
    if (status < 0)
        return wrong_seal(error);

    GBytes *opened = secret_bytes_new(plain, plain_size);
    secret_wipe(plain, plain_size);
    return opened;
}

typedef struct {
    gsize size;
    guint8 data[];
} Wiped;

static void
wiped_free(gpointer owner)
{
    Wiped *wiped = owner;
    secret_wipe(wiped->data, wiped->size);
    g_free(wiped);
}

GBytes *
secret_bytes_new(const void *data, gsize size)
{
    Wiped *wiped = g_malloc(sizeof *wiped + size);
    wiped->size = size;
    if (size > 0)
        memcpy(wiped->data, data, size);
    return g_bytes_new_with_free_func(wiped->data, size, wiped_free, wiped);
}
