/* SMIMECapabilities: theirs as far as they matter, and ours. */
#include "core/cms/capabilities.h"
#include "tests/cms/forge.h"

#define TEXT(text) ((Span){(const guint8 *)(text), sizeof(text) - 1})
#define AES "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01"

static void
capabilities_are_read(void **state)
{
    static const struct {
        const char *name;
        Span value;
        Capabilities want;
    } cases[] = {
        {"none", TEXT(""), {0}},
        {"empty", TEXT("\x30\x00"), {0}},
        {"CBC", TEXT("\x30\x0d\x30\x0b" AES "\x2a"), {.aes256_cbc = TRUE}},
        {"GCM among others",
         TEXT("\x30\x1f\x30\x0e\x06\x08\x2a\x86\x48\x86\xf7\x0d\x03\x02\x02"
              "\x02\x00\x80\x30\x0d" AES "\x2e\x05\x00"),
         {.aes256_gcm = TRUE}},
        {"one of them broken",
         TEXT("\x30\x10\x30\x0b" AES "\x2e\x02\x01\x01"),
         {0}},
        {"cut", TEXT("\x30\x0d\x30\x0b" AES), {0}},
        {"something behind", TEXT("\x30\x0d\x30\x0b" AES "\x2e\x00"), {0}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Capabilities got = capabilities_read(cases[i].value);
        if (memcmp(&got, &cases[i].want, sizeof got) != 0)
            fail_msg("%s: %d %d %d %d %d", cases[i].name, got.aes256_gcm,
                     got.aes128_gcm, got.aes256_cbc, got.aes128_cbc,
                     got.oaep);
    }
}

static void
our_capabilities_are_what_we_read(void **state)
{
    const Capabilities want = {TRUE, TRUE, TRUE, TRUE, TRUE};
    g_autoptr(DerWriter) der = der_new();
    capabilities_put(der);
    Capabilities got = capabilities_read((Span){der->data, der->len});
    assert_memory_equal(&got, &want, sizeof got);
}

/* Odd ones announce nothing, and break no signature. */
static void
odd_capabilities_change_no_verdict(void **state)
{
    static const char text[] = "Content-Type: text/plain\r\n\r\nHi\r\n";
    Identity *who = identity_new(GNUTLS_PK_RSA, 2048, 1);
    g_autoptr(GBytes) content = g_bytes_new(text, sizeof text - 1);
    const Span span = span_of(content);
    for (guint copies = 0; copies < 3; copies++) {
        g_autoptr(GPtrArray) list =
            g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
        g_ptr_array_add(
            list, attribute_of(OID_CONTENT_TYPE, value_oid(OID_DATA), NULL));
        g_ptr_array_add(list, attribute_of(OID_MESSAGE_DIGEST,
                                           value_digest(OID_SHA256, content),
                                           NULL));
        for (guint i = 0; i < copies; i++)
            g_ptr_array_add(list, attribute_of(OID_CAPABILITIES,
                                               value_of(TLV_SEQUENCE, "", 0),
                                               NULL));
        g_autoptr(GBytes) der = forge_build(
            &(Forge){.signer = who, .content = content, .attributes = list});
        g_autoptr(SignedData) data =
            signed_data_read(der, &span, 1, NULL, 1024, 224);
        assert_int_equal(data->verdicts, 0);
        assert_int_equal(data->capabilities.size, copies == 1 ? 2 : 0);
    }
    identity_free(who);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capabilities_are_read),
        cmocka_unit_test(our_capabilities_are_what_we_read),
        cmocka_unit_test(odd_capabilities_change_no_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
