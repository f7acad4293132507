/* Wrapping, agreeing and deriving, by published vectors. */
#include "tests/cms/envelope.h"
#include "tests/cms/vectors.h"

#define SPAN(text) ((Span){(const guint8 *)(text), sizeof(text) - 1})

/* RFC 3394 §4.1, §4.3, §4.6. */
static void
wraps_as_rfc_3394(void **state)
{
    static const guint8 kek[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                   11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                   22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
    static const guint8 key[32] = {
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa,
        0xbb, 0xcc, 0xdd, 0xee, 0xff, 0,    1,    2,    3,    4,    5,
        6,    7,    8,    9,    10,   11,   12,   13,   14,   15};
    static const struct {
        gsize kek, key;
        Span want;
    } cases[] = {
        {16, 16,
         SPAN("\x1f\xa6\x8b\x0a\x81\x12\xb4\x47\xae\xf3\x4b\xd8\xfb\x5a\x7b"
              "\x82\x9d\x3e\x86\x23\x71\xd2\xcf\xe5")},
        {32, 16,
         SPAN("\x64\xe8\xc3\xf9\xce\x0f\x5b\xa2\x63\xe9\x77\x79\x05\x81\x8a"
              "\x2a\x93\xc8\x19\x1e\x7d\x6e\x8a\xe7")},
        {32, 32,
         SPAN("\x28\xc9\xf4\x04\xc4\xb8\x10\xf4\xcb\xcc\xb3\x5c\xfb\x87\xf8"
              "\x26\x3f\x57\x86\xe2\xd8\x0e\xd3\x26\xcb\xc7\xf0\xe7\x1a\x99"
              "\xf4\x3b\xfb\x98\x8b\x9b\x7a\x02\xdd\x21")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 out[KEY_WRAP_MAX + KEY_WRAP_EXTRA];
        assert_true(key_wrap_aes((Span){kek, cases[i].kek},
                                 (Span){key, cases[i].key}, out));
        assert_memory_equal(out, cases[i].want.data, cases[i].want.size);
    }
}

static void
other_sizes_are_refused(void **state)
{
    static const guint8 octets[64];
    static const struct {
        gsize kek, key;
    } cases[] = {{0, 16}, {15, 16}, {17, 16}, {64, 16}, {16, 0},
                 {16, 8}, {16, 15}, {16, 17}, {16, 40}, {16, 33}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 out[128];
        assert_false(key_wrap_aes((Span){octets, cases[i].kek},
                                  (Span){octets, cases[i].key}, out));
    }
}

static gboolean
wrap_vector(const json_t *group, const json_t *test, gboolean *accepted)
{
    g_autoptr(GBytes) kek = vector_hex(test, "key");
    g_autoptr(GBytes) key = vector_hex(test, "msg");
    g_autoptr(GBytes) wrapped = vector_hex(test, "ct");
    guint8 out[128];
    Span text = span_of(key);
    if (text.size < 16 || text.size > KEY_WRAP_MAX || text.size % 8 != 0)
        return FALSE;
    *accepted =
        key_wrap_aes(span_of(kek), text, out) &&
        span_equal((Span){out, text.size + KEY_WRAP_EXTRA}, span_of(wrapped));
    return TRUE;
}

static void
aes_key_wrap_vectors(void **state)
{
    vectors_run("aes_wrap_test.json", wrap_vector);
}

/* The shared secret of X9.63 §KDF as NIST's CAVP has it, SHA-256. */
static void
derives_as_x963(void **state)
{
    const Span secret = SPAN("\x96\xc0\x56\x19\xd5\x6c\x32\x8a\xb9\x5f\xe8"
                             "\x4b\x18\x26\x4b\x08\x72\x5b\x85\xe3\x3f\xd3"
                             "\x4f\x08");
    const Span want = SPAN("\x44\x30\x24\xc3\xda\xe6\x6b\x95\xe6\xf5\x67\x06"
                           "\x01\x55\x8f\x71");
    guint8 out[16];
    key_wrap_derive(digest_find(OID_SHA256), secret, SPAN(""), out, 16);
    assert_memory_equal(out, want.data, want.size);
}

/* The point of a SubjectPublicKeyInfo with a named P-256, else FALSE. */
static gboolean
named_point(GBytes *spki, Span *point)
{
    Span rest = span_of(spki), body, bits, curve;
    AlgorithmId algorithm;
    gsize size;
    if (!tlv_measure(rest, &size) || size != rest.size ||
        !tlv_take(&rest, TLV_SEQUENCE, &body) ||
        !algorithm_take(&body, &algorithm) || algorithm.oid != OID_EC_KEY ||
        !tlv_take(&algorithm.params, TLV_OID, &curve) ||
        oid_find(curve) != OID_P256 || !tlv_take(&body, TLV_BITS, &bits) ||
        body.size > 0 || bits.size < 1 || bits.data[0] != 0)
        return FALSE;
    *point = (Span){bits.data + 1, bits.size - 1};
    return TRUE;
}

static gboolean
ecdh_vector(const json_t *group, const json_t *test, gboolean *accepted)
{
    g_autoptr(GBytes) spki = vector_hex(test, "public");
    g_autoptr(GBytes) number = vector_hex(test, "private");
    g_autoptr(GBytes) want = vector_hex(test, "shared");
    guint8 ours[KEY_AGREE_POINT_MAX], secret[KEY_AGREE_SECRET_MAX];
    Span point;
    /* Compressed points are what no mailer sends and we do not take. */
    if (!named_point(spki, &point) ||
        vector_has_flag(test, "CompressedPoint"))
        return FALSE;
    *accepted =
        key_agree_with(CURVE_P256, span_of(number), point, ours, secret) &&
        span_equal((Span){secret, 32}, span_of(want));
    return TRUE;
}

static void
ecdh_vectors(void **state)
{
    vectors_run("ecdh_secp256r1_test.json", ecdh_vector);
}

static gboolean
x25519_vector(const json_t *group, const json_t *test, gboolean *accepted)
{
    g_autoptr(GBytes) point = vector_hex(test, "public");
    g_autoptr(GBytes) number = vector_hex(test, "private");
    g_autoptr(GBytes) want = vector_hex(test, "shared");
    guint8 ours[32], secret[32];
    *accepted = key_agree_with(CURVE_X25519, span_of(number), span_of(point),
                               ours, secret) &&
                span_equal((Span){secret, 32}, span_of(want));
    if (vector_has_flag(test, "ZeroSharedSecret"))
        assert_false(*accepted);
    return TRUE;
}

/* No other program here has X25519 in CMS: Wycheproof's secrets, made by
 * other implementations, are the other side of the agreement, and whole
 * messages are a round trip of our own (test_envelope_openssl.c). */
static void
x25519_vectors(void **state)
{
    vectors_run("x25519_test.json", x25519_vector);
}

/* Two numbers, each with the other's point; the other curves have vectors or
 * GnuTLS for their other side (test_enveloped_write.c). */
static void
both_sides_agree_on_x25519(void **state)
{
    guint8 base[32] = {9}, number[32], mine[32], theirs[32], a[32], b[32];
    gnutls_rnd(GNUTLS_RND_NONCE, number, sizeof number);
    Span scalar = {number, 32};
    assert_true(
        key_agree_with(CURVE_X25519, scalar, (Span){base, 32}, mine, a));
    assert_true(key_agree_make(CURVE_X25519, (Span){mine, 32}, theirs, a));
    assert_true(
        key_agree_with(CURVE_X25519, scalar, (Span){theirs, 32}, mine, b));
    assert_memory_equal(a, b, sizeof a);
}

static void
points_off_the_curve_are_refused(void **state)
{
    static const struct {
        const char *name;
        Curve curve;
        guint8 first, last;
        gsize size;
    } cases[] = {
        {"P-256, (0, 0)", CURVE_P256, 4, 0, 65},
        {"P-256, (0, 1)", CURVE_P256, 4, 1, 65},
        {"P-384, (0, 1)", CURVE_P384, 4, 1, 97},
        {"P-521, (0, 1)", CURVE_P521, 4, 1, 133},
        {"P-256, compressed", CURVE_P256, 2, 1, 33},
        {"P-256, hybrid", CURVE_P256, 6, 1, 65},
        {"P-256, infinity", CURVE_P256, 0, 0, 1},
        {"P-256, one short", CURVE_P256, 4, 1, 64},
        {"P-256, nothing", CURVE_P256, 4, 0, 0},
        {"X25519, zero", CURVE_X25519, 0, 0, 32},
        {"X25519, one", CURVE_X25519, 1, 0, 32},
        {"X25519, one short", CURVE_X25519, 9, 0, 31},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 point[KEY_AGREE_POINT_MAX] = {cases[i].first};
        guint8 ours[KEY_AGREE_POINT_MAX], secret[KEY_AGREE_SECRET_MAX];
        if (cases[i].size > 1)
            point[cases[i].size - 1] |= cases[i].last;
        if (key_agree_make(cases[i].curve, (Span){point, cases[i].size}, ours,
                           secret))
            fail_msg("%s: agreed", cases[i].name);
    }
}

/* A modulus that OAEP cannot use. */
static void
oaep_refuses_odd_keys(void **state)
{
    static const struct {
        const char *name;
        gsize size;
        guint8 last;
        gsize key;
    } cases[] = {
        {"no modulus", 0, 1, 16},
        {"an even one", 256, 2, 16},
        {"too short for the key", 66 + 31, 1, 32},
        {"longer than 8192 bits", 1025, 1, 16},
    };
    guint8 modulus[1025], key[32] = {0};
    memset(modulus, 0xff, sizeof modulus);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        modulus[MAX(cases[i].size, 1) - 1] = cases[i].last;
        g_autoptr(GBytes) got = key_wrap_oaep(
            digest_find(OID_SHA256), (Span){modulus, cases[i].size},
            SPAN("\x01\x00\x01"), (Span){key, cases[i].key});
        if (got != NULL)
            fail_msg("%s: wrapped", cases[i].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wraps_as_rfc_3394),
        cmocka_unit_test(other_sizes_are_refused),
        cmocka_unit_test(aes_key_wrap_vectors),
        cmocka_unit_test(derives_as_x963),
        cmocka_unit_test(ecdh_vectors),
        cmocka_unit_test(x25519_vectors),
        cmocka_unit_test(both_sides_agree_on_x25519),
        cmocka_unit_test(points_off_the_curve_are_refused),
        cmocka_unit_test(oaep_refuses_odd_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
