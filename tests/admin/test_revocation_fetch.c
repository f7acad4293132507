/* SEC-18, S15, O14: lists and answers fetched, and what is refused of them.
 */
#include "tests/admin/trust_test.h"
#include "tests/net/web_server.h"
#include "tests/pki/forge_ocsp.h"

#include <signal.h>

#include "core/admin/revocation_admin.h"
#include "core/admin/revocation_fetch.h"
#include "core/store/audit.h"
#include "core/store/revocation_cache.h"

#define LIST_HEAD "200 OK\r\nContent-Type: application/pkix-crl\r\n"
#define ANSWER_HEAD "200 OK\r\nContent-Type: application/ocsp-response\r\n"

static gint64
add_source(const Scene *scene, const char *kind, const char *url,
           gboolean private)
{
    gint64 id = 0;
    g_autoptr(GError) error = NULL;
    const RevocationSource source = {
        .issuer = (char *)(guintptr)cert_fingerprint(scene->anchor),
        .kind = (char *)(guintptr)kind,
        .url = (char *)(guintptr)url,
        .allow_private = private,
    };
    expect_fine(
        revocation_admin_save(&scene->office, &source, 0, &id, &error), error,
        url);
    return id;
}

static const char *
fetch(const Scene *scene, gint64 source)
{
    g_autoptr(GError) error = NULL;
    const RevocationOrder order = {.source = source, .force = TRUE};
    g_autoptr(GPtrArray) got =
        revocation_fetch(&scene->office, &order, &error);
    expect_fine(got != NULL, error, "fetch");
    assert_int_equal(got->len, 1);
    const RevocationFetched *one = g_ptr_array_index(got, 0);
    return one->result;
}

static GBytes *
list_of(const Scene *scene, gint64 day, guint list_number)
{
    return forge_crl(&(CrlSpec){
        .issuer = dn("Root"),
        .signer = scene->root,
        .this_update = TEST_NOW + day * DAY,
        .extensions = {extension("2.5.29.20", FALSE,
                                 number(DER_INTEGER, list_number))}});
}

static char *
kept_digest(const Scene *scene)
{
    g_autoptr(RevocationCached) row = revocation_cache_find(
        scene->db, cert_fingerprint(scene->anchor), REVOCATION_CRL, "", NULL);
    return row != NULL ? g_strdup(row->digest) : NULL;
}

static void
sec_18_bad_lists_leave_the_good_one(void **state)
{
    Scene *scene = *state;
    WebServer *web = web_start();
    g_autofree char *url = web_url(web, "/root.crl");
    gint64 id = add_source(scene, REVOCATION_CRL, url, TRUE);
    g_autoptr(GBytes) good = list_of(scene, -2, 5);
    const WebPage page = {"/root.crl", LIST_HEAD, good};
    web_show(web, &page);
    assert_string_equal(fetch(scene, id), "ok");
    assert_string_equal(fetch(scene, id), "unchanged");
    g_autofree char *want = kept_digest(scene);
    assert_non_null(want);

    g_autoptr(GBytes) older = list_of(scene, -3, 6);
    g_autoptr(GBytes) lower = list_of(scene, -1, 4);
    g_autoptr(GBytes) future = list_of(scene, 1, 9);
    g_autoptr(GBytes) other =
        forge_crl(&(CrlSpec){.issuer = dn("Other"), .signer = scene->root});
    g_autoptr(GBytes) forged =
        forge_crl(&(CrlSpec){.issuer = dn("Root"), .signer = scene->other});
    g_autoptr(GBytes) html = g_bytes_new_static("<!doctype html>", 15);
    const struct {
        const char *want;
        WebPage page;
    } cases[] = {
        {"older", {"/root.crl", LIST_HEAD, older}},
        {"older", {"/root.crl", LIST_HEAD, lower}},
        {"future", {"/root.crl", LIST_HEAD, future}},
        {"wrong-issuer", {"/root.crl", LIST_HEAD, other}},
        {"bad-signature", {"/root.crl", LIST_HEAD, forged}},
        {"not-a-list", {"/root.crl", LIST_HEAD, html}},
        {"not-a-list", {"/root.crl", LIST_HEAD, NULL}},
        {"status", {"/root.crl", "500 No\r\n", NULL}},
        {"other-host",
         {"/root.crl", "302 Go\r\nLocation: http://a.test/\r\n", NULL}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        web_show(web, &cases[i].page);
        assert_string_equal(fetch(scene, id), cases[i].want);
        g_autofree char *got = kept_digest(scene);
        assert_string_equal(got, want);
    }
    web_stop(web);
    assert_string_equal(fetch(scene, id), "unreachable");
}

static void
a_known_list_is_asked_for_conditionally(void **state)
{
    Scene *scene = *state;
    WebServer *web = web_start();
    g_autofree char *url = web_url(web, "/a.crl");
    gint64 id = add_source(scene, REVOCATION_CRL, url, TRUE);
    g_autoptr(GBytes) good = list_of(scene, -2, 5);
    const WebPage page = {"/a.crl", LIST_HEAD "ETag: \"e5\"\r\n", good};
    const WebPage same = {"/a.crl", "304 Same\r\n", NULL};
    web_show(web, &page);
    assert_string_equal(fetch(scene, id), "ok");
    assert_false(web_heard(web, "If-None-Match"));
    web_show(web, &same);
    assert_string_equal(fetch(scene, id), "unchanged");
    assert_string_equal(fetch(scene, id), "unchanged");
    assert_true(web_heard(web, "If-None-Match: \"e5\""));
    web_stop(web);
}

static void
sec_18_an_inner_address_needs_leave(void **state)
{
    Scene *scene = *state;
    WebServer *web = web_start();
    g_autofree char *url = web_url(web, "/a.crl");
    gint64 id = add_source(scene, REVOCATION_CRL, url, FALSE);
    assert_string_equal(fetch(scene, id), "inner-address");
    assert_int_equal(web->asked, 0);
    web_stop(web);
}

static void
what_is_not_due_is_left_alone(void **state)
{
    Scene *scene = *state;
    g_autoptr(GError) error = NULL;
    gint64 id =
        add_source(scene, REVOCATION_CRL, "http://127.0.0.1:9/", TRUE);
    const RevocationOrder due = {.source = 0};
    assert_string_equal(fetch(scene, id), "unreachable");
    g_autoptr(GPtrArray) got = revocation_fetch(&scene->office, &due, &error);
    expect_fine(got != NULL, error, "fetch");
    assert_int_equal(got->len, 0);
    scene->office.now += 16 * 60;
    g_autoptr(GPtrArray) later =
        revocation_fetch(&scene->office, &due, &error);
    assert_int_equal(later->len, 1);
}

/* Who has it fetched leaves a row; the timer's rounds would drown the rest.
 */
static void
what_is_fetched_by_hand_is_in_the_journal(void **state)
{
    Scene *scene = *state;
    g_autoptr(GError) error = NULL;
    const char *url = "http://127.0.0.1:9/a.crl";
    const AuditQuery query = {.act = "revocation-fetch", .limit = 10};
    gint64 id = add_source(scene, REVOCATION_CRL, url, TRUE);
    const RevocationOrder due = {.source = 0};
    g_autoptr(GPtrArray) round =
        revocation_fetch(&scene->office, &due, &error);
    expect_fine(round != NULL && round->len == 1, error, "round");
    g_autoptr(GPtrArray) none = audit_list(scene->db, &query, NULL);
    assert_int_equal(none->len, 0);

    assert_string_equal(fetch(scene, id), "unreachable");
    g_autoptr(GPtrArray) rows = audit_list(scene->db, &query, NULL);
    assert_int_equal(rows->len, 1);
    const AuditRow *row = g_ptr_array_index(rows, 0);
    assert_string_equal(row->actor, scene->office.actor);
    assert_string_equal(row->after,
                        "crl, http://127.0.0.1:9/a.crl: unreachable");
}

/* The answer about Ana, once good, then wrong in one way each. */
static void
o14_answers_are_asked_for_what_is_kept(void **state)
{
    Scene *scene = *state;
    WebServer *web = web_start();
    g_autofree char *url = web_url(web, "/ocsp");
    gint64 id = add_source(scene, REVOCATION_OCSP, url, TRUE);
    g_autoptr(Cert) ana = forge_person(scene->leaf, "Root", scene->root);
    g_autoptr(Cert) bob = forge_person(scene->leaf, "Other", scene->other);
    keep_contact(scene, "ana@example.org", ana);
    keep_contact(scene, "bob@example.org", bob);
    const OcspSpec base = {
        .issuer = scene->anchor, .cert = ana, .signer = scene->root};
    const struct {
        const char *want;
        OcspSpec spec;
    } cases[] = {
        {"bad-signature", {.signer = scene->other}},
        {"wrong-issuer", {.serial = 8}},
        {"unknown", {.unknown = TRUE}},
        {"stale", {.next_update = TEST_NOW - 60}},
        {"future",
         {.this_update = TEST_NOW + DAY, .next_update = TEST_NOW + 2 * DAY}},
        {"ok", {.revoked = TEST_NOW - DAY}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        OcspSpec spec = cases[i].spec;
        spec.issuer = base.issuer;
        spec.cert = base.cert;
        spec.signer = spec.signer ? spec.signer : base.signer;
        g_autoptr(GBytes) answer = forge_ocsp(&spec);
        const WebPage page = {"/ocsp", ANSWER_HEAD, answer};
        web_show(web, &page);
        assert_string_equal(fetch(scene, id), cases[i].want);
    }
    g_autoptr(RevocationCached) row =
        revocation_cache_find(scene->db, cert_fingerprint(scene->anchor),
                              REVOCATION_OCSP, cert_fingerprint(ana), NULL);
    assert_non_null(row);
    /* Fresh now: nothing more is asked; and bob is of another authority. */
    guint before = web->asked;
    assert_int_equal(before, G_N_ELEMENTS(cases));
    assert_string_equal(fetch(scene, id), "ok");
    assert_int_equal(web->asked, before);
    assert_true(web_heard(web, "POST /ocsp"));
    web_stop(web);
}

static void
what_was_fetched_goes_with_its_last_source(void **state)
{
    Scene *scene = *state;
    WebServer *web = web_start();
    g_autoptr(GError) error = NULL;
    g_autofree char *url = web_url(web, "/a.crl");
    gint64 id = add_source(scene, REVOCATION_CRL, url, TRUE);
    g_autoptr(GBytes) good = list_of(scene, -2, 5);
    const WebPage page = {"/a.crl", LIST_HEAD, good};
    web_show(web, &page);
    assert_string_equal(fetch(scene, id), "ok");
    expect_fine(revocation_admin_remove(&scene->office, id, 0, &error), error,
                "remove");
    assert_null(kept_digest(scene));
    web_stop(web);
}

static void
addresses_are_checked_where_they_enter(void **state)
{
    Scene *scene = *state;
    const struct {
        const char *issuer, *kind, *url;
        AppError want;
    } cases[] = {
        {NULL, "crl", "ldap://demo.test/", APP_ERROR_INPUT},
        {NULL, "list", "http://demo.test/", APP_ERROR_INPUT},
        {"00", "crl", "http://demo.test/", APP_ERROR_NOT_FOUND},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        const char *issuer = cases[i].issuer != NULL
                                 ? cases[i].issuer
                                 : cert_fingerprint(scene->anchor);
        const RevocationSource source = {
            .issuer = (char *)(guintptr)issuer,
            .kind = (char *)(guintptr)cases[i].kind,
            .url = (char *)(guintptr)cases[i].url};
        assert_false(
            revocation_admin_save(&scene->office, &source, 0, NULL, &error));
        expect_app_error(error, cases[i].want, cases[i].url);
    }
    g_autoptr(GError) error = NULL;
    add_source(scene, "crl", "http://demo.test/", FALSE);
    const RevocationSource again = {
        .issuer = (char *)(guintptr)cert_fingerprint(scene->anchor),
        .kind = (char *)(guintptr) "crl",
        .url = (char *)(guintptr) "http://demo.test/"};
    assert_false(
        revocation_admin_save(&scene->office, &again, 0, NULL, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "twice");
}

/* openssl's own responder, about a certificate that openssl made and
 * revoked. */
static void
s15_a_real_responder_answers(void **state)
{
    Scene *scene = *state;
    int status = -1;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = temporary_folder();
    const char *argv[] = {"tests/admin/responder", folder, NULL};
    g_autofree char *out = NULL;
    assert_true(g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                             G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status,
                             NULL));
    assert_int_equal(status, 0);
    g_auto(GStrv) words = g_strsplit(g_strchomp(out), " ", 2);
    g_autoptr(GPtrArray) ca = read_certs(folder, "ca");
    g_autoptr(GPtrArray) people = read_certs(folder, "ana");
    assert_int_equal(ca->len + people->len, 2);
    Cert *ana = g_ptr_array_index(people, 0);
    cert_unref(scene->anchor);
    scene->anchor = cert_ref(g_ptr_array_index(ca, 0));
    trust_add_anchor(scene->trust, scene->anchor);
    keep_contact(scene, "ana@example.org", ana);
    scene->office.now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%s/", words[0]);
    gint64 id = add_source(scene, REVOCATION_OCSP, url, TRUE);
    const char *got = fetch(scene, id);
    kill((pid_t)g_ascii_strtoll(words[1], NULL, 10), SIGTERM);
    assert_string_equal(got, "ok");
    g_autoptr(RevocationCached) row =
        revocation_cache_find(scene->db, cert_fingerprint(scene->anchor),
                              REVOCATION_OCSP, cert_fingerprint(ana), NULL);
    assert_non_null(row);
    trust_add_answer(scene->trust, cert_fingerprint(ana), row->der);
    assert_int_equal(
        trust_judge(scene->trust, ana, NULL, scene->office.now, NULL),
        1U << VERDICT_REVOKED);
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sec_18_bad_lists_leave_the_good_one,
                                        scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(
            a_known_list_is_asked_for_conditionally, scene_setup,
            scene_teardown),
        cmocka_unit_test_setup_teardown(sec_18_an_inner_address_needs_leave,
                                        scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(what_is_not_due_is_left_alone,
                                        scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(
            what_is_fetched_by_hand_is_in_the_journal, scene_setup,
            scene_teardown),
        cmocka_unit_test_setup_teardown(
            o14_answers_are_asked_for_what_is_kept, scene_setup,
            scene_teardown),
        cmocka_unit_test_setup_teardown(
            what_was_fetched_goes_with_its_last_source, scene_setup,
            scene_teardown),
        cmocka_unit_test_setup_teardown(
            addresses_are_checked_where_they_enter, scene_setup,
            scene_teardown),
        cmocka_unit_test_setup_teardown(s15_a_real_responder_answers,
                                        scene_setup, scene_teardown),
    };
    return cmocka_run_group_tests_name("revocation fetch", tests, NULL, NULL);
}
