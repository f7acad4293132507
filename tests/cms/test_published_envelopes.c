/*
 * Published encrypted messages: those of RFC 4134, and the damaged ones that
 * are kept beside openssl (SCEAU_CORPORA). What expected.tsv lets us refuse
 * by policy we refuse by name.
 */
#include "tests/cms/envelope.h"

static GBytes *
file_of(const char *folder, const char *name)
{
    const char *corpora = g_getenv("SCEAU_CORPORA");
    if (corpora == NULL) {
        print_message("skipped: SCEAU_CORPORA is not set\n");
        skip();
    }
    g_autofree char *path = g_build_filename(corpora, folder, name, NULL);
    char *data = NULL;
    gsize size;
    if (!g_file_get_contents(path, &data, &size, NULL))
        fail_msg("%s: cannot be read", path);
    return g_bytes_new_take(data, size);
}

/* What is in the PEM block or in the body of the message, or bytes. */
static GBytes *
der_of(GBytes *bytes)
{
    gsize size, length;
    const char *text = g_bytes_get_data(bytes, &size);
    g_autofree char *copy = g_strndup(text, size);
    char *begin = strstr(copy, "-----BEGIN");
    begin = begin == NULL ? strstr(copy, "\n\n") : strchr(begin, '\n');
    if (begin == NULL)
        return g_bytes_ref(bytes);
    char *end = strstr(begin, "-----END");
    if (end != NULL)
        *end = '\0';
    guchar *der = g_base64_decode(begin, &length);
    return g_bytes_new_take(der, length);
}

static Identity *
key_of(const char *folder, const char *name)
{
    g_autoptr(GBytes) bytes = file_of(folder, name);
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    gnutls_datum_t datum = {(guint8 *)(gsize)data, (guint)size};
    gboolean pem = g_strstr_len(data, (gssize)size, "-----BEGIN") != NULL;
    Identity *identity = g_new0(Identity, 1);
    gnutls_privkey_init(&identity->key);
    if (gnutls_privkey_import_x509_raw(
            identity->key, &datum,
            pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER, NULL, 0) < 0)
        fail_msg("%s: no key", name);
    return identity;
}

static void
key_free(Identity *identity)
{
    gnutls_privkey_deinit(identity->key);
    g_free(identity);
}

/* Bob's message of RFC 4134 §5.1, 3DES by key transport. */
static void
rfc_4134_triple_des_opens(void **state)
{
    g_autoptr(GBytes) der = file_of("rfc4134", "5.1.bin");
    g_autoptr(GBytes) want = file_of("rfc4134", "ExContent.bin");
    Identity *bob = key_of("rfc4134", "BobPrivRSAEncrypt.pri");
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
    assert_non_null(data);
    assert_string_equal(data->cipher, "3des-cbc");
    assert_true(data->weak);
    g_autoptr(GBytes) key = unwrap(bob, data->recipients->pdata[0]);
    g_autoptr(GBytes) got = enveloped_data_open(data, key, NULL);
    assert_non_null(got);
    assert_true(g_bytes_equal(got, want));
    key_free(bob);
}

/* §5.2: RC2, for Bob by his certificate and for a list by its shared key. */
static void
rfc_4134_rc2_is_listed_and_refused(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = file_of("rfc4134", "5.2.bin");
    Identity *bob = key_of("rfc4134", "BobPrivRSAEncrypt.pri");
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
    assert_non_null(data);
    assert_int_equal(data->recipients->len, 2);
    const Recipient *first = data->recipients->pdata[0];
    const Recipient *second = data->recipients->pdata[1];
    assert_int_equal(first->kind, RECIPIENT_RSA15);
    assert_int_equal(second->kind, RECIPIENT_OTHER);
    g_autoptr(GBytes) key = unwrap(bob, first);
    g_autoptr(GBytes) got = enveloped_data_open(data, key, &error);
    assert_null(got);
    assert_true(g_error_matches(error, APP_ERROR, APP_ERROR_REFUSED));
    assert_non_null(strstr(error->message, "rc2"));
    key_free(bob);
}

/* Opened if some key unwraps and the text is whole. */
static gboolean
opens(GBytes *der, const Identity *who)
{
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
    for (guint i = 0; data != NULL && i < data->recipients->len; i++) {
        g_autoptr(GBytes) key = unwrap(who, data->recipients->pdata[i]);
        g_autoptr(GBytes) got =
            key == NULL ? NULL : enveloped_data_open(data, key, NULL);
        if (got != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
damaged_ones_of_openssl(void **state)
{
    static const struct {
        const char *file, *key;
        gboolean want;
    } cases[] = {
        {"cms/ciphertext_from_1_1_1.cms", "smime-certs/smec3.pem", TRUE},
        {"cms/ecdh-malformed.der", "cms/ecdh-key.pem", FALSE},
        {"cms/rsa-malformed.der", "smime-certs/smrsa3-key.pem", FALSE},
        {"cms/encDataWithTooLongIV.pem", "smime-certs/smrsa3-key.pem", FALSE},
        /* Diffie-Hellman over numbers is not ours: nobody's. */
        {"cms/dh-malformed.der", "smime-certs/smrsa3-key.pem", FALSE},
        {"cms/encryptedData.der", "smime-certs/smrsa3-key.pem", FALSE},
        {"d2i/bad-cms.der", "smime-certs/smrsa3-key.pem", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) bytes = file_of("openssl", cases[i].file);
        g_autoptr(GBytes) der = der_of(bytes);
        Identity *who = key_of("openssl", cases[i].key);
        if (opens(der, who) != cases[i].want)
            fail_msg("%s: %s", cases[i].file,
                     cases[i].want ? "refused" : "opened");
        key_free(who);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_4134_triple_des_opens),
        cmocka_unit_test(rfc_4134_rc2_is_listed_and_refused),
        cmocka_unit_test(damaged_ones_of_openssl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
