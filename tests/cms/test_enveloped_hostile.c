/* Envelopes that are cut, changed or immense: refused, and soon (SEC-04, 29).
 */
#include <time.h>

#include "tests/cms/forge_envelope.h"

#define CBC "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a"

/* SEC-04, and everything between: no cut is read as a whole. */
static void
truncation_at_every_octet_is_refused(void **state)
{
    const ForgeEnvelope forges[] = {
        {.plain = HELLO},
        {.plain = HELLO, .segment = 5},
        {.cipher = OID_AES256_GCM, .plain = HELLO},
        {.cipher = OID_AES256_GCM, .plain = HELLO, .segment = 5},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(forges); i++) {
        g_autoptr(GBytes) der = forge_envelope(&forges[i]);
        for (gsize cut = 0; cut < g_bytes_get_size(der); cut++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(GBytes) part = g_bytes_new_from_bytes(der, 0, cut);
            assert_null(enveloped_data_read(part, &error));
            expect_error("cut", error, APP_ERROR_MALFORMED);
        }
    }
}

/* Every length and every tag wrong in turn: opened whole or not at all. */
static void
no_changed_octet_gives_another_text(void **state)
{
    const ForgeEnvelope forges[] = {
        {.cipher = OID_AES256_GCM, .plain = HELLO},
        {.cipher = OID_AES256_GCM, .plain = HELLO, .segment = 5}};
    for (gsize i = 0; i < G_N_ELEMENTS(forges); i++) {
        g_autoptr(GBytes) der = forge_envelope(&forges[i]);
        for (gsize at = 0; at < g_bytes_get_size(der); at++)
            for (guint value = 0; value < 256; value++) {
                gsize size;
                g_autoptr(GBytes) copy = span_copy(span_of(der));
                guint8 *bytes =
                    g_bytes_unref_to_data(g_steal_pointer(&copy), &size);
                bytes[at] = (guint8)value;
                g_autoptr(GBytes) other = g_bytes_new_take(bytes, size);
                g_autoptr(GBytes) got =
                    open_both("changed", other, FORGE_KEY, 32, NULL);
                if (got != NULL && !span_equal(span_of(got), HELLO))
                    fail_msg("octet %zu made %u: another text", at, value);
            }
    }
}

static GBytes *
many_recipients(guint count)
{
    DerWriter *der = der_new();
    g_autoptr(GBytes) one = forge_recipient(1, 256);
    for (guint i = 0; i < count; i++)
        der_put_raw(der, span_of(one));
    return der_finish(der);
}

static void
sec_04_a_thousand_recipients(void **state)
{
    static const struct {
        guint count;
        AppError want;
    } cases[] = {{0, APP_ERROR_MALFORMED},
                 {1, 0},
                 {1000, 0},
                 {1001, APP_ERROR_TOO_COMPLEX}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) recipients = many_recipients(cases[i].count);
        g_autoptr(GBytes) der = forge_envelope(
            &(ForgeEnvelope){.plain = HELLO, .recipients = recipients});
        clock_t begin = clock();
        g_autoptr(EnvelopedData) data = enveloped_data_read(der, &error);
        assert_true(clock() - begin < CLOCKS_PER_SEC / 20);
        if (cases[i].want != 0) {
            expect_error("recipients", error, cases[i].want);
            continue;
        }
        assert_non_null(data);
        assert_int_equal(data->recipients->len, cases[i].count);
    }
}

/* SEC-29: what decides the text changes the hash; whom it is for does not. */
static void
sec_29_the_hash_covers_what_decides_the_text(void **state)
{
    static const guint8 other_iv[] = CBC "\x04\x10initial vector.!";
    g_autoptr(GBytes) two = many_recipients(2);
    const struct {
        const char *name;
        ForgeEnvelope forge;
        gboolean same;
    } cases[] = {
        {"the same", {.plain = HELLO}, TRUE},
        {"in pieces", {.plain = HELLO, .segment = 5}, TRUE},
        {"for two", {.plain = HELLO, .recipients = two}, TRUE},
        {"another text", {.plain = {HELLO.data, 7}}, FALSE},
        {"another IV",
         {.plain = HELLO, .cipher_body = {other_iv, sizeof other_iv - 1}},
         FALSE},
        {"another cipher", {.plain = HELLO, .cipher = OID_AES128_CBC}, FALSE},
        {"GCM", {.plain = HELLO, .cipher = OID_AES256_GCM}, FALSE},
    };
    g_autofree char *want = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = forge_envelope(&cases[i].forge);
        g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
        g_autofree char *hash = enveloped_data_content_hash(data);
        if (want == NULL)
            want = g_strdup(hash);
        if (g_str_equal(hash, want) != cases[i].same)
            fail_msg("%s: hash %s", cases[i].name, hash);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncation_at_every_octet_is_refused),
        cmocka_unit_test(no_changed_octet_gives_another_text),
        cmocka_unit_test(sec_04_a_thousand_recipients),
        cmocka_unit_test(sec_29_the_hash_covers_what_decides_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
