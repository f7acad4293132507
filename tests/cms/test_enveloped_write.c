/* What we seal: opened by each recipient's own key, never twice alike. */
#include "tests/cms/forge_envelope.h"

typedef struct {
    Identity *rsa, *long_rsa, *p256, *p384, *p521, *x25519, *ed;
} World;

static Identity *
curve_identity(gnutls_ecc_curve_t curve, guint8 serial)
{
    return identity_new(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(curve), serial);
}

static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    w->rsa = identity_new(GNUTLS_PK_RSA, 2048, 1);
    w->long_rsa = identity_new(GNUTLS_PK_RSA, 2056, 2);
    w->p256 = curve_identity(GNUTLS_ECC_CURVE_SECP256R1, 3);
    w->p384 = curve_identity(GNUTLS_ECC_CURVE_SECP384R1, 4);
    w->p521 = curve_identity(GNUTLS_ECC_CURVE_SECP521R1, 5);
    w->x25519 = identity_x25519(w->rsa);
    w->ed = identity_new(GNUTLS_PK_EDDSA_ED25519, 0, 6);
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    Identity *all[] = {w->rsa,  w->long_rsa, w->p256, w->p384,
                       w->p521, w->x25519,   w->ed};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        identity_free(all[i]);
    g_free(w);
    return 0;
}

static void
expect_opens(const char *name, GBytes *der, const Identity *who, Span want)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) got = open_as(der, who, &error);
    if (got == NULL)
        fail_msg("%s: %s", name, error->message);
    expect_text(name, got, want);
}

/* DER where the size is told, BER where it is not. */
static void
every_key_opens_every_cipher(void **state)
{
    World *w = *state;
    static const gsize sizes[] = {0, 1, 15, 16, 17, 65535, 65536, 131073};
    const struct {
        const char *name;
        const Identity *who;
        gboolean oaep;
    } keys[] = {
        {"RSA 2048", w->rsa, FALSE},      {"OAEP 2048", w->rsa, TRUE},
        {"RSA 2056", w->long_rsa, FALSE}, {"OAEP 2056", w->long_rsa, TRUE},
        {"P-256", w->p256, FALSE},        {"P-384", w->p384, FALSE},
        {"P-521", w->p521, FALSE},        {"X25519", w->x25519, TRUE},
    };
    g_autofree guint8 *text = g_malloc(131073);
    gnutls_rnd(GNUTLS_RND_NONCE, text, 131073);
    for (gsize k = 0; k < G_N_ELEMENTS(keys); k++)
        for (gint c = CIPHER_AES128_CBC; c <= CIPHER_AES256_GCM; c++)
            for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
                const EnvelopeRecipient to = {keys[k].who->cert,
                                              keys[k].oaep};
                Span plain = {text, sizes[s]};
                g_autoptr(GBytes) der =
                    seal_bytes((Cipher)c, &to, 1, plain, plain.size, 70000);
                g_autoptr(GBytes) ber = seal_bytes(
                    (Cipher)c, &to, 1, plain, ENVELOPE_SIZE_UNKNOWN, 1000);
                expect_opens(keys[k].name, der, keys[k].who, plain);
                expect_opens(keys[k].name, ber, keys[k].who, plain);
            }
}

static void
every_recipient_opens(void **state)
{
    World *w = *state;
    const Span text = {(const guint8 *)"for all of you", 14};
    const Identity *all[] = {w->rsa, w->p521, w->x25519, w->long_rsa,
                             w->p256};
    EnvelopeRecipient to[6] = {{w->rsa->cert, FALSE}}; /* twice */
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        to[i + 1] = (EnvelopeRecipient){all[i]->cert, FALSE};
    g_autoptr(GBytes) der =
        seal_bytes(CIPHER_AES256_GCM, to, 6, text, text.size, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        expect_opens("one of several", der, all[i], text);
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
    assert_int_equal(data->recipients->len, 5);
    assert_null(recipient_of(data, w->p384));
}

/* SEC-32: a thousand envelopes of the same, none with another's key or IV. */
static void
sec_32_no_key_or_iv_comes_twice(void **state)
{
    World *w = *state;
    const Span text = {(const guint8 *)"again", 5};
    const EnvelopeRecipient to = {w->p256->cert, FALSE};
    g_autoptr(GHashTable) seen = g_hash_table_new_full(
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    for (guint i = 0; i < 1000; i++) {
        g_autoptr(GBytes) der =
            seal_bytes(i % 2 ? CIPHER_AES256_CBC : CIPHER_AES128_GCM, &to, 1,
                       text, text.size, 5);
        g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
        const Recipient *one = recipient_of(data, w->p256);
        assert_true(g_hash_table_add(seen, unwrap(w->p256, one)));
        assert_true(
            g_hash_table_add(seen, span_copy(data->algorithm.params)));
        assert_true(g_hash_table_add(seen, span_copy(one->public_point)));
    }
}

/* SEC-33: who cannot be encrypted to is named, and nothing is written. */
static void
sec_33_a_key_that_cannot_is_named(void **state)
{
    World *w = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GByteArray) out = g_byte_array_new();
    const EnvelopeRecipient to[] = {{w->rsa->cert, FALSE},
                                    {w->ed->cert, FALSE}};
    assert_null(envelope_writer_new(CIPHER_AES256_CBC, to, 2, 5, collect, out,
                                    &error));
    expect_error("Ed25519", error, APP_ERROR_CERTIFICATE);
    assert_non_null(strstr(error->message, "Forge"));
    assert_int_equal(out->len, 0);
    g_clear_error(&error);
    assert_null(envelope_writer_new(CIPHER_AES256_CBC, to, 0, 5, collect, out,
                                    &error));
    expect_error("nobody", error, APP_ERROR_INPUT);
}

static void
another_size_than_told_is_refused(void **state)
{
    World *w = *state;
    static const guint64 told[] = {0, 4, 6, 1000000};
    const EnvelopeRecipient to = {w->rsa->cert, FALSE};
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GByteArray) out = g_byte_array_new();
        g_autoptr(EnvelopeWriter) writer = envelope_writer_new(
            CIPHER_AES128_CBC, &to, 1, told[i], collect, out, NULL);
        assert_true(
            envelope_writer_update(writer, (const guint8 *)"12345", 5, NULL));
        assert_false(envelope_writer_finish(writer, &error));
        expect_error("size", error, APP_ERROR_INTERNAL);
    }
}

static gboolean
refuse(gpointer user, const guint8 *data, gsize size, GError **error)
{
    guint *left = user;
    if (*left > 0) {
        --*left;
        return TRUE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FILE, "no room");
    return FALSE;
}

static void
a_sink_that_refuses_ends_it(void **state)
{
    World *w = *state;
    const EnvelopeRecipient to = {w->rsa->cert, FALSE};
    g_autofree guint8 *text = g_malloc0(200000);
    for (guint left = 0; left < 4; left++) {
        guint count = left;
        g_autoptr(GError) error = NULL;
        g_autoptr(EnvelopeWriter) writer = envelope_writer_new(
            CIPHER_AES256_GCM, &to, 1, 200000, refuse, &count, NULL);
        gboolean good =
            envelope_writer_update(writer, text, 200000, &error) &&
            envelope_writer_finish(writer, &error);
        assert_false(good);
        expect_error("sink", error, APP_ERROR_FILE);
    }
}

static void
names_of_ciphers(void **state)
{
    static const char *const names[] = {"aes128-cbc", "aes256-cbc",
                                        "aes128-gcm", "aes256-gcm"};
    Cipher got;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        assert_true(cipher_from_name(names[i], &got));
        assert_int_equal(got, i);
    }
    assert_false(cipher_from_name("3des-cbc", &got));
    assert_false(cipher_from_name("AES256-CBC", &got));
    assert_string_equal(cipher_smime_type(CIPHER_AES128_CBC),
                        "enveloped-data");
    assert_string_equal(cipher_smime_type(CIPHER_AES256_GCM),
                        "authEnveloped-data");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_opens_every_cipher),
        cmocka_unit_test(every_recipient_opens),
        cmocka_unit_test(sec_32_no_key_or_iv_comes_twice),
        cmocka_unit_test(sec_33_a_key_that_cannot_is_named),
        cmocka_unit_test(another_size_than_told_is_refused),
        cmocka_unit_test(a_sink_that_refuses_ends_it),
        cmocka_unit_test(names_of_ciphers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
