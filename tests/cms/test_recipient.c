/* RecipientInfos that carry a key, and for whom they are (SEC-26). */
#include "tests/cms/forge_recipient.h"

/* What of a KeyTransRecipientInfo may differ. */
typedef struct {
    Oid algorithm; /* RSA v1.5 if unset */
    Span params;   /* NULL, the value, if unset */
    gboolean by_key_id;
    gsize key_size; /* 256 if unset */
} Transport;

static DerWriter *
transport(const Cert *cert, const Transport *shape)
{
    static const guint8 zeros[300];
    DerWriter *der = der_new();
    der_put_int(der, shape->by_key_id ? 2 : 0);
    if (shape->by_key_id)
        der_put(der, TLV_CONTEXT, span_of(cert_key_id(cert)));
    else
        put_issuer(der, cert);
    guint mark = der->len;
    der_put(der, TLV_OID,
            oid_body(shape->algorithm == OID_UNKNOWN ? OID_RSA
                                                     : shape->algorithm));
    if (shape->params.data == NULL)
        der_put(der, TLV_NULL, (Span){NULL, 0});
    else
        der_put_raw(der, shape->params);
    der_wrap(der, mark, TLV_SEQUENCE);
    der_put(der, TLV_OCTETS,
            (Span){zeros, shape->key_size == 0 ? 256 : shape->key_size});
    der_wrap(der, 0, TLV_SEQUENCE);
    return der;
}

#define SHA1_ID "\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a"
#define SHA256_ID "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define MGF1_SHA256                                                          \
    "\x30\x18\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08" SHA256_ID
#define LABEL "\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x09\x04\x02hi"

static void
oaep_parameters(void **state)
{
    World *w = *state;
    static const struct {
        const char *name;
        Span params;
        RecipientKind kind;
        const char *hash, *mask, *label;
    } cases[] = {
        {"absent",
         {(const guint8 *)"", 0},
         RECIPIENT_OAEP,
         "sha1",
         "sha1",
         ""},
        {"all by default", TEXT("\x30\x00"), RECIPIENT_OAEP, "sha1", "sha1",
         ""},
        {"SHA-256, MGF1 of SHA-1", TEXT("\x30\x0f\xa0\x0d" SHA256_ID),
         RECIPIENT_OAEP, "sha256", "sha1", ""},
        {"SHA-256 twice",
         TEXT("\x30\x2b\xa0\x0d" SHA256_ID "\xa1\x1a" MGF1_SHA256),
         RECIPIENT_OAEP, "sha256", "sha256", ""},
        {"a label", TEXT("\x30\x13\xa2\x11" LABEL), RECIPIENT_OAEP, "sha1",
         "sha1", "hi"},
        {"an unknown hash", TEXT("\x30\x07\xa0\x05\x30\x03\x06\x01\x2a"),
         RECIPIENT_OTHER, NULL, NULL, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DerWriter) der =
            transport(w->rsa->cert, &(Transport){.algorithm = OID_OAEP,
                                                 .params = cases[i].params});
        g_autoptr(GPtrArray) got = take(der);
        if (got == NULL || got->len != 1)
            fail_msg("%s: not read", cases[i].name);
        const Recipient *one = got->pdata[0];
        if (one->kind != cases[i].kind ||
            g_strcmp0(one->hash, cases[i].hash) != 0 ||
            g_strcmp0(one->mgf_hash, cases[i].mask) != 0 ||
            one->label.size != strlen(cases[i].label))
            fail_msg("%s: %s %s %s", cases[i].name,
                     recipient_kind_name(one->kind), one->hash,
                     one->mgf_hash);
    }
}

/* RSA has none; OpenSSL refuses what is no value too. */
static void
parameters_of_rsa(void **state)
{
    World *w = *state;
    static const struct {
        const char *name;
        Span params;
        gboolean want;
    } cases[] = {
        {"NULL", {NULL, 0}, TRUE},
        {"absent", {(const guint8 *)"", 0}, TRUE},
        {"BOOLEAN of nothing", TEXT("\x01\x00"), FALSE},
        {"SEQUENCE of nothing", TEXT("\x30\x00"), FALSE},
        {"NULL that is something", TEXT("\x05\x01x"), FALSE},
        {"NULL and more", TEXT("\x05\x00\x05\x00"), FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DerWriter) der =
            transport(w->rsa->cert, &(Transport){.params = cases[i].params});
        g_autoptr(GPtrArray) got = take(der);
        if ((got != NULL) != cases[i].want)
            fail_msg("%s: wrong", cases[i].name);
    }
}

/* SEC-26: by identifier alone, and of a length that the key can have. */
static void
sec_26_only_its_own(void **state)
{
    World *w = *state;
    const struct {
        const char *name;
        const Cert *named, *asked;
        Transport shape;
        gboolean want;
    } cases[] = {
        {"its own", w->rsa->cert, w->rsa->cert, {0}, TRUE},
        {"its own by key",
         w->rsa->cert,
         w->rsa->cert,
         {.by_key_id = TRUE},
         TRUE},
        {"another's", w->rsa->cert, w->twin->cert, {0}, FALSE},
        {"another's by key",
         w->rsa->cert,
         w->twin->cert,
         {.by_key_id = TRUE},
         FALSE},
        {"one short", w->rsa->cert, w->rsa->cert, {.key_size = 255}, FALSE},
        {"one long", w->rsa->cert, w->rsa->cert, {.key_size = 257}, FALSE},
        {"RSA for an EC key",
         w->p256->cert,
         w->p256->cert,
         {.key_size = 32},
         FALSE},
        {"an algorithm not ours",
         w->rsa->cert,
         w->rsa->cert,
         {.algorithm = OID_DSA},
         FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DerWriter) der = transport(cases[i].named, &cases[i].shape);
        g_autoptr(GPtrArray) got = take(der);
        assert_non_null(got);
        if (recipient_is_for(got->pdata[0], cases[i].asked) != cases[i].want)
            fail_msg("%s: wrong", cases[i].name);
    }
}

static void
sec_26_numbers_are_their_issuers(void **state)
{
    World *w = *state;
    g_autoptr(DerWriter) der = transport(w->rsa->cert, &(Transport){0});
    g_autoptr(GPtrArray) got = take(der);
    assert_non_null(got);
    Recipient *one = got->pdata[0];
    assert_true(recipient_is_for(one, w->rsa->cert));
    one->issuer = TEXT("\x30\x00");
    assert_false(recipient_is_for(one, w->rsa->cert));
}

/* A password's, a shared key's and whatever else: listed, nobody's. */
static void
other_kinds_are_listed(void **state)
{
    static const struct {
        const char *name;
        Span der, key_id, key;
    } cases[] = {
        {"a shared key",
         TEXT("\xa2\x17\x02\x01\x04\x30\x04\x04\x02id\x30\x05\x06\x03\x2a\x03"
              "\x04\x04\x05"
              "12345"),
         TEXT("id"), TEXT("12345")},
        {"a password",
         TEXT("\xa3\x0f\x02\x01\x00\x30\x05\x06\x03\x2a\x03\x04\x04\x03"
              "123"),
         TEXT(""), TEXT("123")},
        {"another", TEXT("\xa4\x07\x06\x03\x2a\x03\x04\x05\x00"), TEXT(""),
         TEXT("")},
    };
    World *w = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Span in = cases[i].der;
        g_autoptr(GPtrArray) got =
            g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
        if (!recipients_take(&in, 1, got) || in.size > 0)
            fail_msg("%s: not read", cases[i].name);
        const Recipient *one = got->pdata[0];
        assert_int_equal(one->kind, RECIPIENT_OTHER);
        assert_true(span_equal(one->key_id, cases[i].key_id));
        assert_true(span_equal(one->encrypted_key, cases[i].key));
        assert_false(recipient_is_for(one, w->rsa->cert));
        g_autofree char *issuer = recipient_issuer(one);
        assert_null(issuer);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oaep_parameters),
        cmocka_unit_test(parameters_of_rsa),
        cmocka_unit_test(sec_26_only_its_own),
        cmocka_unit_test(sec_26_numbers_are_their_issuers),
        cmocka_unit_test(other_kinds_are_listed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
