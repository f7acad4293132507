/* Shapes of SignedData and what is said of each (SEC-04, 09 to 13). */
#include "tests/cms/forge.h"

typedef struct {
    Identity *rsa, *other, *small, *tiny, *ec, *ed;
    GBytes *content;
} World;

#define NONE 0
#define BIT(name) ((VerdictSet)1 << VERDICT_##name)

static int
set_up(void **state)
{
    static const char text[] = "Content-Type: text/plain\r\n\r\nHello\r\n";
    World *world = g_new0(World, 1);
    world->rsa = identity_new(GNUTLS_PK_RSA, 2048, 1);
    world->other = identity_new(GNUTLS_PK_RSA, 2048, 1);
    world->small = identity_new(GNUTLS_PK_RSA, 1024, 2);
    world->tiny = identity_new(GNUTLS_PK_RSA, 768, 3);
    world->ec = identity_new(
        GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 4);
    world->ed = identity_new(GNUTLS_PK_EDDSA_ED25519, 0, 5);
    world->content = g_bytes_new(text, sizeof text - 1);
    *state = world;
    return 0;
}

static int
tear_down(void **state)
{
    World *world = *state;
    identity_free(world->rsa);
    identity_free(world->other);
    identity_free(world->small);
    identity_free(world->tiny);
    identity_free(world->ec);
    identity_free(world->ed);
    g_bytes_unref(world->content);
    g_free(world);
    return 0;
}

static VerdictSet
read_der(GBytes *der, GBytes *content)
{
    Span span = content == NULL ? (Span){NULL, 0} : span_of(content);
    g_autoptr(SignedData) data = signed_data_read(
        der, &span, content == NULL ? 0 : 1, NULL, 1024, 224);
    return data->verdicts;
}

static void
expect(const char *name, VerdictSet got, VerdictSet want)
{
    if (got != want)
        fail_msg("%s: got %#x (%s), want %#x (%s)", name, got,
                 verdict_code(verdict_first(got)), want,
                 verdict_code(verdict_first(want)));
}

static void
expect_forge(const char *name, const Forge *forge, VerdictSet want)
{
    g_autoptr(GBytes) der = forge_build(forge);
    GBytes *content = forge->attached ? NULL : forge->content;
    expect(name, read_der(der, content), want);
}

static void
sec_09_one_signer_only(void **state)
{
    World *w = *state;
    expect_forge("one", &(Forge){.signer = w->rsa, .content = w->content},
                 NONE);
    expect_forge("none",
                 &(Forge){.signer = w->rsa,
                          .content = w->content,
                          .signers = G_MAXUINT},
                 BIT(MALFORMED));
    expect_forge(
        "two",
        &(Forge){.signer = w->rsa, .content = w->content, .signers = 2},
        BIT(SEVERAL_SIGNERS));
}

static void
sec_10_content_is_inside_or_beside(void **state)
{
    World *w = *state;
    Forge forge = {.signer = w->rsa, .content = w->content};
    g_autoptr(GBytes) detached = forge_build(&forge);
    forge.attached = TRUE;
    g_autoptr(GBytes) opaque = forge_build(&forge);
    expect("detached", read_der(detached, w->content), NONE);
    expect("detached alone", read_der(detached, NULL), BIT(MALFORMED));
    expect("opaque", read_der(opaque, NULL), NONE);
    expect("both", read_der(opaque, w->content), BIT(MALFORMED));
}

/* Attributes for a forge; each call of add() takes over what it is given. */
static GPtrArray *
list_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

static GBytes *
type_attribute(void)
{
    return attribute_of(OID_CONTENT_TYPE, value_oid(OID_DATA), NULL);
}

static GBytes *
digest_attribute(World *w)
{
    return attribute_of(OID_MESSAGE_DIGEST,
                        value_digest(OID_SHA256, w->content), NULL);
}

static GBytes *
time_attribute(guint8 tag, const char *text)
{
    return attribute_of(OID_SIGNING_TIME, value_of(tag, text, strlen(text)),
                        NULL);
}

static void
expect_attributes(World *w, const char *name, VerdictSet want, ...)
{
    g_autoptr(GPtrArray) list = list_new();
    va_list arguments;
    GBytes *one;
    va_start(arguments, want);
    while ((one = va_arg(arguments, GBytes *)) != NULL)
        g_ptr_array_add(list, one);
    va_end(arguments);
    expect_forge(name,
                 &(Forge){.signer = w->rsa,
                          .content = w->content,
                          .attributes = list,
                          .unsorted = TRUE},
                 want);
}

static void
sec_11_attributes_exactly_once(void **state)
{
    World *w = *state;
    GBytes *wrong = g_bytes_new_static("other", 5);
    expect_attributes(w, "both", NONE, type_attribute(), digest_attribute(w),
                      NULL);
    expect_attributes(w, "other order", NONE, digest_attribute(w),
                      type_attribute(), NULL);
    expect_attributes(w, "no type", BIT(MALFORMED), digest_attribute(w),
                      NULL);
    expect_attributes(w, "no digest", BIT(MALFORMED), type_attribute(), NULL);
    expect_attributes(w, "type twice", BIT(MALFORMED), type_attribute(),
                      type_attribute(), digest_attribute(w), NULL);
    expect_attributes(w, "digest twice", BIT(MALFORMED), type_attribute(),
                      digest_attribute(w), digest_attribute(w), NULL);
    expect_attributes(
        w, "two digests in one", BIT(MALFORMED), type_attribute(),
        attribute_of(OID_MESSAGE_DIGEST, value_digest(OID_SHA256, w->content),
                     value_digest(OID_SHA256, wrong), NULL),
        NULL);
    expect_attributes(w, "two types in one", BIT(MALFORMED),
                      digest_attribute(w),
                      attribute_of(OID_CONTENT_TYPE, value_oid(OID_DATA),
                                   value_oid(OID_DATA), NULL),
                      NULL);
    expect_attributes(w, "no value", BIT(MALFORMED), digest_attribute(w),
                      attribute_of(OID_CONTENT_TYPE, NULL), NULL);
    expect_attributes(
        w, "another type", BIT(MALFORMED), digest_attribute(w),
        attribute_of(OID_CONTENT_TYPE, value_oid(OID_SIGNED_DATA), NULL),
        NULL);
    expect_attributes(w, "another digest", BIT(ALTERED), type_attribute(),
                      attribute_of(OID_MESSAGE_DIGEST,
                                   value_digest(OID_SHA256, wrong), NULL),
                      NULL);
    g_bytes_unref(wrong);
}

static void
sec_11_signing_time_has_two_forms(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        gboolean good;
        guint8 tag;
    } cases[] = {
        {"utc", "261125120000Z", TRUE, TLV_UTC_TIME},
        {"utc of 1999", "991125120000Z", TRUE, TLV_UTC_TIME},
        {"general", "20501125120000Z", TRUE, TLV_GENERALIZED_TIME},
        {"no seconds", "2611251200Z", FALSE, TLV_UTC_TIME},
        {"offset", "261125120000+0100", FALSE, TLV_UTC_TIME},
        {"no such day", "260231120000Z", FALSE, TLV_UTC_TIME},
        {"fraction", "20501125120000.5Z", FALSE, TLV_GENERALIZED_TIME},
        {"text", "261125120000Z", FALSE, TLV_OCTETS},
        {"empty", "", FALSE, TLV_UTC_TIME},
    };
    World *w = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_attributes(w, cases[i].name,
                          cases[i].good ? NONE : BIT(MALFORMED),
                          type_attribute(), digest_attribute(w),
                          time_attribute(cases[i].tag, cases[i].text), NULL);
    expect_attributes(w, "twice", BIT(MALFORMED), type_attribute(),
                      digest_attribute(w),
                      time_attribute(TLV_UTC_TIME, "261125120000Z"),
                      time_attribute(TLV_UTC_TIME, "261125120000Z"), NULL);
}

/* RFC 5652 §11: what nobody signed cannot say when, what or of which kind. */
static void
sec_11_unsigned_attributes_say_nothing(void **state)
{
    World *w = *state;
    g_autoptr(GBytes) time = time_attribute(TLV_UTC_TIME, "261125120000Z");
    g_autoptr(GBytes) other = attribute_of(OID_RC4, value_oid(OID_RC4), NULL);
    g_autoptr(GBytes) broken = value_oid(OID_RC4);
    Forge forge = {
        .signer = w->ec, .content = w->content, .unsigned_attribute = other};
    expect_forge("one that we do not use", &forge, NONE);
    forge.unsigned_attribute = time;
    expect_forge("signing time", &forge, BIT(MALFORMED));
    forge.unsigned_attribute = broken;
    expect_forge("no attribute", &forge, BIT(MALFORMED));
}

static void
sec_11_only_data_is_signed_mail(void **state)
{
    World *w = *state;
    expect_forge("another eContentType",
                 &(Forge){.signer = w->rsa,
                          .content = w->content,
                          .type = OID_ENVELOPED_DATA},
                 BIT(MALFORMED));
}

static void
sec_12_without_attributes_is_weak(void **state)
{
    World *w = *state;
    expect_forge("rsa",
                 &(Forge){.signer = w->rsa,
                          .content = w->content,
                          .no_attributes = TRUE},
                 BIT(WEAK));
    expect_forge("ec, opaque",
                 &(Forge){.signer = w->ec,
                          .content = w->content,
                          .no_attributes = TRUE,
                          .attached = TRUE},
                 BIT(WEAK));
    g_autoptr(GBytes) der = forge_build(&(Forge){
        .signer = w->rsa, .content = w->content, .no_attributes = TRUE});
    g_autoptr(GBytes) other = g_bytes_new_static("other", 5);
    expect("altered", read_der(der, other), BIT(WEAK) | BIT(ALTERED));
}

/*
 * A signature over attributes, presented as one over content that consists
 * of those attributes, verifies; it must be refused all the same.
 */
static void
sec_12_attributes_as_content_are_refused(void **state)
{
    World *w = *state;
    Forge honest = {.signer = w->rsa, .content = w->content};
    g_autoptr(GBytes) set = forge_attributes(&honest, OID_SHA256);
    for (guint segments = 0; segments < 4; segments++) {
        Forge swap = {.signer = w->rsa,
                      .content = set,
                      .no_attributes = TRUE,
                      .attached = TRUE,
                      .segments = segments};
        expect_forge("opaque", &swap, BIT(MALFORMED));
    }
    Forge detached = {
        .signer = w->rsa, .content = set, .no_attributes = TRUE};
    expect_forge("detached", &detached, BIT(MALFORMED));
    detached.no_attributes = FALSE;
    expect_forge("with attributes of its own", &detached, BIT(MALFORMED));
}

/* The same where a line end lies in the attributes: the form in which they
 * are hashed is not always the form in which they came. */
static void
sec_12_attributes_are_seen_in_either_form(void **state)
{
    static const struct {
        const char *name, *inside, *sent;
        gsize size; /* of what is sent instead of inside */
    } cases[] = {
        {"LF as it is", "a\nb", "a\nb", 3},
        {"CRLF sent as LF", "a\r\nb", "a\nb", 3},
    };
    World *w = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize length = strlen(cases[i].inside);
        g_autoptr(GPtrArray) list = list_new();
        g_ptr_array_add(list, type_attribute());
        g_ptr_array_add(list, digest_attribute(w));
        g_ptr_array_add(
            list, attribute_of(OID_RC4,
                               value_of(TLV_OCTETS, cases[i].inside, length),
                               NULL));
        Forge honest = {.signer = w->rsa, .attributes = list};
        g_autoptr(GBytes) set = forge_attributes(&honest, OID_SHA256);
        g_autoptr(GBytes) der = forge_build(&(Forge){
            .signer = w->rsa, .content = set, .no_attributes = TRUE});
        Span all = span_of(set);
        const guint8 *at =
            memmem(all.data, all.size, cases[i].inside, length);
        gsize before = (gsize)(at - all.data);
        g_autoptr(GByteArray) sent = g_byte_array_new();
        der_put_raw(sent, (Span){all.data, before});
        der_put_raw(sent,
                    (Span){(const guint8 *)cases[i].sent, cases[i].size});
        der_put_raw(sent, (Span){at + length, all.size - before - length});
        g_autoptr(GBytes) content =
            g_byte_array_free_to_bytes(g_steal_pointer(&sent));
        expect(cases[i].name, read_der(der, content), BIT(MALFORMED));
    }
}

static void
sec_13_digests_and_keys(void **state)
{
    World *w = *state;
    const struct {
        const char *name;
        const Identity *signer;
        Oid digest, scheme;
        VerdictSet want;
    } cases[] = {
        {"rsa sha256", w->rsa, OID_SHA256, OID_RSA, NONE},
        {"rsa sha384", w->rsa, OID_SHA384, OID_RSA, NONE},
        {"rsa sha512", w->rsa, OID_SHA512, OID_RSA_SHA512, NONE},
        {"rsa sha224", w->rsa, OID_SHA224, OID_RSA, BIT(WEAK)},
        {"rsa sha1", w->rsa, OID_SHA1, OID_RSA, BIT(WEAK)},
        {"rsa sha1 by its name", w->rsa, OID_SHA1, OID_RSA_SHA1, BIT(WEAK)},
        {"rsa md5", w->rsa, OID_MD5, OID_RSA, BIT(WEAK)},
        {"ecdsa sha256", w->ec, OID_SHA256, OID_ECDSA_SHA256, NONE},
        {"ecdsa sha512", w->ec, OID_SHA512, OID_ECDSA_SHA512, NONE},
        {"ecdsa sha1", w->ec, OID_SHA1, OID_ECDSA_SHA1, BIT(WEAK)},
        {"ed25519", w->ed, OID_SHA512, OID_ED25519, NONE},
        {"ed25519 over sha256", w->ed, OID_SHA256, OID_ED25519,
         BIT(MALFORMED)},
        {"digests disagree", w->rsa, OID_SHA256, OID_RSA_SHA512,
         BIT(MALFORMED)},
        {"no digest at all", w->rsa, OID_SHA256, OID_AES128_CBC,
         BIT(MALFORMED)},
        {"scheme of another key", w->rsa, OID_SHA256, OID_ECDSA_SHA256,
         BIT(ALTERED)},
        {"1024 bits: trust says weak", w->small, OID_SHA256, OID_RSA, NONE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_forge(cases[i].name,
                     &(Forge){.signer = cases[i].signer,
                              .content = w->content,
                              .digest = cases[i].digest,
                              .scheme = cases[i].scheme},
                     cases[i].want);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_09_one_signer_only),
        cmocka_unit_test(sec_10_content_is_inside_or_beside),
        cmocka_unit_test(sec_11_attributes_exactly_once),
        cmocka_unit_test(sec_11_signing_time_has_two_forms),
        cmocka_unit_test(sec_11_unsigned_attributes_say_nothing),
        cmocka_unit_test(sec_11_only_data_is_signed_mail),
        cmocka_unit_test(sec_12_without_attributes_is_weak),
        cmocka_unit_test(sec_12_attributes_as_content_are_refused),
        cmocka_unit_test(sec_12_attributes_are_seen_in_either_form),
        cmocka_unit_test(sec_13_digests_and_keys),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
