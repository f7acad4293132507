/* The encrypted layer is found below others, and within bounds (SEC-03). */
#include "core/mail/recipients.h"
#include "tests/cms/forge_envelope.h"

/* An application/pkcs7-mime entity around der. */
static GBytes *
entity_around(GBytes *der)
{
    Span span = span_of(der);
    g_autofree char *base64 = g_base64_encode(span.data, span.size);
    char *text = g_strconcat("Content-Type: application/pkcs7-mime\r\n"
                             "Content-Transfer-Encoding: base64\r\n\r\n",
                             base64, "\r\n", NULL);
    return g_bytes_new_take(text, strlen(text));
}

/* content below so many opaque signatures, as an entity. */
static GBytes *
sign_over(const Identity *who, GBytes *content, guint layers)
{
    GBytes *entity = g_bytes_ref(content);
    for (guint i = 0; i < layers; i++) {
        g_autoptr(GBytes) inner = entity;
        g_autoptr(GBytes) der = forge_build(&(Forge){.signer = who,
                                                     .content = inner,
                                                     .attached = TRUE,
                                                     .segments = i % 3});
        entity = entity_around(der);
    }
    return entity;
}

static int
set_up(void **state)
{
    *state = identity_new(GNUTLS_PK_RSA, 2048, 1);
    return 0;
}

static int
tear_down(void **state)
{
    identity_free(*state);
    return 0;
}

static void
sec_03_four_layers_and_no_more(void **state)
{
    g_autoptr(GBytes) der = forge_envelope(&(ForgeEnvelope){.plain = HELLO});
    g_autoptr(GBytes) sealed = entity_around(der);
    for (guint layers = 0; layers <= 6; layers++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) found = NULL;
        g_autoptr(GBytes) entity = sign_over(*state, sealed, layers);
        gboolean good = recipients_find_layer(entity, NULL, &found, &error);
        if (layers <= 4) {
            assert_true(good);
            assert_true(g_bytes_equal(found, der));
        } else {
            assert_false(good);
            expect_error("layers", error, APP_ERROR_TOO_COMPLEX);
        }
    }
}

static void
where_nothing_is_encrypted_nothing_is_found(void **state)
{
    g_autoptr(GBytes) text = g_bytes_new(hello, sizeof hello - 1);
    g_autoptr(GBytes) broken = g_bytes_new("\x30\x82\x10", 3);
    g_autoptr(GBytes) empty = g_bytes_new("", 0);
    g_autoptr(GBytes) signed_text = sign_over(*state, text, 2);
    GBytes *const cases[] = {text, broken, empty, signed_text};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) found = NULL;
        assert_true(recipients_find_layer(cases[i], NULL, &found, NULL));
        assert_null(found);
    }
}

/* The object of one that has no certificate's name. */
static void
what_is_not_there_is_left_out(void **state)
{
    static const Recipient password = {
        .kind = RECIPIENT_OTHER, .encrypted_key = {(const guint8 *)"abc", 3}};
    g_autoptr(Json) object = recipient_json(&password);
    g_autofree char *text = json_write(object);
    assert_string_equal(text, "{\"kind\":\"other\",\"encrypted_key\":"
                              "\"YWJj\"}");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_03_four_layers_and_no_more),
        cmocka_unit_test(where_nothing_is_encrypted_nothing_is_found),
        cmocka_unit_test(what_is_not_there_is_left_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
