/* Sessions, cookies, prefetch, keys in bodies, words of errors: requests to
 * a site whose mail servers are not there. */
#include "core/store/support_code.h"
#include "tests/fcgi/fcgi_test.h"

static char *
get(World1 *world, const char *uri, const char *header)
{
    g_autofree char *address = g_strconcat("REQUEST_URI=", uri, NULL);
    const char *const env[] = {"REQUEST_METHOD=GET", address,
                               header != NULL ? header : "X=1", NULL};
    return ask(world, env, NULL);
}

static void
sec_45_cookies_are_bound_to_the_site(void **state)
{
    World1 *world = *state;
    g_autofree char *got = get(world, "/sign-in", NULL);
    expect_status(got, 200, "sign-in");
    const char *cookie = strstr(got, "Set-Cookie: __Host-sceau-visit=");
    assert_non_null(cookie);
    const char *end = strstr(cookie, "\r\n");
    g_autofree char *line = g_strndup(cookie, (gsize)(end - cookie));
    expect_has(line, "; Path=/; HttpOnly; SameSite=Strict; Secure", "cookie");
    /* 256 bits in base64url. */
    assert_int_equal(strcspn(strchr(line, '=') + 1, ";"), 43);
    assert_null(strstr(line, "Domain"));
}

static void
sec_45_a_session_ends_when_idle_or_signed_out(void **state)
{
    World1 *world = *state;
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *open = get(world, "/", cookie);
    expect_has(open, "Location: /mail/INBOX", "signed in");
    static const char *const others[] = {"HTTP_COOKIE=sceau=",
                                         "HTTP_COOKIE=__Host-sceau-visit="};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        /* The cookie under another name opens nothing. */
        g_autofree char *wrong = g_strconcat(others[i], world->cookie, NULL);
        g_autofree char *got = get(world, "/", wrong);
        expect_has(got, "Location: /sign-in", others[i]);
    }
    assert_true(session_end(world->db, world->cookie, NULL));
    g_autofree char *after = get(world, "/", cookie);
    expect_has(after, "Location: /sign-in", "signed out");
}

static void
sec_46_prefetch_is_refused_where_reading_marks(void **state)
{
    World1 *world = world1_new(TRUE);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    const char *const env[] = {"REQUEST_METHOD=GET",
                               "REQUEST_URI=/mail/INBOX/1-1", cookie,
                               "HTTP_SEC_PURPOSE=prefetch;prerender", NULL};
    g_autofree char *got = ask(world, env, NULL);
    expect_status(got, 403, "prefetch");
    world1_free(world);
}

static void
sec_21_a_key_in_a_body_is_refused(void **state)
{
    static const struct {
        const char *type, *body;
    } cases[] = {
        {"CONTENT_TYPE=application/x-www-form-urlencoded",
         "language=fr&x=-----BEGIN+PRIVATE+KEY-----%0AMIIE"},
        {"CONTENT_TYPE=application/x-www-form-urlencoded",
         "x=%2D%2D%2D%2D%2DBEGIN%20RSA%20PRIVATE%20KEY%2D%2D%2D%2D%2D"},
        {"CONTENT_TYPE=application/json",
         "{\"kid\":\"-----BEGIN EC PRIVATE KEY-----\"}"},
        {"CONTENT_TYPE=application/json",
         "{\"kty\":\"RSA\",\"n\":\"1\",\"d\":\"2\"}"},
        /* The beginning of a .p12, as an attachment. */
        {"CONTENT_TYPE=multipart/form-data; boundary=b",
         "--b\r\nContent-Disposition: form-data; name=\"file\"; "
         "filename=\"a\"\r\n\r\n\x30\x82\x09\x41\x02\x01\x03\x30\x82"
         "\x09\x07\r\n--b--\r\n"},
    };
    World1 *world = world1_new(TRUE);
    static const char *const uris[] = {
        "REQUEST_URI=/language", "REQUEST_URI=/certificates/remove",
        "REQUEST_URI=/certificates", "REQUEST_URI=/compose",
        "REQUEST_URI=/key-requests/signature"};
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *token =
        g_strconcat("HTTP_X_CSRF_TOKEN=", world->csrf, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(uris); j++) {
            const char *const env[] = {
                "REQUEST_METHOD=POST", uris[j],       cookie, token,
                "HTTP_ORIGIN=" ORIGIN, cases[i].type, NULL};
            g_autofree char *got = ask(world, env, cases[i].body);
            expect_status(got, 403, uris[j]);
        }
    world1_free(world);
}

static void
sec_50_each_page_has_its_own_limit(void **state)
{
    World1 *world = world1_new(TRUE);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    static const struct {
        const char *uri, *length;
    } cases[] = {
        {"REQUEST_URI=/language", "CONTENT_LENGTH=65537"},
        {"REQUEST_URI=/certificates", "CONTENT_LENGTH=1048577"},
        {"REQUEST_URI=/compose", "CONTENT_LENGTH=29360129"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const env[] = {
            "REQUEST_METHOD=POST", cases[i].uri,    cookie,
            "HTTP_ORIGIN=" ORIGIN, cases[i].length, NULL};
        g_autofree char *got = ask(world, env, "");
        expect_status(got, 413, cases[i].uri);
        expect_has(got, "25 MB of files in all", cases[i].uri);
    }
    world1_free(world);
}

/* The support code behind mark in an answer. */
static char *
code_after(const char *answer, const char *mark)
{
    expect_has(answer, mark, "support code");
    return g_strndup(strstr(answer, mark) + strlen(mark), 9);
}

static void
b11_errors_are_pages_or_json_with_a_support_code(void **state)
{
    g_autofree char *page = get(*state, "/none", NULL);
    expect_status(page, 404, "page");
    expect_has(page, "This page or message is not there", "page");
    g_autofree char *shown = code_after(page, "Support code: ");
    g_autofree char *read = support_code_read(shown, NULL);
    assert_string_equal(read, shown);
    g_autofree char *json =
        get(*state, "/none", "HTTP_ACCEPT=application/json");
    expect_status(json, 404, "JSON");
    expect_has(json, "Content-Type: application/json\r\n", "JSON");
    expect_has(json, "{\"error\":\"not-found\",\"title\":", "JSON");
    g_autofree char *code = code_after(json, "\"reference\":\"");
    g_autofree char *again = support_code_read(code, NULL);
    assert_string_equal(again, code);
}

/* Of who is signed in the row says what went wrong and where, in patterns
 * and codes; of a stranger nothing is kept, or anybody could fill the store.
 */
static void
b11_sec_59_a_support_code_holds_no_content(void **state)
{
    World1 *world = world1_new(TRUE);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *got =
        get(world, "/contacts/canary?q=canary%40canary.test", cookie);
    expect_status(got, 404, "page");
    g_autofree char *code = code_after(got, "Support code: ");
    g_autoptr(SupportCode) row =
        support_code_find(world->db, code, NOW, NULL);
    assert_non_null(row);
    assert_int_equal(row->account, world->account);
    assert_string_equal(row->error, "not-found");
    assert_string_equal(row->route, "GET /contacts/{}");
    assert_null(row->kid);
    g_autofree char *stranger = get(world, "/contacts/canary", NULL);
    g_autofree char *nowhere = get(world, "/none", NULL);
    assert_int_equal(
        number_of(world->db, "SELECT count(*) FROM support_code"), 1);
    world1_free(world);
}

static void
error_pages_lead_back_without_the_mail_server(void **state)
{
    World1 *world = world1_new(TRUE);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *got = get(world, "/none", cookie);
    static const char *const links[] = {"/mail/INBOX", "/compose", "/keys",
                                        "/help"};
    expect_status(got, 404, "page");
    expect_has(strstr(got, "<nav"), "<bdi>Inbox</bdi>", "inbox");
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        g_autofree char *link = g_strdup_printf("<a href=\"%s\"", links[i]);
        g_autofree char *button = g_strdup_printf("\" href=\"%s\"", links[i]);
        assert_true(strstr(got, link) != NULL || strstr(got, button) != NULL);
    }
    world1_free(world);
}

static void
text_from_outside_is_escaped_in_pages(void **state)
{
    g_autofree char *got =
        get(*state, "/sign-in?next=/%22%3E%3Cscript%3E", NULL);
    expect_status(got, 200, "next");
    assert_null(strstr(got, "<script>"));
    expect_has(got, "Université &lt;de&gt; Test", "organisation");
    /* An address of another site is not gone on to. */
    g_autofree char *other =
        get(*state, "/sign-in?next=//evil.example/", NULL);
    assert_null(strstr(other, "name=\"next\""));
}

static void
health_needs_no_visitor(void **state)
{
    g_autofree char *got = get(*state, "/healthz", NULL);
    expect_status(got, 200, "health");
    expect_has(got, "\r\n\r\nok\n", "health");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_45_cookies_are_bound_to_the_site),
        cmocka_unit_test(sec_46_prefetch_is_refused_where_reading_marks),
        cmocka_unit_test(sec_21_a_key_in_a_body_is_refused),
        cmocka_unit_test(sec_50_each_page_has_its_own_limit),
        cmocka_unit_test(b11_errors_are_pages_or_json_with_a_support_code),
        cmocka_unit_test(b11_sec_59_a_support_code_holds_no_content),
        cmocka_unit_test(error_pages_lead_back_without_the_mail_server),
        cmocka_unit_test(text_from_outside_is_escaped_in_pages),
        cmocka_unit_test(health_needs_no_visitor),
        cmocka_unit_test(sec_45_a_session_ends_when_idle_or_signed_out),
    };
    return cmocka_run_group_tests(tests, world1_setup, world1_teardown);
}
