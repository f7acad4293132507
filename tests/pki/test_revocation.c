/* SEC-14, SEC-18: CRLs from files; what covers nothing is never good. */
#include "tests/pki/chain.h"

static const TrustPolicy policy = TRUST_POLICY_DEFAULT;

typedef struct {
    const char *name;
    VerdictSet want;
    CrlSpec crl;         /* the issuer's list; signer NULL: Root's key */
    GBytes *leaf_points; /* cRLDistributionPoints of the leaf */
    gint64 at, arrival;  /* days from TEST_NOW */
} CrlCase;

/* Ana, number 7, issued by Root itself: one list decides. */
static Cert *
ana(const Keys *keys, GBytes *points)
{
    return forge(&(CertSpec){
        .subject = dn("Ana"),
        .issuer = dn("Root"),
        .key = keys->leaf,
        .signer = keys->root,
        .serial = 7,
        .extensions = {ext_usage(USAGE_DIGITAL_SIGNATURE), points}});
}

static void
run_crls(const Keys *keys, const CrlCase *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        const CrlCase *it = &cases[i];
        CrlSpec spec = it->crl;
        if (spec.issuer == NULL)
            spec.issuer = dn("Root");
        if (spec.signer == NULL)
            spec.signer = keys->root;
        g_autoptr(GBytes) crl = forge_crl(&spec);
        g_autoptr(Cert) leaf = ana(keys, it->leaf_points);
        g_autoptr(Trust) trust = trust_new(&policy);
        trust_add_anchor(trust, keys->anchor);
        assert_true(trust_add_crls(trust, crl, NULL));
        VerdictSet got = trust_judge_arrived(
            trust, leaf, NULL, TEST_NOW + it->at * DAY,
            TEST_NOW + MAX(it->at, it->arrival) * DAY, NULL);
        if (got != it->want)
            fail_msg("%s: got %x, want %x", it->name, got, it->want);
    }
}

static GBytes *
reason(guint code)
{
    return extension("2.5.29.21", FALSE, number(DER_ENUMERATED, code));
}

/* What the verdict rests on, for whoever asks. */
static void
s15_the_finding_names_its_list(void **state)
{
    const Keys *keys = *state;
    const struct {
        const char *name;
        CrlSpec crl;
        RevocationFinding want;
    } cases[] = {
        {"good",
         {.serial = 8},
         {REVOCATION_BY_LIST, TEST_NOW - DAY, FALSE, 0, -1}},
        {"revoked",
         {.serial = 7, .entry_extensions = {reason(1)}},
         {REVOCATION_BY_LIST, TEST_NOW - DAY, TRUE, TEST_NOW - DAY, 1}},
        {"revoked afterwards",
         {.serial = 7,
          .revoked = TEST_NOW + DAY,
          .entry_extensions = {reason(4)}},
         {REVOCATION_BY_LIST, TEST_NOW - DAY, FALSE, TEST_NOW + DAY, 4}},
        {"out of date", {.serial = 8, .next_update = TEST_NOW - 60}, {0}},
        {"another's list",
         {.serial = 8, .signer = keys->other},
         {.how = REVOCATION_NOT_CHECKED}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        CrlSpec spec = cases[i].crl;
        spec.issuer = dn("Root");
        spec.signer = spec.signer != NULL ? spec.signer : keys->root;
        g_autoptr(GBytes) crl = forge_crl(&spec);
        g_autoptr(Cert) leaf = ana(keys, NULL);
        g_autoptr(Trust) trust = trust_new(&policy);
        trust_add_anchor(trust, keys->anchor);
        assert_true(trust_add_crls(trust, crl, NULL));
        RevocationFinding got = {.reason = 99};
        trust_judge_arrived(trust, leaf, NULL, TEST_NOW, TEST_NOW, &got);
        const RevocationFinding *want = &cases[i].want;
        if (got.how != want->how || got.said != want->said ||
            got.revoked != want->revoked || got.date != want->date ||
            got.reason != want->reason)
            fail_msg("%s: %d %d %d", cases[i].name, got.how, got.revoked,
                     got.reason);
    }
}

static GBytes *
invalid_since(gint64 day)
{
    g_autoptr(GDateTime) when =
        g_date_time_new_from_unix_utc(TEST_NOW + day * DAY);
    g_autofree char *text = g_date_time_format(when, "%Y%m%d%H%M%SZ");
    return extension("2.5.29.24", FALSE,
                     wrap(DER_GENERALIZED_TIME, raw(text), NULL));
}

static void
sec_14_lists_say_who_is_revoked(void **state)
{
    const Keys *keys = *state;
    const CrlCase cases[] = {
        {"empty list", 0, {.serial = 0}, NULL, 0, 0},
        {"another is revoked", 0, {.serial = 8}, NULL, 0, 0},
        {"revoked", BIT(REVOKED), {.serial = 7}, NULL, 0, 0},
        {"on hold",
         BIT(REVOKED),
         {.serial = 7, .entry_extensions = {reason(6)}},
         NULL,
         0,
         0},
        {"SHA-1 under the list",
         BIT(WEAK),
         {.digest = GNUTLS_DIG_SHA1},
         NULL,
         0,
         0},
        {"revoked, SHA-1 under the list",
         BIT(REVOKED),
         {.serial = 7, .digest = GNUTLS_DIG_SHA1},
         NULL,
         0,
         0},
    };
    run_crls(keys, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_lists_have_their_time(void **state)
{
    const Keys *keys = *state;
    const CrlCase cases[] = {
        {"last day", 0, {.serial = 0}, NULL, 7, 0},
        {"past its last day", BIT(UNCHECKED), {.serial = 0}, NULL, 8, 0},
        {"later than the message", 0, {.serial = 0}, NULL, -30, 0},
        {"without a last day",
         BIT(UNCHECKED),
         {.next_update = -1},
         NULL,
         0,
         0},
        {"out of date, but revoked is revoked",
         BIT(REVOKED),
         {.serial = 7},
         NULL,
         8,
         0},
        {"out of date, a hold may be over",
         BIT(UNCHECKED),
         {.serial = 7, .entry_extensions = {reason(6)}},
         NULL,
         8,
         0},
        {"made after the certificate's end",
         BIT(UNCHECKED),
         {.this_update = TEST_NOW + 181 * DAY,
          .next_update = TEST_NOW + 190 * DAY},
         NULL,
         0,
         0},
    };
    run_crls(keys, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_revocations_have_their_time(void **state)
{
    const Keys *keys = *state;
    const gint64 ago = TEST_NOW - 10 * DAY;
    const CrlCase cases[] = {
        {"received before", 0, {.serial = 7, .revoked = ago}, NULL, -11, -11},
        {"received after",
         BIT(REVOKED),
         {.serial = 7, .revoked = ago},
         NULL,
         -9,
         -9},
        {"dated before, received after",
         BIT(REVOKED),
         {.serial = 7, .revoked = ago},
         NULL,
         -11,
         -9},
        {"key stolen, nobody knows when",
         BIT(REVOKED),
         {.serial = 7, .revoked = ago, .entry_extensions = {reason(1)}},
         NULL,
         -11,
         -11},
        {"key stolen before",
         BIT(REVOKED),
         {.serial = 7,
          .revoked = ago,
          .entry_extensions = {reason(1), invalid_since(-12)}},
         NULL,
         -11,
         -11},
        {"key stolen after",
         0,
         {.serial = 7,
          .revoked = ago,
          .entry_extensions = {reason(1), invalid_since(-10)}},
         NULL,
         -11,
         -11},
    };
    run_crls(keys, cases, G_N_ELEMENTS(cases));
}

static void
sec_14_lists_need_their_signer(void **state)
{
    const Keys *keys = *state;
    const CrlCase cases[] = {
        {"signed by another key",
         BIT(UNCHECKED),
         {.serial = 7, .signer = keys->other},
         NULL,
         0,
         0},
        {"of another issuer",
         BIT(UNCHECKED),
         {.serial = 7, .issuer = dn("Other")},
         NULL,
         0,
         0},
        {"unknown critical extension",
         BIT(UNCHECKED),
         {.extensions = {extension("1.2.3", TRUE, raw("x"))}},
         NULL,
         0,
         0},
        {"unknown critical entry extension",
         BIT(UNCHECKED),
         {.serial = 8,
          .entry_extensions = {extension("1.2.3", TRUE, raw("x"))}},
         NULL,
         0,
         0},
        {"unknown extension",
         0,
         {.extensions = {extension("1.2.3", FALSE, raw("x"))}},
         NULL,
         0,
         0},
    };
    run_crls(keys, cases, G_N_ELEMENTS(cases));
}

static GBytes *
point_name(const char *url)
{
    return wrap(0xa0, wrap(0xa0, wrap(GENERAL_URI, raw(url), NULL), NULL),
                NULL);
}

static GBytes *
points(const char *url)
{
    return extension(
        "2.5.29.31", FALSE,
        wrap(DER_SEQUENCE, wrap(DER_SEQUENCE, point_name(url), NULL), NULL));
}

static GBytes *
scope(GBytes *part)
{
    return extension("2.5.29.28", TRUE, wrap(DER_SEQUENCE, part, NULL));
}

#define URL "http://crl.example/a"

static void
sec_14_lists_have_their_scope(void **state)
{
    const Keys *keys = *state;
    const CrlCase cases[] = {
        {"users", 0, {.extensions = {scope(true_mark(0x81))}}, NULL, 0, 0},
        {"authorities",
         BIT(UNCHECKED),
         {.extensions = {scope(true_mark(0x82))}},
         NULL,
         0,
         0},
        {"attribute certificates",
         BIT(UNCHECKED),
         {.extensions = {scope(true_mark(0x85))}},
         NULL,
         0,
         0},
        {"some reasons",
         BIT(UNCHECKED),
         {.extensions = {scope(named_bits(0x83, 2))}},
         NULL,
         0,
         0},
        {"all reasons",
         0,
         {.extensions = {scope(named_bits(0x83, 0x1fe))}},
         NULL,
         0,
         0},
        {"its point",
         0,
         {.extensions = {scope(point_name(URL))}},
         points(URL),
         0,
         0},
        {"another point",
         BIT(UNCHECKED),
         {.extensions = {scope(point_name("http://crl.example/b"))}},
         points(URL),
         0,
         0},
        {"its point, for some reasons",
         BIT(UNCHECKED),
         {.extensions = {scope(point_name(URL))}},
         extension("2.5.29.31", FALSE,
                   wrap(DER_SEQUENCE,
                        wrap(DER_SEQUENCE, point_name(URL),
                             named_bits(0x81, 2), NULL),
                        NULL)),
         0,
         0},
        {"no point is for all", 0, {.serial = 0}, points(URL), 0, 0},
        {"a delta alone",
         BIT(UNCHECKED),
         {.serial = 7,
          .extensions = {extension("2.5.29.27", TRUE,
                                   number(DER_INTEGER, 1))}},
         NULL,
         0,
         0},
    };
    run_crls(keys, cases, G_N_ELEMENTS(cases));
}

static void
broken_lists_are_refused(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GBytes) crl =
        forge_crl(&(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
    gsize size;
    const void *data = g_bytes_get_data(crl, &size);
    for (gsize cut = 0; cut < size; cut++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) part = g_bytes_new(data, cut);
        assert_false(trust_add_crls(trust, part, &error));
        assert_int_equal(app_error_code(error), APP_ERROR_CERTIFICATE);
    }
}

static void
lists_name_their_algorithm_twice(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Trust) trust = trust_new(&policy);
    g_autoptr(GBytes) crl = forge_crl(&(CrlSpec){.issuer = dn("Root"),
                                                 .signer = keys->root,
                                                 .digest = GNUTLS_DIG_SHA384,
                                                 .inner = GNUTLS_DIG_SHA256});
    assert_false(trust_add_crls(trust, crl, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s15_the_finding_names_its_list),
        cmocka_unit_test(sec_14_lists_say_who_is_revoked),
        cmocka_unit_test(sec_14_lists_have_their_time),
        cmocka_unit_test(sec_14_revocations_have_their_time),
        cmocka_unit_test(sec_14_lists_need_their_signer),
        cmocka_unit_test(sec_14_lists_have_their_scope),
        cmocka_unit_test(broken_lists_are_refused),
        cmocka_unit_test(lists_name_their_algorithm_twice),
    };
    return cmocka_run_group_tests_name("revocation", tests, make_keys,
                                       drop_keys);
}
