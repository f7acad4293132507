/* What we sign and write is what we read, and nothing near it (O1, S12). */
#include "core/base/error.h"
#include "core/cms/content_info.h"
#include "core/cms/digest_stream.h"
#include "tests/cms/browser.h"

#define TEXT "Content-Type: text/plain; hp=\"clear\"\r\n\r\nHello\r\n"

typedef struct {
    Identity *rsa, *p256, *p384;
} World;

static Identity *
curve(gnutls_ecc_curve_t one, guint8 serial)
{
    return identity_new(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(one), serial);
}

static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    w->rsa = identity_new(GNUTLS_PK_RSA, 2048, 1);
    w->p256 = curve(GNUTLS_ECC_CURVE_SECP256R1, 2);
    w->p384 = curve(GNUTLS_ECC_CURVE_SECP384R1, 3);
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    identity_free(w->rsa);
    identity_free(w->p256);
    identity_free(w->p384);
    g_free(w);
    return 0;
}

static GBytes *
digest_of(SignAlgorithm algorithm, const void *data, gsize size)
{
    guint8 sum[64];
    gboolean longer = algorithm == SIGN_ECDSA_SHA384;
    gnutls_hash_fast(longer ? GNUTLS_DIG_SHA384 : GNUTLS_DIG_SHA256, data,
                     size, sum);
    return g_bytes_new(sum, longer ? 48 : 32);
}

static GBytes *
written(SignAlgorithm algorithm, const Identity *who, const char *text,
        gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) digest = digest_of(algorithm, text, size);
    g_autoptr(GBytes) set =
        attributes_build(algorithm, who->cert, digest, FORGE_TIME);
    g_autoptr(GBytes) value = browser_signs(algorithm, who, set);
    assert_true(signed_data_check(algorithm, who->cert, set, value));
    GBytes *der =
        signed_data_write(algorithm, who->cert, NULL, set, value, &error);
    assert_non_null(der);
    return der;
}

static void
a_digest_in_pieces_is_the_one_of_the_whole(void **state)
{
    static const SignAlgorithm algorithms[] = {
        SIGN_RSA_SHA256, SIGN_PSS_SHA256, SIGN_ECDSA_SHA256,
        SIGN_ECDSA_SHA384};
    for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        g_autoptr(DigestStream) stream = digest_stream_new(algorithms[i]);
        g_autoptr(GBytes) want = digest_of(algorithms[i], TEXT, strlen(TEXT));
        for (guint round = 0; round < 2; round++) {
            digest_stream_add(stream, (const guint8 *)TEXT, 7);
            digest_stream_add(stream, (const guint8 *)TEXT + 7, 0);
            digest_stream_add(stream, (const guint8 *)TEXT + 7,
                              strlen(TEXT) - 7);
            g_autoptr(GBytes) got = digest_stream_value(stream);
            assert_true(g_bytes_equal(got, want));
        }
    }
}

static VerdictSet
verdicts_of(GBytes *der, const char *text, gsize size)
{
    Span span = {(const guint8 *)text, size};
    g_autoptr(SignedData) data =
        signed_data_read(der, &span, 1, NULL, 1024, 224);
    return data->verdicts;
}

static const struct {
    const char *name;
    SignAlgorithm algorithm;
    gsize who;
} ways[] = {
    {"rsa-sha256", SIGN_RSA_SHA256, offsetof(World, rsa)},
    {"pss-sha256", SIGN_PSS_SHA256, offsetof(World, rsa)},
    {"ecdsa-sha256", SIGN_ECDSA_SHA256, offsetof(World, p256)},
    {"ecdsa-sha384", SIGN_ECDSA_SHA384, offsetof(World, p384)},
};

static const Identity *
whose(World *w, gsize n)
{
    return G_STRUCT_MEMBER(Identity *, w, ways[n].who);
}

static void
what_is_written_verifies(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        const Identity *who = whose(*state, i);
        g_autoptr(GBytes) der =
            written(ways[i].algorithm, who, TEXT, strlen(TEXT));
        Span span = {(const guint8 *)TEXT, strlen(TEXT)};
        g_autoptr(SignedData) data =
            signed_data_read(der, &span, 1, NULL, 1024, 224);
        if (data->verdicts != 0)
            fail_msg("%s: %#x", ways[i].name, data->verdicts);
        assert_string_equal(data->algorithm, ways[i].name);
        assert_string_equal(data->algorithm,
                            sign_algorithm_name(ways[i].algorithm));
        assert_string_equal(data->digest,
                            sign_algorithm_digest(ways[i].algorithm));
        assert_int_equal(data->signing_time, FORGE_TIME);
        assert_string_equal(cert_fingerprint(data->signer),
                            cert_fingerprint(who->cert));
        assert_string_equal(cms_content_kind(der), "signed");
    }
}

static void
the_algorithm_follows_from_the_key(void **state)
{
    static const SignAlgorithm want[] = {SIGN_RSA_SHA256, SIGN_RSA_SHA256,
                                         SIGN_ECDSA_SHA256,
                                         SIGN_ECDSA_SHA384};
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        SignAlgorithm got;
        assert_true(sign_algorithm_for(whose(*state, i)->cert, &got, NULL));
        assert_int_equal(got, want[i]);
    }
    Identity *ed = identity_new(GNUTLS_PK_EDDSA_ED25519, 0, 9);
    g_autoptr(GError) error = NULL;
    SignAlgorithm got;
    assert_false(sign_algorithm_for(ed->cert, &got, &error));
    assert_int_equal(app_error_code(error), APP_ERROR_CERTIFICATE);
    identity_free(ed);
}

static void
attributes_are_a_sorted_set(void **state)
{
    World *w = *state;
    g_autoptr(GBytes) digest = digest_of(SIGN_RSA_SHA256, "", 0);
    g_autoptr(GBytes) set =
        attributes_build(SIGN_RSA_SHA256, w->rsa->cert, digest, FORGE_TIME);
    g_autoptr(GBytes) again =
        attributes_build(SIGN_RSA_SHA256, w->rsa->cert, digest, FORGE_TIME);
    assert_true(g_bytes_equal(set, again));
    Span rest = span_of(set), body, before = {NULL, 0};
    assert_true(tlv_take(&rest, TLV_SET, &body));
    Tlv one;
    guint count = 0;
    for (; tlv_read(&body, &one); count++) {
        if (before.data != NULL) {
            gsize common = MIN(before.size, one.whole.size);
            assert_true(memcmp(before.data, one.whole.data, common) < 0);
        }
        before = one.whole;
    }
    assert_int_equal(count, 6);
    assert_int_equal(rest.size + body.size, 0);
}

static void
another_signature_is_refused(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        const Identity *who = whose(*state, i);
        SignAlgorithm algorithm = ways[i].algorithm;
        g_autoptr(GBytes) digest = digest_of(algorithm, "a", 1);
        g_autoptr(GBytes) set =
            attributes_build(algorithm, who->cert, digest, FORGE_TIME);
        g_autoptr(GBytes) later =
            attributes_build(algorithm, who->cert, digest, FORGE_TIME + 1);
        g_autoptr(GBytes) value = browser_signs(algorithm, who, set);
        g_autoptr(GBytes) shorter =
            g_bytes_new_from_bytes(value, 0, g_bytes_get_size(value) - 1);
        g_autoptr(GBytes) none = g_bytes_new_static("", 0);
        assert_true(signed_data_check(algorithm, who->cert, set, value));
        assert_false(signed_data_check(algorithm, who->cert, later, value));
        assert_false(signed_data_check(algorithm, who->cert, set, shorter));
        assert_false(signed_data_check(algorithm, who->cert, set, none));
        for (gsize j = 0; j < G_N_ELEMENTS(ways); j++)
            if (ways[j].algorithm != algorithm)
                assert_false(signed_data_check(
                    ways[j].algorithm, whose(*state, j)->cert, set, value));
    }
}

/* One bit of the text, the attributes or the signature value: 0 accepted. */
static void
o1_every_flip_is_noticed(void **state)
{
    guint flips = 0;
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(GBytes) der =
            written(ways[i].algorithm, whose(*state, i), TEXT, strlen(TEXT));
        gsize size;
        const guint8 *bytes = g_bytes_get_data(der, &size);
        /* attributes and signature value are the end of the object */
        GBytes *cert = cert_der(whose(*state, i)->cert);
        const guint8 *after =
            (const guint8 *)memmem(bytes, size, g_bytes_get_data(cert, NULL),
                                   g_bytes_get_size(cert)) +
            g_bytes_get_size(cert);
        for (guint n = 0; n < 250; n++, flips++) {
            gsize tail = (gsize)(bytes + size - after);
            gsize at = (gsize)g_rand_int_range(rand, 0,
                                               (gint32)(tail + strlen(TEXT)));
            guint8 bit = (guint8)(1 << g_rand_int_range(rand, 0, 8));
            g_autofree guint8 *copy = g_memdup2(bytes, size);
            char text[] = TEXT;
            if (at < tail)
                copy[(gsize)(after - bytes) + at] ^= bit;
            else
                text[at - tail] ^= (char)bit;
            g_autoptr(GBytes) flipped = g_bytes_new(copy, size);
            if (verdicts_of(flipped, text, strlen(TEXT)) == 0)
                fail_msg("%s: byte %zu of %zu, bit %#x", ways[i].name, at,
                         tail, bit);
        }
    }
    assert_int_equal(flips, 1000);
}

/* Campaign: each byte of a thousand texts, changed to another. */
static void
o1_every_byte_of_a_thousand_samples(void **state)
{
    if (g_getenv("SCEAU_LONG") == NULL) {
        print_message("skipped: SCEAU_LONG is not set\n");
        skip();
    }
    World *w = *state;
    g_autoptr(GRand) rand = g_rand_new_with_seed(2);
    for (guint sample = 0; sample < 1000; sample++) {
        g_autofree char *text = g_strdup_printf(
            "Content-Type: text/plain\r\n\r\nSample %u %x\r\n", sample,
            g_rand_int(rand));
        gsize size = strlen(text);
        g_autoptr(GBytes) der =
            written(SIGN_ECDSA_SHA256, w->p256, text, size);
        assert_int_equal(verdicts_of(der, text, size), 0);
        for (gsize at = 0; at < size; at++) {
            char kept = text[at];
            text[at] ^= (char)g_rand_int_range(rand, 1, 256);
            if (verdicts_of(der, text, size) == 0)
                fail_msg("sample %u, byte %zu", sample, at);
            text[at] = kept;
        }
    }
}

/* The hash that PSS names is that of digestAlgorithm, or it is refused. */
static void
sec_13_pss_names_the_same_digest(void **state)
{
    World *w = *state;
    const VerdictSet malformed = (VerdictSet)1 << VERDICT_MALFORMED;
    g_autoptr(GBytes) content = g_bytes_new_static(TEXT, strlen(TEXT));
    g_autoptr(DerWriter) body = der_new();
    algorithm_put_pss_sha256(body);
    g_autoptr(GBytes) scheme = g_bytes_new(body->data, body->len);
    Forge forge = {.signer = w->rsa,
                   .content = content,
                   .scheme_body = scheme,
                   .sign = GNUTLS_SIGN_RSA_PSS_SHA256,
                   .sign_flags = GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS};
    g_autoptr(GBytes) good = forge_build(&forge);
    assert_int_equal(verdicts_of(good, TEXT, strlen(TEXT)), 0);
    forge.digest = OID_SHA512;
    g_autoptr(GBytes) bad = forge_build(&forge);
    assert_int_equal(verdicts_of(bad, TEXT, strlen(TEXT)), malformed);
}

/* DSA is read and computed, with a good digest too, and is weak. */
static void
sec_13_dsa_is_weak(void **state)
{
    Identity *dsa = identity_new(GNUTLS_PK_DSA, 1024, 9);
    g_autoptr(GBytes) content = g_bytes_new_static(TEXT, strlen(TEXT));
    g_autoptr(GBytes) other = g_bytes_new_static("other", 5);
    Forge forge = {
        .signer = dsa, .content = content, .scheme = OID_DSA_SHA256};
    g_autoptr(GBytes) der = forge_build(&forge);
    const VerdictSet weak = (VerdictSet)1 << VERDICT_WEAK;
    assert_int_equal(verdicts_of(der, TEXT, strlen(TEXT)), weak);
    forge.signature = other;
    g_autoptr(GBytes) broken = forge_build(&forge);
    assert_int_equal(verdicts_of(broken, TEXT, strlen(TEXT)),
                     weak | (VerdictSet)1 << VERDICT_ALTERED);
    identity_free(dsa);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_in_pieces_is_the_one_of_the_whole),
        cmocka_unit_test(what_is_written_verifies),
        cmocka_unit_test(the_algorithm_follows_from_the_key),
        cmocka_unit_test(attributes_are_a_sorted_set),
        cmocka_unit_test(another_signature_is_refused),
        cmocka_unit_test(sec_13_pss_names_the_same_digest),
        cmocka_unit_test(sec_13_dsa_is_weak),
        cmocka_unit_test(o1_every_flip_is_noticed),
        cmocka_unit_test(o1_every_byte_of_a_thousand_samples),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
