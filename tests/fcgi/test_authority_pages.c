/*
 * The pages of the local authority over a real database, without sceau-ca:
 * what is shown, what is refused in its words, and that decisions are kept
 * (S4, S9). With sceau-ca: tests/admin.
 */
#include "core/store/authority.h"
#include "core/store/cert_request.h"
#include "core/store/issued.h"
#include "tests/fcgi/pages_test.h"

#define KID "9c5ada4d66d437d1ebf5acc0eaac5b1f1f46ab4656dec78dd0bff214d359aff1"
#define HERE "/admin/authority"

typedef struct {
    Pages *pages;
    char *pem;
} Desk;

/* The certificate of the site's authority, and what it issued. */
static void
give_authority(Desk *self)
{
    Db *db = self->pages->world->db;
    const LocalAuthority authority = {
        .id = (char *)(guintptr) "id",
        .name = (char *)(guintptr) "Maison CA",
        .organisation = (char *)(guintptr) "Maison",
        .algorithm = (char *)(guintptr) "p-256",
        .days = 3650,
        .file = (char *)(guintptr) "ca-1",
        .crl_url = (char *)(guintptr) "https://x/crl/ca-1.crl",
        .created = NOW,
    };
    g_autoptr(Cert) root = forge_root("Maison CA", self->pages->root);
    g_autoptr(GBytes) list = g_bytes_new_static("a list", 6);
    assert_true(local_authority_create(db, &authority, NULL));
    assert_true(local_authority_made(db, cert_der(root), NULL));
    assert_true(
        local_authority_set_crl(db, list, 7, NOW, NOW + 9 * 86400, NULL));
}

static void
give_certificate(Desk *self)
{
    World1 *world = self->pages->world;
    self->pem = certificate_of(self->pages, "alice@demo.test", FALSE, 40, 7);
    g_autoptr(GBytes) bytes = g_bytes_new(self->pem, strlen(self->pem));
    g_autoptr(GPtrArray) certs = cert_parse_file(bytes, NULL);
    const Issued issued = {
        .serial = (char *)(guintptr) "5c72",
        .kid = (char *)(guintptr)KID,
        .request = (char *)(guintptr) "r0",
        .account = world->account,
        .address = (char *)(guintptr) "alice@demo.test",
        .key = (char *)(guintptr) "k0",
        .algorithm = (char *)(guintptr) "P-256",
        .der = cert_der(g_ptr_array_index(certs, 0)),
        .not_after = NOW + 40 * 86400,
        .created = NOW,
    };
    assert_true(issued_create(world->db, &issued, NULL));
}

static void
give_request(Desk *self, const char *id)
{
    g_autoptr(GBytes) csr = g_bytes_new_static("csr", 3);
    const CertRequest request = {
        .id = (char *)(guintptr)id,
        .account = self->pages->world->account,
        .key = (char *)(guintptr)id,
        .algorithm = (char *)(guintptr) "P-384",
        .csr = csr,
        .renews = (char *)(guintptr) "",
        .state = (char *)(guintptr)REQUEST_WAITING,
        .created = NOW,
    };
    assert_true(cert_request_create(self->pages->world->db, &request, NULL));
}

static void
sign_in(Desk *self, const char *const *domains)
{
    World1 *world = self->pages->world;
    g_autoptr(GError) error = NULL;
    expect_fine(account_set_role(world->db, world->account,
                                 ROLE_ADMINISTRATOR, domains, &error),
                error, "role");
    g_free(world->cookie);
    g_free(world->csrf);
    world->cookie =
        session_create(world->db, world->site.server_key, world->account,
                       "alice@demo.test", "secret", NOW, &error);
    g_autoptr(Session) session =
        session_find(world->db, world->site.server_key, world->cookie, NOW,
                     30, 12, &error);
    world->csrf = g_strdup(session->csrf);
}

static int
desk_new(void **state)
{
    Desk *self = g_new0(Desk, 1);
    self->pages = pages_new();
    self->pages->world->config.ca_socket =
        g_build_filename(self->pages->folder, "nobody", NULL);
    sign_in(self, NULL);
    *state = self;
    return 0;
}

static int
desk_free(void **state)
{
    Desk *self = *state;
    g_free(self->pages->world->config.ca_socket);
    pages_free(self->pages);
    g_free(self->pem);
    g_free(self);
    return 0;
}

static void
without_one_the_page_offers_to_make_it(void **state)
{
    Desk *self = *state;
    g_autofree char *page = page_get(self->pages, HERE);
    expect_status(page, 200, "page");
    expect_has(page, "Make an authority", "form");
    expect_has(page, "sceau-ca does not answer", "problem");
    /* Without sceau-ca it is kept as asked for, and can be tried again. */
    expect_page(page_post(self->pages, HERE "/make",
                          "name=Maison&organisation=&algorithm=p-256"
                          "&years=10"),
                503, "The authority does not answer");
    expect_page(page_get(self->pages, HERE), 200, "Try again");
}

static void
a_form_that_cannot_be_is_refused_above_it(void **state)
{
    Desk *self = *state;
    static const struct {
        const char *path, *body, *want;
    } cases[] = {
        {HERE "/make", "name=&organisation=&algorithm=p-256&years=10",
         "The authority was not made."},
        {HERE "/make", "name=x&organisation=&algorithm=rsa-512&years=10",
         "The authority was not made."},
        {HERE "/make", "name=x&organisation=&algorithm=p-256&years=999",
         "The authority was not made."},
        {HERE "/rule", "rule=automatic&domains=what%3F",
         "The rule was not saved."},
        {HERE "/decide", "act=approve", "No request was chosen."},
        {HERE "/reset", "word=wrong", "This is not the word."},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (i == 3)
            give_authority(self);
        expect_page(page_post(self->pages, cases[i].path, cases[i].body), 422,
                    cases[i].want);
    }
    expect_page(page_post_file(self->pages, HERE "/upload", "no certificate"),
                422, "This file was not taken.");
}

static void
s4_requests_are_ticked_and_decided(void **state)
{
    Desk *self = *state;
    Db *db = self->pages->world->db;
    give_authority(self);
    give_request(self, "aa");
    give_request(self, "bb");
    g_autofree char *page = page_get(self->pages, HERE);
    expect_has(page, "name=\"request-aa\"", "box");
    expect_has(page, "P-384", "kind");
    expect_leads(
        page_post(self->pages, HERE "/decide", "act=approve&request-aa=on"),
        HERE "?saved=approved");
    expect_leads(
        page_post(self->pages, HERE "/decide", "act=refuse&request-bb=on"),
        HERE "?saved=refused");
    g_autoptr(CertRequest) first = cert_request_load(db, "aa", NULL);
    g_autoptr(CertRequest) second = cert_request_load(db, "bb", NULL);
    assert_string_equal(first->state, REQUEST_APPROVED);
    assert_string_equal(second->state, REQUEST_REFUSED);
    expect_page(
        page_post(self->pages, HERE "/decide", "act=approve&request-bb=on"),
        409, "Something changed in the meantime");
}

static void
a_certificate_is_revoked_in_two_steps(void **state)
{
    Desk *self = *state;
    give_authority(self);
    give_certificate(self);
    expect_page(page_get(self->pages, HERE "?q=alice"), 200,
                HERE "/issued/" KID);
    expect_page(page_get(self->pages, HERE "?q=bob"), 200,
                "Nothing found for");
    expect_lacks(page_get(self->pages, HERE "/issued/" KID),
                 "Revoke this certificate?");
    expect_page(page_get(self->pages, HERE "/issued/" KID "?revoke=yes"), 200,
                "Revoke this certificate?");
    expect_page(
        page_post(self->pages, HERE "/issued/" KID "/revoke", "reason=no"),
        400, "Something in what was sent is missing or wrong");
    expect_leads(page_post(self->pages, HERE "/issued/" KID "/revoke",
                           "reason=superseded"),
                 HERE "/issued/" KID "?saved=revoked");
    expect_page(page_get(self->pages, HERE "/issued/" KID), 200,
                "It is not in the published list yet");
}

static void
an_administrator_of_elsewhere_sees_none_of_it(void **state)
{
    Desk *self = *state;
    static const char *const elsewhere[] = {"other.test", NULL};
    give_authority(self);
    give_certificate(self);
    give_request(self, "aa");
    sign_in(self, elsewhere);
    g_autofree char *page = page_get(self->pages, HERE);
    expect_status(page, 200, "page");
    assert_null(strstr(page, "request-aa"));
    assert_null(strstr(page, KID));
    expect_page(page_get(self->pages, HERE "/issued/" KID), 404, "");
    expect_page(page_get(self->pages, HERE "/reset"), 403, "");
    expect_page(
        page_post(self->pages, HERE "/rule", "rule=automatic&domains="), 403,
        "");
}

/* Whoever judges a certificate is signed in nowhere. */
static void
the_list_is_served_to_everybody(void **state)
{
    Desk *self = *state;
    give_authority(self);
    World1 *world = self->pages->world;
    const char *const env[] = {"REQUEST_METHOD=GET",
                               "REQUEST_URI=/crl/ca-1.crl", NULL};
    g_autofree char *answer = ask(world, env, NULL);
    expect_status(answer, 200, "list");
    expect_has(answer, "Content-Type: application/pkix-crl", "type");
    expect_has(answer, "\r\n\r\na list", "bytes");
    static const char *const none[] = {"/crl/ca-2.crl", "/crl/ca-1",
                                       "/crl/.crl"};
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
        expect_page(page_get(self->pages, none[i]), 404, "");
}

static void
the_certificate_is_handed_out(void **state)
{
    Desk *self = *state;
    give_authority(self);
    expect_page(page_get(self->pages, HERE "/certificate/pem"), 200,
                "BEGIN CERTIFICATE");
    expect_page(page_get(self->pages, HERE "/certificate/p12"), 404, "");
}

#define PAGE_TEST(name)                                                      \
    cmocka_unit_test_setup_teardown(name, desk_new, desk_free)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(without_one_the_page_offers_to_make_it),
        PAGE_TEST(a_form_that_cannot_be_is_refused_above_it),
        PAGE_TEST(s4_requests_are_ticked_and_decided),
        PAGE_TEST(a_certificate_is_revoked_in_two_steps),
        PAGE_TEST(an_administrator_of_elsewhere_sees_none_of_it),
        PAGE_TEST(the_list_is_served_to_everybody),
        PAGE_TEST(the_certificate_is_handed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
