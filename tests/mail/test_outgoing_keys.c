/*
 * SEC-32: every envelope has a key and an IV of its own. Whole messages are
 * sealed, and opened with the recipient's key by GnuTLS.
 */
#include <gnutls/abstract.h>

#include "core/cms/enveloped_data.h"
#include "core/mail/sealing.h"
#include "tests/mail/secure_desk.h"

static gboolean
append(gpointer user, const guint8 *data, gsize size, GError **error)
{
    g_string_append_len(user, (const char *)data, (gssize)size);
    return TRUE;
}

static GBytes *
sealed(Cipher cipher, Cert *cert, GBytes *plain, gsize step)
{
    gsize length = 0;
    const guint8 *bytes = g_bytes_get_data(plain, &length);
    g_autoptr(GPtrArray) readers =
        g_ptr_array_new_with_free_func((GDestroyNotify)sealing_reader_free);
    g_ptr_array_add(readers, sealing_reader_new(cert, FALSE));
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Sealing) sealing =
        sealing_new(cipher, readers, length, append, text, &error);
    expect_fine(sealing != NULL, error, "sealing");
    guint64 size = sealing_size(sealing);
    for (gsize at = 0; at < length; at += step)
        assert_true(sealing_write(sealing, bytes + at, MIN(step, length - at),
                                  &error));
    assert_true(sealing_finish(sealing, &error));
    assert_int_equal(text->len, size);
    guchar *der = g_base64_decode(text->str, &length);
    return g_bytes_new_take(der, length);
}

static gnutls_privkey_t
key_of(const Desk *desk, const char *name)
{
    g_autoptr(GBytes) pem = desk_file(desk, name);
    gnutls_datum_t datum = {
        (unsigned char *)(guintptr)g_bytes_get_data(pem, NULL),
        (unsigned)g_bytes_get_size(pem)};
    gnutls_privkey_t key;
    assert_int_equal(gnutls_privkey_init(&key), 0);
    assert_int_equal(gnutls_privkey_import_x509_raw(
                         key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0),
                     0);
    return key;
}

/* The content key, which opens it. */
static GBytes *
content_key(gnutls_privkey_t key, const EnvelopedData *data, GBytes *want)
{
    const Recipient *one = g_ptr_array_index(data->recipients, 0);
    const gnutls_datum_t wrapped = {
        (unsigned char *)(guintptr)one->encrypted_key.data,
        (unsigned)one->encrypted_key.size};
    gnutls_datum_t raw;
    assert_int_equal(gnutls_privkey_decrypt_data(key, 0, &wrapped, &raw), 0);
    GBytes *bytes = g_bytes_new(raw.data, raw.size);
    gnutls_free(raw.data);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) plain = enveloped_data_open(data, bytes, &error);
    expect_fine(plain != NULL, error, "open");
    assert_true(g_bytes_equal(plain, want));
    return bytes;
}

static void
sec_32_no_key_or_iv_is_used_twice(void **state)
{
    static const Cipher ciphers[] = {CIPHER_AES256_CBC, CIPHER_AES256_GCM};
    guint count = g_getenv("SCEAU_LONG") != NULL ? 1000 : 100;
    Desk *desk = secure_desk(state);
    secure_person(desk, "bob", FALSE, 30);
    g_autoptr(GBytes) der = desk_file(desk, "bob.der");
    g_autoptr(Cert) cert = cert_parse(der, NULL);
    g_autoptr(GBytes) hello = g_bytes_new_static("hello", 5);
    gnutls_privkey_t key = key_of(desk, "bob.key");
    g_autoptr(GHashTable) keys = g_hash_table_new_full(
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    g_autoptr(GHashTable) ivs = g_hash_table_new_full(
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    for (guint i = 0; i < count; i++) {
        g_autoptr(GBytes) cms =
            sealed(ciphers[i % G_N_ELEMENTS(ciphers)], cert, hello, 2);
        g_autoptr(EnvelopedData) data = enveloped_data_read(cms, NULL);
        assert_non_null(data);
        assert_true(g_hash_table_add(keys, content_key(key, data, hello)));
        assert_true(
            g_hash_table_add(ivs, g_bytes_new(data->algorithm.params.data,
                                              data->algorithm.params.size)));
    }
    assert_int_equal(g_hash_table_size(keys), count);
    gnutls_privkey_deinit(key);
    secure_close(desk);
}

/* Where blocks, lines of base64 and pieces of either begin and end. */
static void
content_of_any_size_comes_back(void **state)
{
    static const gsize sizes[] = {0,     1,     15,    16,    17,
                                  31,    32,    57,    45599, 45600,
                                  45601, 65535, 65536, 65537, 200001};
    static const gsize steps[] = {1, 16, 57, 65536};
    static const Cipher ciphers[] = {CIPHER_AES256_CBC, CIPHER_AES256_GCM};
    Desk *desk = secure_desk(state);
    secure_person(desk, "bob", FALSE, 30);
    g_autoptr(GBytes) der = desk_file(desk, "bob.der");
    g_autoptr(Cert) cert = cert_parse(der, NULL);
    gnutls_privkey_t key = key_of(desk, "bob.key");
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = g_strnfill(sizes[i], 's');
        g_autoptr(GBytes) plain = g_bytes_new(text, sizes[i]);
        for (gsize c = 0; c < G_N_ELEMENTS(ciphers); c++) {
            gsize step = steps[(i + c) % G_N_ELEMENTS(steps)];
            g_autoptr(GBytes) cms = sealed(ciphers[c], cert, plain, step);
            g_autoptr(EnvelopedData) data = enveloped_data_read(cms, NULL);
            assert_non_null(data);
            g_autoptr(GBytes) used = content_key(key, data, plain);
        }
    }
    gnutls_privkey_deinit(key);
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_32_no_key_or_iv_is_used_twice),
        cmocka_unit_test(content_of_any_size_comes_back),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
