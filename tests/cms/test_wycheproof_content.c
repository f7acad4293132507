/* Wycheproof's vectors of AES-CBC and AES-GCM as messages that are opened. */
#include "tests/cms/forge_envelope.h"
#include "tests/cms/vectors.h"

static GBytes *
cipher_body(Oid oid, Span iv, gsize tag)
{
    DerWriter *der = der_new();
    der_put(der, TLV_OID, oid_body(oid));
    guint params = der->len;
    der_put(der, TLV_OCTETS, iv);
    if (tag > 0) {
        der_put_int(der, (guint8)tag);
        der_wrap(der, params, TLV_SEQUENCE);
    }
    return der_finish(der);
}

static gboolean
opens(Oid oid, const json_t *test, Span mac)
{
    g_autoptr(GBytes) key = vector_hex(test, "key");
    g_autoptr(GBytes) iv = vector_hex(test, "iv");
    g_autoptr(GBytes) content = vector_hex(test, "ct");
    g_autoptr(GBytes) want = vector_hex(test, "msg");
    g_autoptr(GBytes) body = cipher_body(oid, span_of(iv), mac.size);
    Span raw = span_of(content);
    g_autoptr(GBytes) der = forge_envelope(&(ForgeEnvelope){
        .cipher = oid,
        .cipher_body = span_of(body),
        .raw = {raw.size == 0 ? (const guint8 *)"" : raw.data, raw.size},
        .mac = mac});
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
    assert_non_null(data);
    g_autoptr(GBytes) got = enveloped_data_open(data, key, NULL);
    return got != NULL && g_bytes_equal(got, want);
}

static gboolean
cbc_vector(const json_t *group, const json_t *test, gboolean *accepted)
{
    static const Oid ciphers[] = {OID_AES128_CBC, OID_AES192_CBC,
                                  OID_AES256_CBC};
    gsize bits = (gsize)json_integer_value(json_object_get(group, "keySize"));
    *accepted = opens(ciphers[bits / 64 - 2], test, (Span){NULL, 0});
    return TRUE;
}

/* Mail has nonces of 12 octets, and nothing authenticated that is not a SET.
 */
static gboolean
gcm_vector(const json_t *group, const json_t *test, gboolean *accepted)
{
    static const Oid ciphers[] = {OID_AES128_GCM, OID_AES192_GCM,
                                  OID_AES256_GCM};
    gsize bits = (gsize)json_integer_value(json_object_get(group, "keySize"));
    if (json_integer_value(json_object_get(group, "ivSize")) != 96 ||
        json_string_length(json_object_get(test, "aad")) > 0)
        return FALSE;
    g_autoptr(GBytes) mac = vector_hex(test, "tag");
    *accepted = opens(ciphers[bits / 64 - 2], test, span_of(mac));
    return TRUE;
}

static void
aes_cbc_vectors(void **state)
{
    vectors_run("aes_cbc_pkcs5_test.json", cbc_vector);
}

static void
aes_gcm_vectors(void **state)
{
    vectors_run("aes_gcm_test.json", gcm_vector);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aes_cbc_vectors),
        cmocka_unit_test(aes_gcm_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
