/* RecipientInfos by agreement on elliptic curves (RFC 5753, RFC 8418). */
#include "tests/cms/forge_recipient.h"

/* What of a KeyAgreeRecipientInfo may differ. */
typedef struct {
    Span curve; /* the parameters of the sender's key */
    Oid key;    /* its algorithm, EC if unset */
    gsize point;
    guint8 first; /* of the point */
    Oid derivation, wrap;
    Span ukm;
    gboolean by_key_id, by_issuer; /* issuer: a sender who is named */
    guint keys;
} Agree;

static void
put_agree_key(DerWriter *der, const Cert *cert, const Agree *shape)
{
    static const guint8 wrapped[40];
    guint mark = der->len;
    if (shape->by_key_id) {
        guint identifier = der->len;
        der_put(der, TLV_OCTETS, span_of(cert_key_id(cert)));
        der_put(der, TLV_GENERALIZED_TIME, TEXT("20261125120000Z"));
        der_wrap(der, identifier, TLV_EXPLICIT);
    } else {
        put_issuer(der, cert);
    }
    der_put(der, TLV_OCTETS, (Span){wrapped, sizeof wrapped});
    der_wrap(der, mark, TLV_SEQUENCE);
}

static void
put_agree_sender(DerWriter *der, const Cert *cert, const Agree *shape)
{
    guint mark = der->len;
    guint8 point[140] = {0, shape->first};
    if (shape->by_issuer) {
        put_issuer(der, cert);
        der_wrap(der, mark, TLV_EXPLICIT);
        return;
    }
    der_put(der, TLV_OID,
            oid_body(shape->key == OID_UNKNOWN ? OID_EC_KEY : shape->key));
    der_put_raw(der, shape->curve);
    der_wrap(der, mark, TLV_SEQUENCE);
    der_put(der, TLV_BITS, (Span){point, shape->point + 1});
    der_wrap(der, mark, TLV_EXPLICIT + 1);
    der_wrap(der, mark, TLV_EXPLICIT);
}

static DerWriter *
agree(const Cert *cert, const Agree *shape)
{
    DerWriter *der = der_new();
    der_put_int(der, 3);
    put_agree_sender(der, cert, shape);
    if (shape->ukm.size > 0) {
        guint mark = der->len;
        der_put(der, TLV_OCTETS, shape->ukm);
        der_wrap(der, mark, TLV_EXPLICIT + 1);
    }
    guint mark = der->len;
    algorithm_put_plain(der, shape->derivation == OID_UNKNOWN
                                 ? OID_ECDH_SHA256
                                 : shape->derivation);
    guint wrap = der->len;
    algorithm_put_plain(der, shape->wrap == OID_UNKNOWN ? OID_AES256_WRAP
                                                        : shape->wrap);
    der_wrap(der, wrap, TLV_SEQUENCE);
    der_wrap(der, mark, TLV_SEQUENCE);
    mark = der->len;
    for (guint i = 0; i < MAX(shape->keys, 1); i++)
        put_agree_key(der, cert, shape);
    der_wrap(der, mark, TLV_SEQUENCE);
    der_wrap(der, 0, TLV_EXPLICIT + 1);
    return der;
}

#define P256_OID "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"

static const struct {
    const char *name;
    Agree shape;
    RecipientKind kind;
    const char *curve, *hash, *wrap;
    guint bits;
} agreement_cases[] = {
    {"named curve",
     {.curve = {(const guint8 *)P256_OID, 10}, .point = 65, .first = 4},
     RECIPIENT_ECDH,
     "p256",
     "sha256",
     "aes256",
     256},
    {"curve left out",
     {.point = 65, .first = 4},
     RECIPIENT_ECDH,
     NULL,
     "sha256",
     "aes256",
     256},
    {"curve NULL",
     {.curve = TEXT("\x05\x00"), .point = 97, .first = 4},
     RECIPIENT_ECDH,
     NULL,
     "sha256",
     "aes256",
     256},
    {"SHA-1, 3DES",
     {.point = 65,
      .first = 4,
      .derivation = OID_ECDH_SHA1,
      .wrap = OID_3DES_WRAP},
     RECIPIENT_ECDH,
     NULL,
     "sha1",
     "3des",
     192},
    {"cofactor, AES-128",
     {.point = 133,
      .first = 4,
      .derivation = OID_COFACTOR_SHA512,
      .wrap = OID_AES128_WRAP},
     RECIPIENT_ECDH,
     NULL,
     "sha512",
     "aes128",
     128},
    {"X25519",
     {.key = OID_X25519, .point = 32},
     RECIPIENT_ECDH,
     "x25519",
     "sha256",
     "aes256",
     256},
    {"by key, with UKM",
     {.point = 65, .first = 4, .by_key_id = TRUE, .ukm = TEXT("ukm")},
     RECIPIENT_ECDH,
     NULL,
     "sha256",
     "aes256",
     256},
    {"compressed",
     {.point = 33, .first = 2},
     RECIPIENT_OTHER,
     NULL,
     "sha256",
     "aes256",
     256},
    {"of another curve's length",
     {.curve = {(const guint8 *)P256_OID, 10}, .point = 97, .first = 4},
     RECIPIENT_OTHER,
     NULL,
     "sha256",
     "aes256",
     256},
    {"X25519 of 31",
     {.key = OID_X25519, .point = 31},
     RECIPIENT_OTHER,
     NULL,
     "sha256",
     "aes256",
     256},
    {"an EC key of 32",
     {.point = 32},
     RECIPIENT_OTHER,
     NULL,
     "sha256",
     "aes256",
     256},
    {"an unknown derivation",
     {.point = 65, .first = 4, .derivation = OID_MGF1},
     RECIPIENT_OTHER,
     NULL,
     NULL,
     "aes256",
     256},
    {"a sender who is named",
     {.by_issuer = TRUE},
     RECIPIENT_OTHER,
     NULL,
     "sha256",
     "aes256",
     256},
};

static void
agreements(void **state)
{
    World *w = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(agreement_cases); i++) {
        g_autoptr(DerWriter) der =
            agree(w->p256->cert, &agreement_cases[i].shape);
        g_autoptr(GPtrArray) got = take(der);
        if (got == NULL || got->len != 1)
            fail_msg("%s: not read", agreement_cases[i].name);
        const Recipient *one = got->pdata[0];
        if (one->kind != agreement_cases[i].kind ||
            (one->kind == RECIPIENT_ECDH &&
             g_strcmp0(one->curve, agreement_cases[i].curve) != 0) ||
            g_strcmp0(one->kdf_hash, agreement_cases[i].hash) != 0 ||
            g_strcmp0(one->wrap, agreement_cases[i].wrap) != 0 ||
            one->kek_bits != agreement_cases[i].bits)
            fail_msg("%s: %s %s %s %s", agreement_cases[i].name,
                     recipient_kind_name(one->kind), one->curve,
                     one->kdf_hash, one->wrap);
    }
}

static void
an_agreement_is_for_keys_on_its_curve(void **state)
{
    World *w = *state;
    const struct {
        const char *name;
        const Cert *cert;
        Agree shape;
        gboolean want;
    } cases[] = {
        {"P-256", w->p256->cert, {.point = 65, .first = 4}, TRUE},
        {"P-256 by key",
         w->p256->cert,
         {.point = 65, .first = 4, .by_key_id = TRUE},
         TRUE},
        {"P-256 for P-384", w->p384->cert, {.point = 65, .first = 4}, FALSE},
        {"P-384", w->p384->cert, {.point = 97, .first = 4}, TRUE},
        {"for RSA", w->rsa->cert, {.point = 65, .first = 4}, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DerWriter) der = agree(cases[i].cert, &cases[i].shape);
        g_autoptr(GPtrArray) got = take(der);
        assert_non_null(got);
        if (recipient_is_for(got->pdata[0], cases[i].cert) != cases[i].want)
            fail_msg("%s: wrong", cases[i].name);
    }
}

/* RFC 5753 §7.2, by hand: the ukm under [0], the bits under [2]. */
static void
shared_info_is_as_published(void **state)
{
    static const guint8 want[] =
        "\x30\x1e\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2d"
        "\xa0\x07\x04\x05mouse\xa2\x06\x04\x04\x00\x00\x01\x00";
    World *w = *state;
    g_autoptr(DerWriter) der =
        agree(w->p256->cert,
              &(Agree){.point = 65, .first = 4, .ukm = TEXT("mouse")});
    g_autoptr(GPtrArray) got = take(der);
    const Recipient *one = got->pdata[0];
    assert_true(
        span_equal(span_of(one->shared_info), (Span){want, sizeof want - 1}));
}

/* One RecipientInfo may hold many keys, all counted (SEC-04). */
static void
sec_04_keys_of_one_agreement_are_counted(void **state)
{
    World *w = *state;
    for (guint keys = 1; keys <= 6; keys++) {
        g_autoptr(DerWriter) der = agree(
            w->p256->cert, &(Agree){.point = 65, .first = 4, .keys = keys});
        g_autoptr(GPtrArray) got = take(der);
        if ((got != NULL) != (keys <= 5))
            fail_msg("%u keys", keys);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agreements),
        cmocka_unit_test(an_agreement_is_for_keys_on_its_curve),
        cmocka_unit_test(shared_info_is_as_published),
        cmocka_unit_test(sec_04_keys_of_one_agreement_are_counted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
