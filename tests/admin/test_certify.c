/* Asked for, approved, issued, renewed, revoked, with the real sceau-ca (S4,
 * S14; what is wrong with a request is an answer). */
#include "core/admin/certify.h"

#include "core/admin/certify_desk.h"
#include "core/base/json.h"
#include "core/pki/cert.h"
#include "core/pki/crl.h"
#include "core/store/audit.h"
#include "core/store/disabled_key.h"
#include "core/store/notice.h"
#include "core/store/own_cert.h"
#include "core/store/revocation_cache.h"
#include "tests/admin/authority_test.h"

static void
expect_answer(const Json *answer, const char *state, const char *reason,
              const char *name)
{
    if (g_strcmp0(member(answer, "state"), state) != 0 ||
        g_strcmp0(member(answer, "reason"), reason) != 0)
        fail_msg("%s: got %s, %s", name, member(answer, "state"),
                 member(answer, "reason"));
}

/* S4: the person's request waits, is approved, and the certificate is theirs
 * and in the right place; nobody made a key for them. */
static void
s4_a_request_waits_and_is_issued(void **state)
{
    const Desk *desk = *state;
    CertifyCount count;
    g_autoptr(GBytes) csr = p256_request("ana@demo.test");
    g_autoptr(Json) answer = ask(desk, desk->ana, csr, "");
    expect_answer(answer, "waiting", NULL, "asked");
    approve(desk, member(answer, "id"), &count);
    assert_int_equal(count.issued, 1);
    assert_int_equal(count.waiting, 0);

    g_autoptr(Json) again = ask(desk, desk->ana, csr, "");
    expect_answer(again, "issued", NULL, "asked again: collected");
    assert_string_equal(member(again, "id"), member(answer, "id"));
    g_autoptr(GBytes) der = json_get_bytes(again, "certificate", NULL);
    g_autoptr(Cert) cert = cert_parse(der, NULL);
    assert_true(cert_has_address(cert, "ana@demo.test"));
    g_autoptr(GPtrArray) own = own_cert_list(desk->db, desk->ana, NULL);
    assert_int_equal(own->len, 1);
    assert_string_equal(((OwnCert *)g_ptr_array_index(own, 0))->kid,
                        cert_fingerprint(cert));
    assert_int_equal(notices(desk, desk->ana, "certificate-issued"), 1);
    assert_int_equal(ledger_number(desk, "issued"), 1);
}

static void
s4_the_rule_issues_at_once_in_its_domains(void **state)
{
    const Desk *desk = *state;
    const Office office = terminal_of(desk);
    static const struct {
        const char *domains, *want;
    } cases[] = {
        {"other.test", "waiting"}, {"demo.test", "issued"}, {"", "issued"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_true(local_ca_set_rule(&office, TRUE, cases[i].domains, NULL));
        g_autoptr(GBytes) csr = p256_request(NULL);
        g_autoptr(Json) answer = ask(desk, desk->ana, csr, "");
        expect_answer(answer, cases[i].want, NULL, cases[i].domains);
    }
    assert_int_equal(notices(desk, desk->ana, "certificate-issued"), 0);
}

/* Each answer names what is wrong, is audited, and leaves nothing. */
static void
s14_a_bad_request_is_refused_with_its_reason(void **state)
{
    const Desk *desk = *state;
    static const struct {
        const char *name, *spec;
        Wanted wanted;
        const char *renews, *want;
    } cases[] = {
        {"RSA 1023", "rsa:1023", {0}, "", "weak"},
        {"RSA 1024", "rsa:1024", {0}, "", "weak"},
        {"P-192", "ec:prime192v1", {0}, "", "weak"},
        {"P-224", "ec:secp224r1", {0}, "", "weak"},
        {"another's address",
         NULL,
         {P256, "bob@demo.test", NULL, FALSE},
         "",
         "address"},
        {"not its key",
         NULL,
         {P256, "ana@demo.test", NULL, TRUE},
         "",
         "proof"},
        {"renews nothing", NULL, {P256, NULL, NULL, FALSE}, "abc", "policy"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) csr = cases[i].spec != NULL
                                    ? openssl_request(cases[i].spec)
                                    : make_request(&cases[i].wanted);
        g_autoptr(Json) answer = ask(desk, desk->ana, csr, cases[i].renews);
        expect_answer(answer, "refused", cases[i].want, cases[i].name);
        const AuditQuery query = {.account = desk->ana, .limit = 1};
        g_autoptr(GPtrArray) rows = audit_list(desk->db, &query, NULL);
        const AuditRow *row = g_ptr_array_index(rows, 0);
        assert_string_equal(row->act, "certificate-request");
        assert_string_equal(row->after, cases[i].want);
    }
    g_autoptr(GBytes) junk = g_bytes_new_static("junk", 4);
    g_autoptr(Json) answer = ask(desk, desk->ana, junk, "");
    expect_answer(answer, "refused", "malformed", "junk");
    assert_int_equal(number_of(desk->db, "SELECT COUNT(*) FROM cert_request"),
                     0);
}

static void
a_key_is_one_persons_and_a_stolen_one_nobodys(void **state)
{
    const Desk *desk = *state;
    g_autoptr(GBytes) csr = p256_request(NULL);
    g_autoptr(Json) first = ask(desk, desk->ana, csr, "");
    g_autoptr(Json) same = ask(desk, desk->ana, csr, "");
    assert_string_equal(member(first, "id"), member(same, "id"));
    g_autoptr(Json) other = ask(desk, desk->bob, csr, "");
    expect_answer(other, "refused", "duplicate", "another's key");

    g_autofree char *kid = certified(desk, desk->bob, NULL);
    gboolean local = FALSE;
    g_autoptr(Account) bob = account_load(desk->db, desk->bob, NULL);
    const Office own = office_for(desk, bob);
    assert_true(
        certify_revoke(&own, kid, CERTIFY_KEY_COMPROMISE, &local, NULL));
    assert_true(local);
    g_autoptr(Issued) issued = issued_find(desk->db, kid, NULL);
    g_autoptr(CertRequest) request =
        cert_request_load(desk->db, issued->request, NULL);
    g_autoptr(Json) anew = ask(desk, desk->bob, request->csr, kid);
    expect_answer(anew, "refused", "policy", "a stolen key");
}

static void
nobody_asks_without_end(void **state)
{
    const Desk *desk = *state;
    for (gsize i = 0; i < 6; i++) {
        g_autoptr(GBytes) csr = p256_request(NULL);
        g_autoptr(Json) answer = ask(desk, desk->ana, csr, "");
        expect_answer(answer, i < 5 ? "waiting" : "refused",
                      i < 5 ? NULL : "duplicate", "one of six");
    }
}

/* S11: the old one stays good beside the new. */
static void
s11_a_renewal_overlaps(void **state)
{
    const Desk *desk = *state;
    g_autofree char *old = certified(desk, desk->ana, "ana@demo.test");
    CertifyCount count;
    g_autoptr(GBytes) csr = p256_request("ana@demo.test");
    g_autoptr(Json) answer = ask(desk, desk->ana, csr, old);
    expect_answer(answer, "waiting", NULL, "renewal");
    approve(desk, member(answer, "id"), &count);
    g_autoptr(GPtrArray) own = own_cert_list(desk->db, desk->ana, NULL);
    assert_int_equal(own->len, 2);
    g_autoptr(Issued) before = issued_find(desk->db, old, NULL);
    assert_int_equal(before->revoked, 0);
    assert_int_equal(ledger_number(desk, "revoked"), 0);
}

static void
refused_by_the_administrator_is_told(void **state)
{
    const Desk *desk = *state;
    const Office office = terminal_of(desk);
    g_autoptr(GBytes) csr = p256_request(NULL);
    g_autoptr(Json) answer = ask(desk, desk->ana, csr, "");
    const char *const ids[] = {member(answer, "id"), NULL};
    assert_true(certify_refuse(&office, ids, "administrator", NULL));
    g_autoptr(GError) error = NULL;
    CertifyCount count;
    assert_false(certify_approve(&office, ids, &count, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "decided already");
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    const Office own = office_for(desk, ana);
    g_autofree char *list = certify_requests_json(&own, NULL);
    assert_non_null(strstr(list, "\"reason\":\"administrator\""));
    assert_int_equal(notices(desk, desk->ana, "request-refused"), 1);
    /* Who asks again has read it. */
    g_autoptr(GBytes) other = p256_request(NULL);
    g_autoptr(Json) anew = ask(desk, desk->ana, other, "");
    expect_answer(anew, "waiting", NULL, "asked anew");
    assert_int_equal(notices(desk, desk->ana, "request-refused"), 0);
}

/* Nobody is asked about it any more, and the same key may be asked for. */
static void
a_request_is_taken_back_by_its_person(void **state)
{
    const Desk *desk = *state;
    const Office office = terminal_of(desk);
    g_autoptr(GBytes) csr = p256_request(NULL);
    g_autoptr(Json) answer = ask(desk, desk->ana, csr, "");
    const char *id = member(answer, "id");
    const char *const ids[] = {id, NULL};
    g_autoptr(Account) bob = account_load(desk->db, desk->bob, NULL);
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    const Office others = office_for(desk, bob), own = office_for(desk, ana);
    g_autoptr(GError) not_his = NULL, gone = NULL, late = NULL;
    assert_false(certify_cancel(&others, id, &not_his));
    expect_app_error(not_his, APP_ERROR_NOT_FOUND, "another's");
    assert_true(certify_cancel(&own, id, NULL));
    g_autoptr(GPtrArray) waiting = certify_waiting(&office, 9, NULL);
    assert_int_equal(waiting->len, 0);
    const AuditQuery query = {.account = desk->ana, .limit = 1};
    g_autoptr(GPtrArray) rows = audit_list(desk->db, &query, NULL);
    const AuditRow *row = g_ptr_array_index(rows, 0);
    assert_string_equal(row->act, "certificate-cancel");
    assert_string_equal(row->actor, "ana@demo.test");
    CertifyCount count;
    assert_false(certify_approve(&office, ids, &count, &gone));
    expect_app_error(gone, APP_ERROR_CONFLICT, "no longer there to approve");
    g_autofree char *list = certify_requests_json(&own, NULL);
    assert_non_null(strstr(list, "\"state\":\"cancelled\""));

    g_autoptr(Json) again = ask(desk, desk->ana, csr, "");
    expect_answer(again, "waiting", NULL, "the same key again");
    approve(desk, member(again, "id"), &count);
    assert_false(certify_cancel(&own, member(again, "id"), &late));
    expect_app_error(late, APP_ERROR_CONFLICT, "issued meanwhile");
}

/* Rows, the ledger, the list, and what verdicts are given by all say so. */
static void
what_is_revoked_is_on_the_list(void **state)
{
    const Desk *desk = *state;
    const Office office = terminal_of(desk);
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    gboolean local = FALSE;
    g_autoptr(GError) error = NULL;
    for (gsize times = 0; times < 2; times++)
        expect_fine(
            certify_revoke(&office, kid, CERTIFY_SUPERSEDED, &local, &error),
            error, "revoke");
    assert_true(local);
    g_autoptr(Issued) issued = issued_find(desk->db, kid, NULL);
    assert_true(issued->published);
    assert_int_equal(ledger_number(desk, "revoked"), 1);
    /* The first was made with the authority; a second time makes none. */
    assert_int_equal(ledger_number(desk, "crl_number"), 2);

    g_autoptr(LocalAuthority) authority =
        local_authority_find(desk->db, NULL);
    assert_int_equal(authority->crl_number, 2);
    g_autoptr(GBytes) der =
        local_authority_crl(desk->db, authority->file, NULL);
    g_autoptr(Crl) crl = crl_parse(der, NULL);
    assert_int_equal(crl->entries->len, 1);
    g_autofree char *issuer =
        g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, authority->der);
    g_autoptr(RevocationCached) cached =
        revocation_cache_find(desk->db, issuer, REVOCATION_CRL, "", NULL);
    assert_true(g_bytes_equal(cached->der, der));
    assert_int_equal(notices(desk, desk->ana, "certificate-revoked"), 1);

    assert_true(
        certify_revoke(&office, "ff00", CERTIFY_SUPERSEDED, &local, NULL));
    assert_false(local);
}

/* Who may revoke what, and whose requests an administrator sees. */
static void
roles_and_domains_hold(void **state)
{
    Desk *desk = *state;
    gboolean local = FALSE;
    CertifyCount count;
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    g_autoptr(GBytes) csr = p256_request(NULL);
    g_autoptr(Json) waits = ask(desk, desk->ana, csr, "");
    const char *const ids[] = {member(waits, "id"), NULL};
    static const struct {
        const char *login;
        Role role;
        const char *domain;
        gboolean stolen, other, approve;
    } cases[] = {
        {"staff@demo.test", ROLE_STAFF, NULL, FALSE, FALSE, FALSE},
        {"help@other.test", ROLE_HELPDESK, "other.test", FALSE, FALSE, FALSE},
        {"admin@other.test", ROLE_ADMINISTRATOR, "other.test", FALSE, FALSE,
         FALSE},
        {"help@demo.test", ROLE_HELPDESK, "demo.test", TRUE, FALSE, FALSE},
        {"admin@demo.test", ROLE_ADMINISTRATOR, "demo.test", TRUE, TRUE,
         TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 id = new_officer(desk->db, cases[i].login, cases[i].role,
                                cases[i].domain);
        g_autoptr(Account) who = account_load(desk->db, id, NULL);
        const Office office = office_for(desk, who);
        const char *name = cases[i].login;
        if (certify_revoke(&office, kid, CERTIFY_CESSATION, &local, NULL) !=
            cases[i].other)
            fail_msg("%s: revoke", name);
        if (certify_revoke(&office, kid, CERTIFY_KEY_COMPROMISE, &local,
                           NULL) != cases[i].stolen)
            fail_msg("%s: revoke as stolen", name);
        if (certify_approve(&office, ids, &count, NULL) != cases[i].approve)
            fail_msg("%s: approve", name);
        g_autoptr(Issued) seen = certify_issued_get(&office, kid, NULL);
        if ((seen != NULL) != cases[i].other)
            fail_msg("%s: sees it", name);
    }
}

static void
without_an_authority_the_answer_says_so(void **state)
{
    const Desk *desk = *state;
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    const Office office = office_for(desk, ana);
    assert_true(local_authority_delete(desk->db, NULL));
    g_autoptr(GBytes) csr = p256_request(NULL);
    g_autoptr(Json) answer = ask(desk, desk->ana, csr, "");
    expect_answer(answer, "refused", "no-authority", "none");
    g_autofree char *list = certify_requests_json(&office, NULL);
    assert_string_equal(list, "{\"authority\":null,\"requests\":[]}");
}

/* How many days a certificate that is asked for now is valid. */
static gint64
days_given(const Desk *desk)
{
    const gint64 day = 86400;
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    g_autoptr(Issued) issued = issued_find(desk->db, kid, NULL);
    return (issued->not_after - desk->now + day / 2) / day;
}

static void
sceau_ca_reads_its_configuration_again(void **state)
{
    static const struct {
        const char *line;
        gint64 want;
    } cases[] = {
        {"days = 10", 10},
        {"days = 826", 10},
        {"folder = /nowhere", 365},
        {"days = 1", 1},
    };
    const Desk *desk = *state;
    g_autofree char *before = NULL;
    assert_true(g_file_get_contents(desk->conf, &before, NULL, NULL));
    assert_int_equal(days_given(desk), 365);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("%s%s\n", before, cases[i].line);
        assert_true(g_file_set_contents(desk->conf, text, -1, NULL));
        assert_int_equal(kill(desk->process, SIGHUP), 0);
        gint64 got = days_given(desk);
        if (got != cases[i].want)
            fail_msg("%s: %d days", cases[i].line, (int)got);
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(s4_a_request_waits_and_is_issued),
        TEST(s4_the_rule_issues_at_once_in_its_domains),
        TEST(s14_a_bad_request_is_refused_with_its_reason),
        TEST(a_key_is_one_persons_and_a_stolen_one_nobodys),
        TEST(nobody_asks_without_end),
        TEST(s11_a_renewal_overlaps),
        TEST(refused_by_the_administrator_is_told),
        TEST(a_request_is_taken_back_by_its_person),
        TEST(what_is_revoked_is_on_the_list),
        TEST(roles_and_domains_hold),
        TEST(without_an_authority_the_answer_says_so),
        TEST(sceau_ca_reads_its_configuration_again),
    };
    find_sceau_ca(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
