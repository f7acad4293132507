/* Who signed, with what, over which form of the content. */
#include "core/cms/signer.h"
#include "core/cms/content_info.h"
#include "core/cms/verify.h"
#include "tests/cms/forge.h"

#define BIT(name) ((VerdictSet)1 << VERDICT_##name)
#define TEXT "Content-Type: text/plain\r\n\r\nHello\r\nWorld\r\n"

typedef struct {
    Identity *rsa, *twin, *small, *ec;
    GBytes *content;
} World;

static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    w->rsa = identity_new(GNUTLS_PK_RSA, 2048, 1);
    w->twin = identity_new(GNUTLS_PK_RSA, 2048, 1);
    w->small = identity_new(GNUTLS_PK_RSA, 1024, 2);
    w->ec = identity_new(GNUTLS_PK_ECDSA,
                         GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 4);
    w->content = g_bytes_new_static(TEXT, sizeof TEXT - 1);
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    identity_free(w->rsa);
    identity_free(w->twin);
    identity_free(w->small);
    identity_free(w->ec);
    g_bytes_unref(w->content);
    g_free(w);
    return 0;
}

static SignedData *
read_over(GBytes *der, GBytes *content, GPtrArray *extra, guint floor)
{
    Span span = content == NULL ? (Span){NULL, 0} : span_of(content);
    return signed_data_read(der, &span, content == NULL ? 0 : 1, extra, floor,
                            224);
}

static void
expect(const char *name, GBytes *der, GBytes *content, VerdictSet want)
{
    g_autoptr(SignedData) data = read_over(der, content, NULL, 1024);
    if (data->verdicts != want)
        fail_msg("%s: got %#x, want %#x", name, data->verdicts, want);
}

static void
expect_forge(const char *name, const Forge *forge, VerdictSet want)
{
    g_autoptr(GBytes) der = forge_build(forge);
    expect(name, der, forge->attached ? NULL : forge->content, want);
}

static void
a_signer_is_found_by_either_identifier(void **state)
{
    World *w = *state;
    expect_forge(
        "key identifier",
        &(Forge){.signer = w->rsa, .content = w->content, .by_key_id = TRUE},
        0);
    expect_forge(
        "only another's certificate",
        &(Forge){.signer = w->rsa, .content = w->content, .stranger = w->ec},
        BIT(UNKNOWN_ISSUER));

    g_autoptr(GBytes) der = forge_build(
        &(Forge){.signer = w->rsa, .content = w->content, .stranger = w->ec});
    g_autoptr(GPtrArray) extra = g_ptr_array_new();
    g_ptr_array_add(extra, w->rsa->cert);
    g_autoptr(SignedData) data = read_over(der, w->content, extra, 1024);
    assert_int_equal(data->verdicts, 0);
    assert_string_equal(cert_fingerprint(data->signer),
                        cert_fingerprint(w->rsa->cert));
}

/* A forged twin with the same issuer and serial number is not the signer. */
static void
a_twin_of_the_certificate_is_passed_over(void **state)
{
    World *w = *state;
    g_autoptr(GBytes) der = forge_build(&(Forge){
        .signer = w->rsa, .content = w->content, .stranger = w->twin});
    expect("the twin alone", der, w->content, BIT(ALTERED));
    g_autoptr(GPtrArray) extra = g_ptr_array_new();
    g_ptr_array_add(extra, w->rsa->cert);
    g_autoptr(SignedData) data = read_over(der, w->content, extra, 1024);
    assert_int_equal(data->verdicts, 0);
    assert_string_equal(cert_fingerprint(data->signer),
                        cert_fingerprint(w->rsa->cert));
}

static void
sec_13_below_the_floor_nothing_is_evaluated(void **state)
{
    static const struct {
        const char *name;
        guint floor;
        gboolean broken;
        VerdictSet want;
    } cases[] = {
        {"at the floor", 1024, FALSE, 0},
        {"below it", 1025, FALSE, BIT(WEAK)},
        {"at the floor, broken", 1024, TRUE, BIT(ALTERED)},
        {"below it, broken", 1025, TRUE, BIT(WEAK)},
    };
    World *w = *state;
    g_autoptr(GBytes) broken = g_bytes_new_static("no signature", 12);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = forge_build(
            &(Forge){.signer = w->small,
                     .content = w->content,
                     .signature = cases[i].broken ? broken : NULL});
        g_autoptr(SignedData) data =
            read_over(der, w->content, NULL, cases[i].floor);
        if (data->verdicts != cases[i].want)
            fail_msg("%s: %#x", cases[i].name, data->verdicts);
    }
}

static GPtrArray *
usual_attributes(World *w, GBytes *more)
{
    GPtrArray *list =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_ptr_array_add(
        list, attribute_of(OID_CONTENT_TYPE, value_oid(OID_DATA), NULL));
    g_ptr_array_add(list,
                    attribute_of(OID_MESSAGE_DIGEST,
                                 value_digest(OID_SHA256, w->content), NULL));
    g_ptr_array_add(list, more);
    return list;
}

/* SigningCertificate{,V2} that names cert, with a hash algorithm or not. */
static GBytes *
ess_of(Oid attribute, Oid hash, gboolean named, const Cert *cert)
{
    guint8 sum[64];
    const Digest *digest = digest_find(hash);
    Span bytes = span_of(cert_der(cert));
    gnutls_hash_fast(digest->gnutls, bytes.data, bytes.size, sum);
    DerWriter *der = der_new();
    if (named)
        forge_digest(der, hash);
    der_put(der, TLV_OCTETS,
            (Span){sum, gnutls_hash_get_len(digest->gnutls)});
    for (guint i = 0; i < 3; i++)
        der_wrap(der, 0, TLV_SEQUENCE);
    return attribute_of(attribute, der_finish(der), NULL);
}

static void
the_ess_attribute_names_the_signer(void **state)
{
    World *w = *state;
    const struct {
        const char *name;
        const Identity *whom;
        Oid attribute, hash;
        gboolean named;
        VerdictSet want;
    } cases[] = {
        {"v2", w->rsa, OID_SIGNING_CERTIFICATE_V2, OID_SHA256, FALSE, 0},
        {"v2, sha512", w->rsa, OID_SIGNING_CERTIFICATE_V2, OID_SHA512, TRUE,
         0},
        {"v1", w->rsa, OID_SIGNING_CERTIFICATE, OID_SHA1, FALSE, 0},
        {"v2, another", w->twin, OID_SIGNING_CERTIFICATE_V2, OID_SHA256,
         FALSE, BIT(MALFORMED)},
        {"v2, sha512, another", w->twin, OID_SIGNING_CERTIFICATE_V2,
         OID_SHA512, TRUE, BIT(MALFORMED)},
        {"v1, another", w->twin, OID_SIGNING_CERTIFICATE, OID_SHA1, FALSE,
         BIT(MALFORMED)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) list =
            usual_attributes(w, ess_of(cases[i].attribute, cases[i].hash,
                                       cases[i].named, cases[i].whom->cert));
        expect_forge(cases[i].name,
                     &(Forge){.signer = w->rsa,
                              .content = w->content,
                              .attributes = list},
                     cases[i].want);
    }
}

static GBytes *
protection_of(Oid digest, Oid scheme)
{
    DerWriter *der = der_new();
    forge_digest(der, digest);
    guint mark = der->len;
    algorithm_put_null(der, scheme);
    der_wrap(der, mark, TLV_EXPLICIT + 1);
    der_wrap(der, 0, TLV_SEQUENCE);
    return attribute_of(OID_ALGORITHM_PROTECTION, der_finish(der), NULL);
}

static void
sec_13_algorithm_protection_agrees(void **state)
{
    static const struct {
        const char *name;
        Oid digest, scheme;
        VerdictSet want;
    } cases[] = {
        {"the same", OID_SHA256, OID_RSA, 0},
        {"another digest", OID_SHA512, OID_RSA, BIT(MALFORMED)},
        {"another name of the scheme", OID_SHA256, OID_RSA_SHA256,
         BIT(MALFORMED)},
    };
    World *w = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) list = usual_attributes(
            w, protection_of(cases[i].digest, cases[i].scheme));
        expect_forge(cases[i].name,
                     &(Forge){.signer = w->rsa,
                              .content = w->content,
                              .attributes = list},
                     cases[i].want);
    }
}

static void
the_content_may_come_in_pieces(void **state)
{
    World *w = *state;
    for (guint segments = 0; segments < 12; segments++) {
        g_autoptr(GBytes) der = forge_build(&(Forge){.signer = w->ec,
                                                     .content = w->content,
                                                     .attached = TRUE,
                                                     .segments = segments});
        g_autoptr(SignedData) data = read_over(der, NULL, NULL, 1024);
        assert_int_equal(data->verdicts, 0);
        g_autoptr(GBytes) got = signed_data_take_content(
            data,
            segments % 2 == 0 ? g_bytes_ref(der) : g_steal_pointer(&der));
        assert_true(g_bytes_equal(got, w->content));
    }
}

static void
lf_is_hashed_as_crlf(void **state)
{
    static const struct {
        const char *name, *text;
        VerdictSet want;
    } cases[] = {
        {"CRLF", TEXT, 0},
        {"LF", "Content-Type: text/plain\n\nHello\nWorld\n", 0},
        {"mixed", "Content-Type: text/plain\n\r\nHello\nWorld\r\n", 0},
        {"a CR of its own", "Content-Type: text/plain\r\r\n\r\nHello\n",
         BIT(ALTERED)},
        {"a line end less", "Content-Type: text/plain\n\nHello\nWorld",
         BIT(ALTERED)},
        {"nothing", "", BIT(ALTERED)},
    };
    World *w = *state;
    g_autoptr(GBytes) der =
        forge_build(&(Forge){.signer = w->ec, .content = w->content});
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) text =
            g_bytes_new(cases[i].text, strlen(cases[i].text));
        expect(cases[i].name, der, text, cases[i].want);
    }
    /* Signed over LF as it is, which some do: nothing was changed either. */
    g_autoptr(GBytes) lf = g_bytes_new_static("a\nb\n", 4);
    g_autoptr(GBytes) exact =
        forge_build(&(Forge){.signer = w->ec, .content = lf});
    expect("signed with LF", exact, lf, 0);
}

static void
spans_are_hashed_in_order(void **state)
{
    World *w = *state;
    g_autoptr(GBytes) der =
        forge_build(&(Forge){.signer = w->ec, .content = w->content});
    Span all = span_of(w->content);
    for (gsize cut = 0; cut <= all.size; cut++) {
        const Span two[] = {{all.data, cut},
                            {all.data + cut, all.size - cut}};
        g_autoptr(SignedData) data =
            signed_data_read(der, two, 2, NULL, 1024, 224);
        assert_int_equal(data->verdicts, 0);
    }
}

static void
sec_04_counts_are_bounded(void **state)
{
    World *w = *state;
    const struct {
        const char *name;
        guint signers, certs, digests;
        VerdictSet want;
    } cases[] = {
        {"8 signers", 8, 1, 1, BIT(SEVERAL_SIGNERS)},
        {"9 signers", 9, 1, 1, BIT(MALFORMED)},
        {"32 certificates", 1, 32, 1, 0},
        {"33 certificates", 1, 33, 1, BIT(MALFORMED)},
        {"8 digests", 1, 1, 8, 0},
        {"9 digests", 1, 1, 9, BIT(MALFORMED)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_forge(cases[i].name,
                     &(Forge){.signer = w->ec,
                              .content = w->content,
                              .signers = cases[i].signers,
                              .certs = cases[i].certs,
                              .digests = cases[i].digests},
                     cases[i].want);

    for (guint count = 32; count <= 33; count++) {
        g_autoptr(GPtrArray) list = usual_attributes(
            w,
            attribute_of(OID_CAPABILITIES, value_of(TLV_NULL, "", 0), NULL));
        while (list->len < count)
            g_ptr_array_add(list,
                            attribute_of(OID_RC4, value_oid(OID_RC4), NULL));
        expect_forge("attributes",
                     &(Forge){.signer = w->ec,
                              .content = w->content,
                              .attributes = list},
                     count == 32 ? 0 : BIT(MALFORMED));
    }
}

static void
sec_04_only_padding_may_follow(void **state)
{
    World *w = *state;
    g_autoptr(GBytes) der =
        forge_build(&(Forge){.signer = w->ec, .content = w->content});
    for (guint i = 0; i < 2; i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        der_put_raw(bytes, span_of(der));
        der_put_raw(bytes, (Span){(const guint8 *)(i ? "\0\r\nX" : "\0\r\n"),
                                  i ? 4 : 3});
        g_autoptr(GBytes) padded =
            g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
        expect("padded", padded, w->content, i ? BIT(MALFORMED) : 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signer_is_found_by_either_identifier),
        cmocka_unit_test(a_twin_of_the_certificate_is_passed_over),
        cmocka_unit_test(sec_13_below_the_floor_nothing_is_evaluated),
        cmocka_unit_test(the_ess_attribute_names_the_signer),
        cmocka_unit_test(sec_13_algorithm_protection_agrees),
        cmocka_unit_test(the_content_may_come_in_pieces),
        cmocka_unit_test(lf_is_hashed_as_crlf),
        cmocka_unit_test(spans_are_hashed_in_order),
        cmocka_unit_test(sec_04_counts_are_bounded),
        cmocka_unit_test(sec_04_only_padding_may_follow),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
