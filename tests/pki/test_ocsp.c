/* Questions and answers of OCSP: ours, forged ones, and openssl's opinion. */
#include "tests/pki/chain.h"
#include "tests/pki/forge_ocsp.h"

#include "core/pki/ocsp.h"

static const TrustPolicy policy = TRUST_POLICY_DEFAULT;

static Cert *
ana(const Keys *keys)
{
    return forge_person(keys->leaf, "Root", keys->root);
}

static Cert *
responder(const Keys *keys, const Key *signer, const char *purpose,
          gint64 until)
{
    return forge(&(CertSpec){
        .subject = dn("Responder"),
        .issuer = dn("Root"),
        .key = keys->other,
        .signer = signer,
        .serial = 9,
        .not_after = until,
        .extensions = {ext_usage(USAGE_DIGITAL_SIGNATURE),
                       purpose != NULL ? ext_purpose(purpose) : NULL}});
}

/* The verdict on Ana with this answer, her issuer being hard. */
static VerdictSet
judge_with(const Keys *keys, const Cert *leaf, GBytes *answer, gint64 arrival)
{
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, keys->anchor);
    trust_set_failure(trust, keys->anchor, TRUE);
    if (answer != NULL)
        trust_add_answer(trust, cert_fingerprint(leaf), answer);
    return trust_judge_arrived(trust, leaf, NULL, TEST_NOW, arrival, NULL);
}

/* An answer is named with its time, and by what a stranger's key has not
 * signed nothing was checked. */
static void
s15_the_finding_names_its_answer(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    const Key *const signers[] = {keys->root, keys->other};
    for (gsize i = 0; i < G_N_ELEMENTS(signers); i++) {
        g_autoptr(GBytes) answer =
            forge_ocsp(&(OcspSpec){.issuer = keys->anchor,
                                   .cert = leaf,
                                   .signer = signers[i],
                                   .revoked = TEST_NOW - DAY,
                                   .reason = 1});
        g_autoptr(Trust) trust = trust_new(&policy);
        trust_add_anchor(trust, keys->anchor);
        trust_add_answer(trust, cert_fingerprint(leaf), answer);
        RevocationFinding got = {0};
        trust_judge_arrived(trust, leaf, NULL, TEST_NOW, TEST_NOW, &got);
        if (i > 0) {
            assert_int_equal(got.how, REVOCATION_NOT_CHECKED);
            continue;
        }
        assert_int_equal(got.how, REVOCATION_BY_ANSWER);
        assert_true(got.revoked);
        assert_int_equal(got.date, TEST_NOW - DAY);
        assert_int_equal(got.reason, 1);
        assert_true(got.said != 0);
    }
}

static void
o14_a_question_names_hashes_and_serial_only(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    g_autoptr(GBytes) got = ocsp_question(keys->anchor, leaf, NULL);
    const OcspSpec spec = {.issuer = keys->anchor, .cert = leaf};
    /* SEQ{SEQ{SEQ{SEQ{CertID}}}} and not an octet more. */
    g_autoptr(GBytes) id = forge_cert_id(&spec);
    Der item = der_of(got), whole, list, request, one, algorithm, value;
    assert_true(der_only(item, DER_SEQUENCE, &whole));
    assert_true(der_only(whole, DER_SEQUENCE, &list));
    assert_true(der_only(list, DER_SEQUENCE, &request));
    assert_true(der_only(request, DER_SEQUENCE, &one));
    assert_true(der_only(one, DER_SEQUENCE, &one));
    assert_true(der_take(&one, DER_SEQUENCE, &algorithm));
    assert_true(der_take(&one, DER_OCTET_STRING, &value));
    assert_int_equal(value.size, 20);
    assert_true(der_take(&one, DER_OCTET_STRING, &value));
    assert_int_equal(value.size, 20);
    assert_true(der_take(&one, DER_INTEGER, &value));
    assert_true(der_equal(value, der_of(leaf->serial_der)));
    assert_int_equal(one.size, 0);
    gsize size, id_size;
    const char *bytes = g_bytes_get_data(got, &size);
    const guint8 *want = g_bytes_get_data(id, &id_size);
    assert_non_null(memmem(bytes, size, want + id_size - 47, 47));
    assert_null(memmem(bytes, size, "ana", 3));
    assert_null(memmem(bytes, size, "Ana", 3));
    assert_true(size < 90);
}

static void
answers_say_who_is_revoked(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    g_autoptr(Cert) twin = forge_root("Root", keys->other);
    const OcspSpec base = {
        .issuer = keys->anchor, .cert = leaf, .signer = keys->root};
    const gint64 hour = 3600;
    const struct {
        const char *name;
        VerdictSet want;
        OcspSpec spec; /* issuer NULL: base's */
        gint64 arrival;
    } cases[] = {
        {"good", 0, {.issuer = NULL}, 0},
        {"good, by key", 0, {.by_key = TRUE}, 0},
        {"good, SHA-256 names",
         0,
         {.hash = "2.16.840.1.101.3.4.2.1", .hash_type = G_CHECKSUM_SHA256},
         0},
        {"unknown", BIT(UNCHECKED), {.unknown = TRUE}, 0},
        {"revoked", BIT(REVOKED), {.revoked = TEST_NOW - DAY}, 0},
        {"revoked after it came", 0, {.revoked = TEST_NOW - hour}, -2 * hour},
        {"stolen, told after it came",
         BIT(REVOKED),
         {.revoked = TEST_NOW + hour, .reason = 1},
         0},
        {"out of date", BIT(UNCHECKED), {.next_update = TEST_NOW - 60}, 0},
        {"out of date, but revoked",
         BIT(REVOKED),
         {.next_update = TEST_NOW - 60, .revoked = TEST_NOW - DAY},
         0},
        {"no end: a day", 0, {.next_update = -1}, 0},
        {"no end: not two days",
         BIT(UNCHECKED),
         {.next_update = -1},
         2 * DAY},
        {"another serial", BIT(UNCHECKED), {.serial = 8}, 0},
        {"another issuer of the name", BIT(UNCHECKED), {.issuer = twin}, 0},
        {"another key", BIT(UNCHECKED), {.signer = keys->other}, 0},
        {"a critical extension", BIT(UNCHECKED), {.critical = TRUE}, 0},
        {"SHA-1 under it", BIT(WEAK), {.digest = GNUTLS_DIG_SHA1}, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        OcspSpec spec = cases[i].spec;
        spec.cert = leaf;
        spec.issuer = spec.issuer ? spec.issuer : base.issuer;
        spec.signer = spec.signer ? spec.signer : base.signer;
        g_autoptr(GBytes) answer = forge_ocsp(&spec);
        VerdictSet got =
            judge_with(keys, leaf, answer, TEST_NOW + cases[i].arrival);
        if (got != cases[i].want)
            fail_msg("%s: got %x, want %x", cases[i].name, got,
                     cases[i].want);
    }
}

static void
delegates_are_certified_for_answering(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    const struct {
        const char *name;
        VerdictSet want;
        const Key *signer; /* of the delegate's certificate */
        const char *purpose;
        gint64 until;
    } cases[] = {
        {"as it should be", 0, keys->root, OCSP_PURPOSE, 0},
        {"any purpose", BIT(UNCHECKED), keys->root, ANY_PURPOSE, 0},
        {"of mail", BIT(UNCHECKED), keys->root, MAIL_PURPOSE, 0},
        {"without a purpose", BIT(UNCHECKED), keys->root, NULL, 0},
        {"by another key", BIT(UNCHECKED), keys->other, OCSP_PURPOSE, 0},
        {"expired", BIT(UNCHECKED), keys->root, OCSP_PURPOSE, TEST_NOW - DAY},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Cert) who = responder(keys, cases[i].signer,
                                        cases[i].purpose, cases[i].until);
        g_autoptr(GBytes) answer =
            forge_ocsp(&(OcspSpec){.issuer = keys->anchor,
                                   .cert = leaf,
                                   .signer = keys->other,
                                   .delegate = who});
        VerdictSet got = judge_with(keys, leaf, answer, TEST_NOW);
        if (got != cases[i].want)
            fail_msg("%s: got %x, want %x", cases[i].name, got,
                     cases[i].want);
    }
}

static void
revoked_delegates_have_no_say(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    g_autoptr(Cert) who = responder(keys, keys->root, OCSP_PURPOSE, 0);
    g_autoptr(GBytes) answer = forge_ocsp(&(OcspSpec){.issuer = keys->anchor,
                                                      .cert = leaf,
                                                      .signer = keys->other,
                                                      .delegate = who});
    g_autoptr(GBytes) list =
        forge_crl(&(CrlSpec){.issuer = dn("Root"),
                             .signer = keys->root,
                             .serial = 9,
                             .this_update = TEST_NOW - 9 * DAY,
                             .revoked = TEST_NOW - 10 * DAY,
                             .next_update = TEST_NOW - DAY});
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, keys->anchor);
    trust_add_answer(trust, cert_fingerprint(leaf), answer);
    trust_set_failure(trust, keys->anchor, TRUE);
    assert_int_equal(trust_judge(trust, leaf, NULL, TEST_NOW, NULL), 0);
    assert_true(trust_add_crls(trust, list, NULL));
    assert_int_equal(trust_judge(trust, leaf, NULL, TEST_NOW, NULL),
                     BIT(UNCHECKED));
}

/* S15: what an issuer's silence means is said per issuer. */
static void
s15_soft_and_hard_failure_is_said_per_issuer(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    g_autoptr(GBytes) stale =
        forge_crl(&(CrlSpec){.issuer = dn("Root"),
                             .signer = keys->root,
                             .this_update = TEST_NOW - 9 * DAY,
                             .next_update = TEST_NOW - DAY});
    const struct {
        const char *name;
        gboolean given, set, hard, required;
        VerdictSet want;
    } cases[] = {
        {"nothing said, nothing given", FALSE, FALSE, FALSE, FALSE, 0},
        {"lists given by hand", TRUE, FALSE, FALSE, FALSE, BIT(UNCHECKED)},
        {"the same, soft", TRUE, TRUE, FALSE, FALSE, 0},
        {"hard", FALSE, TRUE, TRUE, FALSE, BIT(UNCHECKED)},
        {"required of all, soft", FALSE, TRUE, FALSE, TRUE, BIT(UNCHECKED)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        TrustPolicy own = policy;
        own.require_revocation = cases[i].required;
        g_autoptr(Trust) trust = trust_new(&own);
        trust_add_anchor(trust, keys->anchor);
        if (cases[i].given)
            assert_true(trust_add_crls(trust, stale, NULL));
        if (cases[i].set)
            trust_set_failure(trust, keys->anchor, cases[i].hard);
        VerdictSet got = trust_judge(trust, leaf, NULL, TEST_NOW, NULL);
        if (got != cases[i].want)
            fail_msg("%s: got %x, want %x", cases[i].name, got,
                     cases[i].want);
    }
}

/* An authority between whose issuer is hard needs to be covered as well. */
static void
s15_hard_holds_for_authorities_between(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) inter =
        forge_authority("Inter", keys->inter, "Root", keys->root);
    g_autoptr(Cert) leaf = forge_person(keys->leaf, "Inter", keys->inter);
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, keys->anchor);
    trust_add_intermediate(trust, inter);
    assert_int_equal(trust_judge(trust, leaf, NULL, TEST_NOW, NULL), 0);
    trust_set_failure(trust, keys->anchor, TRUE);
    assert_int_equal(trust_judge(trust, leaf, NULL, TEST_NOW, NULL),
                     BIT(UNCHECKED));
}

static void
broken_answers_are_refused(void **state)
{
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    g_autoptr(GBytes) whole = forge_ocsp(&(OcspSpec){
        .issuer = keys->anchor, .cert = leaf, .signer = keys->root});
    gsize size;
    const void *data = g_bytes_get_data(whole, &size);
    for (gsize cut = 0; cut < size; cut++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) part = g_bytes_new(data, cut);
        assert_null(ocsp_parse(part, &error));
        assert_int_equal(app_error_code(error), APP_ERROR_CERTIFICATE);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) later =
        wrap(DER_SEQUENCE, number(DER_ENUMERATED, 3), NULL);
    assert_null(ocsp_parse(later, &error));
    assert_int_equal(app_error_code(error), APP_ERROR_REFUSED);
}

static char *
run_openssl(const char *folder, GBytes *bytes, const char *name,
            const char *const *argv)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    char *out = NULL;
    int status = -1;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
    assert_true(g_spawn_sync(folder, (char **)(guintptr)argv, NULL,
                             G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                             NULL, NULL, &out, NULL, &status, NULL));
    assert_int_equal(status, 0);
    g_unlink(path);
    return out;
}

static void
openssl_reads_our_questions(void **state)
{
    static const char *const argv[] = {
        "openssl", "ocsp", "-reqin", "q.der", "-req_text", "-noverify", NULL};
    const Keys *keys = *state;
    g_autoptr(Cert) leaf = ana(keys);
    g_autoptr(GBytes) nonce = g_bytes_new("0123456789abcdef", 16);
    g_autofree char *folder = g_dir_make_tmp("sceau-ocsp-XXXXXX", NULL);
    g_autoptr(GBytes) plain = ocsp_question(keys->anchor, leaf, NULL);
    g_autoptr(GBytes) more = ocsp_question(keys->anchor, leaf, nonce);
    g_autofree char *first = run_openssl(folder, plain, "q.der", argv);
    g_autofree char *second = run_openssl(folder, more, "q.der", argv);
    assert_non_null(strstr(first, "Serial Number: 07"));
    assert_null(strstr(first, "Nonce"));
    assert_non_null(strstr(second, "OCSP Nonce"));
    g_rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s15_the_finding_names_its_answer),
        cmocka_unit_test(o14_a_question_names_hashes_and_serial_only),
        cmocka_unit_test(answers_say_who_is_revoked),
        cmocka_unit_test(delegates_are_certified_for_answering),
        cmocka_unit_test(revoked_delegates_have_no_say),
        cmocka_unit_test(s15_soft_and_hard_failure_is_said_per_issuer),
        cmocka_unit_test(s15_hard_holds_for_authorities_between),
        cmocka_unit_test(broken_answers_are_refused),
        cmocka_unit_test(openssl_reads_our_questions),
    };
    return cmocka_run_group_tests_name("ocsp", tests, make_keys, drop_keys);
}
