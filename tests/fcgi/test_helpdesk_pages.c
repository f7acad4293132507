/* Helpdesk and notices, page by page over a real database: what is shown,
 * what is done in two steps, and that nothing else is seen (B11, O10,
 * SEC-62). */
#include "core/store/contact.h"
#include "core/store/contact_cert.h"
#include "core/store/notice.h"
#include "core/store/outbox.h"
#include "core/store/own_cert.h"
#include "core/store/seen_verdict.h"
#include "core/store/support_code.h"
#include "tests/fcgi/pages_test.h"

#define CANARY "canary"

typedef struct {
    Pages *pages; /* signed in: the officer */
    gint64 bob;
    char *person; /* "/helpdesk/2" */
    char *kid;    /* of bob's certificate */
    char *code;   /* about a certificate of bob's correspondent */
} Desk;

static void
become(Desk *self, gint64 account, const char *login)
{
    World1 *world = self->pages->world;
    g_autoptr(GError) error = NULL;
    g_free(world->cookie);
    g_free(world->csrf);
    world->cookie = session_create(world->db, world->site.server_key, account,
                                   login, "secret", NOW, &error);
    expect_fine(world->cookie != NULL, error, login);
    g_autoptr(Session) session =
        session_find(world->db, world->site.server_key, world->cookie, NOW,
                     30, 12, &error);
    world->csrf = g_strdup(session->csrf);
}

static void
give_certificate(Desk *self)
{
    Db *db = self->pages->world->db;
    g_autofree char *pem =
        certificate_of(self->pages, "bob@demo.test", FALSE, 40, 7);
    g_autoptr(GBytes) bytes = g_bytes_new(pem, strlen(pem));
    g_autoptr(GPtrArray) certs = cert_parse_file(bytes, NULL);
    const Cert *cert = g_ptr_array_index(certs, 0);
    g_autoptr(GBytes) none = g_bytes_new_static("", 0);
    self->kid = g_strdup(cert_fingerprint(cert));
    assert_true(own_cert_save(db, self->bob, self->kid, cert_der(cert), none,
                              NOW, NULL));
}

/* Somebody bob writes to, with whose certificate he has trouble. */
static void
give_contact(Desk *self)
{
    static const char *const words[] = {CANARY, NULL};
    Db *db = self->pages->world->db;
    const Contact contact = {
        .book = (char *)(guintptr) "emailed",
        .name = (char *)(guintptr)CANARY "-name",
        .address = (char *)(guintptr)CANARY "@address.test",
        .match = (char *)(guintptr)CANARY "@address.test",
        .place = (char *)(guintptr)CANARY};
    gint64 id = contact_create(db, self->bob, &contact, words, NOW, NULL);
    assert_true(id != 0);
    g_autoptr(GBytes) bytes = g_bytes_new_static(CANARY "-der", 10);
    const ContactCert cert = {.kid = (char *)(guintptr)CANARY "-kid",
                              .der = bytes,
                              .chain = bytes,
                              .standing = STANDING_ACCEPTED,
                              .source = (char *)(guintptr) "harvest"};
    assert_true(contact_cert_save(db, id, &cert, NOW, NULL));
    self->code = support_code_new();
    const SupportCode code = {.code = self->code,
                              .account = self->bob,
                              .error = (char *)(guintptr) "expired",
                              .route = (char *)(guintptr) "/contacts/status",
                              .kid = (char *)(guintptr)CANARY "-kid"};
    assert_true(support_code_save(db, &code, NOW, NULL));
}

/* Mail on its way, its key request, and a verdict: subjects and addresses in
 * whatever form the store has them. */
static void
give_mail(Desk *self)
{
    World1 *world = self->pages->world;
    Db *db = world->db;
    g_autoptr(GBytes) content = g_bytes_new_static(CANARY "-subject", 14);
    assert_true(outbox_create(db, world->site.server_key, self->bob,
                              CANARY "-ticket", CANARY "-form",
                              CANARY "-id@demo.test", content, 0, NOW,
                              NULL) != 0);
    assert_true(seen_verdict_save(db, self->bob, CANARY "-folder", 1, 1,
                                  "altered", NOW, NULL));
}

static int
desk_new(void **state)
{
    g_autoptr(GError) error = NULL;
    static const char *const domains[] = {"demo.test", NULL};
    Desk *self = g_new0(Desk, 1);
    self->pages = pages_new();
    World1 *world = self->pages->world;
    expect_fine(account_set_role(world->db, world->account, ROLE_HELPDESK,
                                 domains, &error),
                error, "role");
    become(self, world->account, "alice@demo.test");
    self->bob = new_account(world->db, "bob@demo.test");
    assert_true(account_set_preference(world->db, self->bob, "sign", NULL));
    self->person = g_strdup_printf("/helpdesk/%" G_GINT64_FORMAT, self->bob);
    give_certificate(self);
    give_contact(self);
    give_mail(self);
    *state = self;
    return 0;
}

static int
desk_free(void **state)
{
    Desk *self = *state;
    pages_free(self->pages);
    g_free(self->person);
    g_free(self->kid);
    g_free(self->code);
    g_free(self);
    return 0;
}

static char *
below(const Desk *self, const char *rest)
{
    return g_strconcat(self->person, rest, NULL);
}

static void
b11_a_person_is_found_and_shown(void **state)
{
    Desk *self = *state;
    g_autofree char *found = page_get(self->pages, "/helpdesk?q=bob");
    expect_status(found, 200, "search");
    expect_has(found, self->person, "link");
    expect_page(page_get(self->pages, "/helpdesk?q=nobody"), 200,
                "Nobody found for");
    g_autofree char *page = page_get(self->pages, self->person);
    expect_status(page, 200, "person");
    const char *const wanted[] = {
        "not allowed by an administrator",
        "Sign only",
        "staff",
        "4 January 2027",
        "can sign",
        self->code,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++)
        expect_has(page, wanted[i], "person");
}

static void
b11_a_code_is_decoded(void **state)
{
    Desk *self = *state;
    g_autofree char *path = g_strconcat("/helpdesk?code=", self->code, NULL);
    g_autofree char *page = page_get(self->pages, path);
    expect_status(page, 200, "code");
    expect_has(page, "Certificate: expired", "what");
    expect_has(page, "contacts and their certificates", "where");
    expect_has(page, "bob@demo.test", "who");
    expect_has(page, "/forget?code=", "forget");
    path[strlen(path) - 1] = path[strlen(path) - 1] == '2' ? '3' : '2';
    expect_page(page_get(self->pages, path), 200, "misheard");
    g_autofree char *unknown = support_code_new();
    g_autofree char *other = g_strconcat("/helpdesk?code=", unknown, NULL);
    expect_page(page_get(self->pages, other), 200, "older than 30 days");
}

/* Asking changes nothing; the post does it, and the person is told. */
static void
b11_preferences_are_reset_in_two_steps(void **state)
{
    Desk *self = *state;
    Db *db = self->pages->world->db;
    g_autofree char *reset = below(self, "/reset");
    expect_page(page_get(self->pages, reset), 200, "Reset the preferences?");
    g_autoptr(Account) before = account_load(db, self->bob, NULL);
    assert_string_equal(before->preference, "sign");
    g_autofree char *done = below(self, "?saved=reset");
    expect_leads(page_post(self->pages, reset, ""), done);
    expect_page(page_get(self->pages, done), 200, "back to Auto");
    g_autoptr(Account) after = account_load(db, self->bob, NULL);
    assert_string_equal(after->preference, "auto");

    become(self, self->bob, "bob@demo.test");
    expect_page(page_get(self->pages, "/preferences"), 200,
                "Your secure-mail preferences were reset");
}

static void
b11_a_certificate_is_forgotten_by_code(void **state)
{
    Desk *self = *state;
    g_autofree char *forget = below(self, "/forget");
    g_autofree char *body = g_strconcat("code=", self->code, NULL);
    g_autofree char *done = below(self, "?saved=forgotten");
    expect_leads(page_post(self->pages, forget, body), done);
    assert_int_equal(number_of(self->pages->world->db,
                               "SELECT count(*) FROM contact_cert"),
                     0);
    expect_page(page_post(self->pages, forget, body), 409, "Support code");
    become(self, self->bob, "bob@demo.test");
    expect_page(page_get(self->pages, "/help"), 200, CANARY "-name");
}

static void
o10_helpdesk_marks_a_key_as_stolen(void **state)
{
    Desk *self = *state;
    g_autofree char *stolen = below(self, "/stolen");
    g_autofree char *body = g_strconcat("kid=", self->kid, NULL);
    g_autofree char *done = below(self, "?saved=stolen-else");
    expect_leads(page_post(self->pages, stolen, body), done);
    g_autofree char *page = page_get(self->pages, done);
    expect_has(page, "must be revoked there too", "instructions");
    expect_has(page, "reported stolen", "problem");
    expect_has(page, "Only an administrator", "no way back");
    g_autofree char *back = below(self, "/not-stolen");
    expect_page(page_post(self->pages, back, body), 403, "not allowed");
    become(self, self->bob, "bob@demo.test");
    g_autofree char *told = page_get(self->pages, "/help");
    expect_has(told, "Your key was marked as stolen", "told");
    expect_has(told, "valid until 4 January 2027", "which");
}

static void
o10_the_person_reports_it_by_json_or_by_form(void **state)
{
    Desk *self = *state;
    Db *db = self->pages->world->db;
    account_set_allowed(db, "bob@demo.test", TRUE, NOW, NULL);
    account_set_enabled(db, self->bob, TRUE, NULL);
    become(self, self->bob, "bob@demo.test");
    g_autofree char *json = g_strdup_printf("{\"kid\":\"%s\"}", self->kid);
    expect_page(page_send(self->pages, "/certificates/stolen",
                          "application/json", json),
                200,
                "{\"revoked\":false,\"authority\":\"other\","
                "\"instructions\":\"other-authority\"}");
    expect_page(page_get(self->pages, "/keys"), 200, "stolen");
    g_autofree char *body = g_strconcat("kid=", self->kid, NULL);
    expect_leads(page_post(self->pages, "/certificates/stolen", body),
                 "/keys?saved=stolen-else");
    expect_page(page_post(self->pages, "/certificates/stolen", "kid=00"), 404,
                "Support code");
    assert_int_equal(number_of(db, "SELECT count(*) FROM disabled_key"), 1);
    assert_int_equal(number_of(db, "SELECT count(*) FROM notice"), 0);
}

static void
a_notice_is_dismissed_once_and_only_by_its_person(void **state)
{
    Desk *self = *state;
    Db *db = self->pages->world->db;
    assert_true(notice_add(db, self->bob, "first-guide", NULL,
                           "help@demo.test", NOW, NULL));
    g_autoptr(GPtrArray) list = notice_list(db, self->bob, 1, NULL);
    const Notice *notice = g_ptr_array_index(list, 0);
    g_autofree char *path =
        g_strdup_printf("/notices/%" G_GINT64_FORMAT "/dismiss", notice->id);
    expect_leads(page_post(self->pages, path, "return=/help"), "/help");
    become(self, self->bob, "bob@demo.test");
    expect_page(page_get(self->pages, "/help"), 200, "first steps");
    expect_leads(page_get(self->pages, "/"), "/help#start");
    g_autofree char *page = page_get(self->pages, "/contacts?q=b");
    expect_has(page, path, "form");
    expect_has(page, "name=\"return\" value=\"/contacts?q=b\"", "return");
    expect_leads(page_post(self->pages, path, "return=//evil.example/"), "/");
    expect_lacks(page_get(self->pages, "/contacts"), "class=\"notice\"");
    expect_leads(page_get(self->pages, "/"), "/mail/INBOX");
}

/* Whoever cannot even sign in has something to read out; who typed the wrong
 * password has not. */
static void
b11_a_sign_in_that_fails_shows_a_code(void **state)
{
    Desk *self = *state;
    g_autofree char *answer =
        page_post(self->pages, "/sign-in",
                  "login=canary%40demo.test&password=canary-secret");
    expect_status(answer, 503, "sign-in");
    expect_has(answer, "Support code: ", "sign-in");
    g_autofree char *text =
        g_strndup(strstr(answer, "Support code: ") + 14, 9);
    g_autoptr(SupportCode) code =
        support_code_find(self->pages->world->db, text, NOW, NULL);
    assert_non_null(code);
    assert_string_equal(code->error, "unreachable");
    assert_string_equal(code->route, "POST /sign-in");
    g_autofree char *ask = g_strconcat("/helpdesk?code=", text, NULL);
    g_autofree char *page = page_get(self->pages, ask);
    expect_has(page, "signing in", "where");
    expect_lacks(g_steal_pointer(&page), "canary");

    g_autofree char *early = support_code_new();
    const SupportCode nobody = {.code = early,
                                .error = (char *)(guintptr) "unreachable",
                                .route = (char *)(guintptr) "POST /sign-in"};
    assert_true(
        support_code_save(self->pages->world->db, &nobody, NOW, NULL));
    g_autofree char *other = g_strconcat("/helpdesk?code=", early, NULL);
    expect_page(page_get(self->pages, other), 200, "nobody was signed in");
}

/* Every page of helpdesk about somebody with mail, contacts and people he
 * writes to: not a byte of them. */
static void
sec_62_helpdesk_sees_nothing_else(void **state)
{
    Desk *self = *state;
    static const char *const rests[] = {
        "",        "/reset",      "/guide",           "/forget",
        "/stolen", "/not-stolen", "?saved=forgotten",
    };
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(rests); i++)
        g_ptr_array_add(paths, below(self, rests[i]));
    static const char *const finds[] = {"/helpdesk", "/helpdesk?q=bob",
                                        "/helpdesk?q=b"};
    for (gsize i = 0; i < G_N_ELEMENTS(finds); i++)
        g_ptr_array_add(paths, g_strdup(finds[i]));
    g_ptr_array_add(paths, g_strconcat("/helpdesk?code=", self->code, NULL));
    g_ptr_array_add(
        paths, g_strconcat(self->person, "/forget?code=", self->code, NULL));
    g_ptr_array_add(
        paths, g_strconcat(self->person, "/stolen?kid=", self->kid, NULL));
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        g_autofree char *page = page_get(self->pages, path);
        expect_status(page, 200, path);
        expect_lacks(g_steal_pointer(&page), CANARY);
    }
    /* What he sees of himself has it: the canary is really there. */
    become(self, self->bob, "bob@demo.test");
    expect_page(page_get(self->pages, "/contacts?book=emailed"), 200,
                CANARY "-name");
}

static void
sec_62_staff_and_other_domains_see_no_helpdesk(void **state)
{
    Desk *self = *state;
    Db *db = self->pages->world->db;
    static const char *const domains[] = {"other.test", NULL};
    gint64 far = new_account(db, "far@other.test");
    assert_true(account_set_role(db, far, ROLE_HELPDESK, domains, NULL));
    static const char *const rests[] = {"/reset",  "/guide",      "/forget",
                                        "/stolen", "/not-stolen", "/x"};
    for (gsize i = 0; i < G_N_ELEMENTS(rests); i++) {
        g_autofree char *path = below(self, rests[i]);
        become(self, far, "far@other.test");
        g_autofree char *got = page_get(self->pages, path);
        expect_status(got, 404, path);
        g_autofree char *answer = page_post(self->pages, path, "");
        assert_true(status_of(answer) == 404 || status_of(answer) == 403 ||
                    status_of(answer) == 400);
        become(self, self->bob, "bob@demo.test");
        g_autofree char *none = page_get(self->pages, path);
        expect_status(none, 403, path);
        g_autofree char *nor = page_post(self->pages, path, "");
        expect_status(nor, 403, path);
    }
    assert_int_equal(number_of(db, "SELECT count(*) FROM audit"), 0);
    assert_int_equal(number_of(db, "SELECT count(*) FROM notice"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_new, desk_free)
        TEST(b11_a_person_is_found_and_shown),
        TEST(b11_a_code_is_decoded),
        TEST(b11_preferences_are_reset_in_two_steps),
        TEST(b11_a_certificate_is_forgotten_by_code),
        TEST(o10_helpdesk_marks_a_key_as_stolen),
        TEST(o10_the_person_reports_it_by_json_or_by_form),
        TEST(a_notice_is_dismissed_once_and_only_by_its_person),
        TEST(b11_a_sign_in_that_fails_shows_a_code),
        TEST(sec_62_helpdesk_sees_nothing_else),
        TEST(sec_62_staff_and_other_domains_see_no_helpdesk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
