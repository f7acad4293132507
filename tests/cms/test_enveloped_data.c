/* Envelopes that are read and opened, and those that are not (SEC-26 to 31).
 */
#include "tests/cms/forge_envelope.h"

#define CANNOT "message: cannot be decrypted"

static void
every_cipher_opens_at_every_size(void **state)
{
    static const Oid ciphers[] = {
        OID_AES128_CBC, OID_AES192_CBC, OID_AES256_CBC, OID_AES128_GCM,
        OID_AES192_GCM, OID_AES256_GCM, OID_3DES_CBC};
    static const gsize sizes[] = {0,  1,  7,  8,     15,    16,    17,
                                  31, 32, 33, 65535, 65536, 200001};
    static const gsize segments[] = {0, 1, 7, 1000, 4096};
    g_autofree guint8 *text = g_malloc0(200001);
    for (gsize i = 0; i < 200001; i++)
        text[i] = (guint8)(i * 2654435761U >> 15);
    for (gsize c = 0; c < G_N_ELEMENTS(ciphers); c++)
        for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++)
            for (gsize g = 0; g < G_N_ELEMENTS(segments); g++) {
                if (segments[g] == 1 && sizes[s] > 1000)
                    continue;
                ForgeEnvelope forge = {.cipher = ciphers[c],
                                       .plain = {text, sizes[s]},
                                       .segment = segments[g]};
                const ContentCipher *how = content_cipher_find(ciphers[c]);
                g_autoptr(GBytes) der = forge_envelope(&forge);
                g_autoptr(GBytes) got =
                    open_both(how->name, der, FORGE_KEY, how->key_size, NULL);
                expect_text(how->name, got, forge.plain);
            }
}

/* Where others hold the bytes, they stay as they were. */
static void
taking_changes_nobody_elses_bytes(void **state)
{
    g_autoptr(GBytes) der =
        forge_envelope(&(ForgeEnvelope){.plain = HELLO, .segment = 9});
    g_autoptr(GBytes) copy = span_copy(span_of(der));
    g_autoptr(GBytes) key = g_bytes_new(FORGE_KEY, 32);
    g_autoptr(GBytes) got =
        enveloped_data_take(enveloped_data_read(der, NULL), key, NULL);
    expect_text("held", got, HELLO);
    assert_true(g_bytes_equal(der, copy));

    g_autoptr(GByteArray) room = g_byte_array_new();
    g_byte_array_append(room, (const guint8 *)"----", 4);
    Span span = span_of(der);
    g_byte_array_append(room, span.data, (guint)span.size);
    g_autoptr(GBytes) whole =
        g_byte_array_free_to_bytes(g_steal_pointer(&room));
    g_autoptr(GBytes) slice =
        g_bytes_new_from_bytes(whole, 4, g_bytes_get_size(der));
    g_clear_pointer(&whole, g_bytes_unref);
    EnvelopedData *data = enveloped_data_read(slice, NULL);
    g_clear_pointer(&slice, g_bytes_unref);
    g_autoptr(GBytes) again = enveloped_data_take(data, key, NULL);
    expect_text("a slice", again, HELLO);
}

/* SEC-27: whatever is wrong, the words are the same. */
static void
sec_27_every_failure_has_one_message(void **state)
{
    static const guint8 wrong_pads[][16] = {
        "Fifteen octets.\0", "Fifteen octets.\x11", "Fourteen octe\1\2\2",
        "Fourteen octet\3\3", "Fifteen octets.\xff"};
    static const struct {
        const char *name;
        ForgeEnvelope forge;
        const char *key;
        gsize key_size;
    } cases[] = {
        {"another key",
         {.plain = {(const guint8 *)"x", 1}},
         "0123456789abcdef0123456789ABCDEf",
         32},
        {"a short key", {.plain = {(const guint8 *)"x", 1}}, FORGE_KEY, 16},
        {"no key", {.plain = {(const guint8 *)"x", 1}}, FORGE_KEY, 0},
        {"padding 0",
         {.plain = {wrong_pads[0], 16}, .no_padding = TRUE},
         FORGE_KEY,
         32},
        {"padding 17",
         {.plain = {wrong_pads[1], 16}, .no_padding = TRUE},
         FORGE_KEY,
         32},
        {"half a block",
         {.plain = {wrong_pads[0], 0}, .no_padding = TRUE},
         FORGE_KEY,
         32},
        {"padding of two kinds",
         {.plain = {wrong_pads[3], 16}, .no_padding = TRUE},
         FORGE_KEY,
         32},
        {"padding 255",
         {.plain = {wrong_pads[4], 16}, .no_padding = TRUE},
         FORGE_KEY,
         32},
        {"a wrong tag",
         {.cipher = OID_AES256_GCM,
          .plain = {(const guint8 *)"x", 1},
          .tag_change = 1},
         FORGE_KEY,
         32},
        {"a wrong tag of 12",
         {.cipher = OID_AES128_GCM, .tag = 12, .tag_change = 0x80},
         FORGE_KEY,
         16},
        {"GCM with another key",
         {.cipher = OID_AES128_GCM, .plain = {(const guint8 *)"x", 1}},
         "0123456789abcdeF",
         16},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der = forge_envelope(&cases[i].forge);
        g_autoptr(GBytes) got = open_both(cases[i].name, der, cases[i].key,
                                          cases[i].key_size, &error);
        assert_null(got);
        expect_error(cases[i].name, error, APP_ERROR_MALFORMED);
        assert_string_equal(error->message, CANNOT);
    }
}

/* RFC 5084 §3.2: a right tag, but so short that it could be guessed. */
static void
sec_30_a_tag_of_8_octets_is_too_short(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der =
        forge_envelope(&(ForgeEnvelope){.cipher = OID_AES128_GCM, .tag = 8});
    g_autoptr(GBytes) got = open_both("tag", der, FORGE_KEY, 16, &error);
    assert_null(got);
    expect_error("tag", error, APP_ERROR_MALFORMED);
}

/* SEC-30: a bit anywhere in content, tag or attributes. */
static void
sec_30_no_text_of_an_altered_gcm(void **state)
{
    static const guint8 attributes[] = "\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7"
                                       "\x0d\x01\x09\x03\x31\x02\x05\x00";
    g_autoptr(GBytes) der = forge_envelope(
        &(ForgeEnvelope){.cipher = OID_AES128_GCM,
                         .plain = HELLO,
                         .attributes = {attributes, sizeof attributes - 1}});
    g_autoptr(GBytes) whole = open_both("whole", der, FORGE_KEY, 16, NULL);
    expect_text("whole", whole, HELLO);
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
    const guint8 *base = span_of(der).data;
    const Span parts[] = {data->content.body, data->mac, data->attributes};
    for (gsize p = 0; p < G_N_ELEMENTS(parts); p++)
        for (gsize bit = 0; bit < 8 * parts[p].size; bit++) {
            gsize size, at = (gsize)(parts[p].data - base) + bit / 8;
            g_autoptr(GBytes) copy = span_copy(span_of(der));
            guint8 *bytes =
                g_bytes_unref_to_data(g_steal_pointer(&copy), &size);
            bytes[at] ^= (guint8)(1 << bit % 8);
            g_autoptr(GBytes) altered = g_bytes_new_take(bytes, size);
            g_autoptr(GBytes) got =
                open_both("altered", altered, FORGE_KEY, 16, NULL);
            if (got != NULL)
                fail_msg("part %zu, bit %zu: opened", p, bit);
        }
}

static void
sec_31_weak_ciphers(void **state)
{
    static const struct {
        Oid cipher;
        gboolean opens;
    } cases[] = {{OID_3DES_CBC, TRUE},
                 {OID_DES_CBC, FALSE},
                 {OID_RC2_CBC, FALSE},
                 {OID_RC4, FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der = forge_envelope(
            &(ForgeEnvelope){.cipher = cases[i].cipher, .plain = HELLO});
        g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
        assert_non_null(data);
        assert_true(data->weak);
        assert_int_equal(data->recipients->len, 1);
        g_autoptr(GBytes) key = g_bytes_new(FORGE_KEY, 24);
        g_autoptr(GBytes) got = enveloped_data_open(data, key, &error);
        if (cases[i].opens) {
            expect_text(data->cipher, got, HELLO);
            continue;
        }
        assert_null(got);
        expect_error(data->cipher, error, APP_ERROR_REFUSED);
        assert_non_null(strstr(error->message, data->cipher));
    }
}

/* A cipher that is not ours, a content that is not there or not mail. */
static void
what_is_not_opened_says_why(void **state)
{
    static const guint8 unknown[] = "\x06\x03\x2a\x03\x04\x05\x00";
    static const struct {
        const char *words;
        ForgeEnvelope forge;
    } cases[] = {
        {"not known", {.cipher_body = {unknown, sizeof unknown - 1}}},
        {"is not in it", {.no_content = TRUE}},
        {"not mail", {.type = OID_SIGNED_DATA}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der = forge_envelope(&cases[i].forge);
        g_autoptr(GBytes) got =
            open_both(cases[i].words, der, FORGE_KEY, 32, &error);
        assert_null(got);
        expect_error(cases[i].words, error, APP_ERROR_REFUSED);
        assert_non_null(strstr(error->message, cases[i].words));
    }
}

/* One cannot be presented as the other (RFC 9709): GCM has its own type. */
static void
a_cipher_keeps_to_its_type(void **state)
{
    static const struct {
        Oid cipher;
        guint8 kind;
    } cases[] = {{OID_AES256_GCM, 1}, {OID_AES256_CBC, 2}, {OID_3DES_CBC, 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der =
            forge_envelope(&(ForgeEnvelope){.cipher = cases[i].cipher,
                                            .kind = cases[i].kind,
                                            .plain = HELLO});
        assert_null(enveloped_data_read(der, &error));
        expect_error("another's type", error, APP_ERROR_MALFORMED);
    }
}

/* Parameters that no sound sender writes. */
static void
odd_parameters_do_not_open(void **state)
{
#define CBC "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a"
#define GCM "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2e"
#define BODY(text)                                                           \
    {                                                                        \
        (const guint8 *)(text), sizeof(text) - 1                             \
    }
    static const struct {
        const char *name;
        Oid cipher;
        Span body;
    } cases[] = {
        {"CBC without IV", OID_AES256_CBC, BODY(CBC)},
        {"CBC with NULL", OID_AES256_CBC, BODY(CBC "\x05\x00")},
        {"CBC with 8 octets", OID_AES256_CBC, BODY(CBC "\x04\x08initial ")},
        {"GCM without parameters", OID_AES256_GCM, BODY(GCM)},
        {"GCM with an IV alone", OID_AES256_GCM,
         BODY(GCM "\x04\x0cinitial vect")},
        {"GCM with 8 octets", OID_AES256_GCM,
         BODY(GCM "\x30\x0d\x04\x08initial \x02\x01\x10")},
        {"GCM with a tag of 4", OID_AES256_GCM,
         BODY(GCM "\x30\x11\x04\x0cinitial vect\x02\x01\x04")},
        {"GCM with a tag of 17", OID_AES256_GCM,
         BODY(GCM "\x30\x11\x04\x0cinitial vect\x02\x01\x11")},
        {"GCM whose tag is longer than said", OID_AES256_GCM,
         BODY(GCM "\x30\x0e\x04\x0cinitial vect")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) der =
            forge_envelope(&(ForgeEnvelope){.cipher = cases[i].cipher,
                                            .cipher_body = cases[i].body,
                                            .plain = HELLO});
        g_autoptr(GBytes) got =
            open_both(cases[i].name, der, FORGE_KEY, 32, &error);
        assert_null(got);
        expect_error(cases[i].name, error, APP_ERROR_MALFORMED);
    }
}

static void
attributes_that_nobody_protects_do_no_harm(void **state)
{
    static const guint8 list[] = "\x30\x05\x06\x01\x2a\x31\x00";
    static const Oid ciphers[] = {OID_AES256_CBC, OID_AES256_GCM};
    for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        g_autoptr(GBytes) der = forge_envelope(
            &(ForgeEnvelope){.plain = HELLO,
                             .cipher = ciphers[i],
                             .unprotected = {list, sizeof list - 1}});
        g_autoptr(GBytes) got =
            open_both("unprotected", der, FORGE_KEY, 32, NULL);
        expect_text("unprotected", got, HELLO);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cipher_opens_at_every_size),
        cmocka_unit_test(taking_changes_nobody_elses_bytes),
        cmocka_unit_test(sec_27_every_failure_has_one_message),
        cmocka_unit_test(sec_30_a_tag_of_8_octets_is_too_short),
        cmocka_unit_test(sec_30_no_text_of_an_altered_gcm),
        cmocka_unit_test(sec_31_weak_ciphers),
        cmocka_unit_test(what_is_not_opened_says_why),
        cmocka_unit_test(a_cipher_keeps_to_its_type),
        cmocka_unit_test(odd_parameters_do_not_open),
        cmocka_unit_test(attributes_that_nobody_protects_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
