/* SEC-18: what is asked over HTTP, and what is taken of the answer. */
#include "tests/base/expect.h"

#include "core/net/http.h"
#include "tests/net/web_server.h"

static int
start(void **state)
{
    *state = web_start();
    return 0;
}

static int
stop(void **state)
{
    web_stop(*state);
    return 0;
}

static HttpAnswer *
ask(WebServer *web, const char *path, gsize max, GError **error)
{
    g_autofree char *url = web_url(web, path);
    return http_ask(&(HttpQuestion){.url = url,
                                    .max_bytes = max,
                                    .seconds = 5,
                                    .allow_private = TRUE},
                    error);
}

static void
sec_18_inner_addresses_are_known(void **state)
{
    static const struct {
        const char *address;
        gboolean is_public;
    } cases[] = {
        {"8.8.8.8", TRUE},
        {"93.184.216.34", TRUE},
        {"126.255.255.255", TRUE},
        {"128.0.0.1", TRUE},
        {"172.15.255.255", TRUE},
        {"172.32.0.0", TRUE},
        {"192.167.255.255", TRUE},
        {"223.255.255.255", TRUE},
        {"100.63.255.255", TRUE},
        {"100.128.0.0", TRUE},
        {"0.0.0.0", FALSE},
        {"10.1.2.3", FALSE},
        {"100.64.0.1", FALSE},
        {"127.0.0.1", FALSE},
        {"127.255.255.255", FALSE},
        {"169.254.169.254", FALSE},
        {"172.16.0.1", FALSE},
        {"172.31.255.255", FALSE},
        {"192.168.1.1", FALSE},
        {"198.18.0.1", FALSE},
        {"224.0.0.1", FALSE},
        {"255.255.255.255", FALSE},
        {"2606:4700::1111", TRUE},
        {"2a00:1450::1", TRUE},
        {"::", FALSE},
        {"::1", FALSE},
        {"fe80::1", FALSE},
        {"fc00::1", FALSE},
        {"fd12::1", FALSE},
        {"ff02::1", FALSE},
        {"2001:db8::1", FALSE},
        {"2002:7f00:1::", FALSE},
        {"::ffff:127.0.0.1", FALSE},
        {"::ffff:8.8.8.8", TRUE},
        {"64:ff9b::7f00:1", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 bytes[16];
        int family =
            strchr(cases[i].address, ':') != NULL ? AF_INET6 : AF_INET;
        assert_int_equal(inet_pton(family, cases[i].address, bytes), 1);
        if (http_is_public(family, bytes) != cases[i].is_public)
            fail_msg("%s", cases[i].address);
    }
}

static void
sec_18_addresses_of_other_kinds_are_refused(void **state)
{
    static const char *const good[] = {"http://crl.demo.test/a.crl",
                                       "https://[2606:4700::1]:8443/x?y=z"};
    static const char *const bad[] = {"",
                                      "crl.demo.test/a.crl",
                                      "ldap://demo.test/cn=a",
                                      "ftp://a.test/",
                                      "file:///etc/passwd",
                                      "http://",
                                      "http:///a",
                                      "http://u@a.test/",
                                      "http://u:p@a.test/",
                                      "http://a.test/#x",
                                      "http://a.test/ b",
                                      "http://a.test/\r\nHost: b",
                                      "javascript:1",
                                      "http://a.test/é"};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        if (!http_check_url(good[i], NULL))
            fail_msg("%s", good[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        if (http_check_url(bad[i], &error))
            fail_msg("%s", bad[i]);
        expect_app_error(error, APP_ERROR_INPUT, bad[i]);
    }
}

static void
an_answer_is_taken(void **state)
{
    WebServer *web = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) body = g_bytes_new_static("list", 4);
    const WebPage page = {
        "/a",
        "200 OK\r\nContent-Type: Application/PKIX-CRL; x\r\n"
        "ETag: \"7\"\r\n",
        body};
    web_show(web, &page);
    g_autoptr(HttpAnswer) got = ask(web, "/a", 4, &error);
    expect_fine(got != NULL, error, "answer");
    assert_true(g_bytes_equal(got->body, body));
    assert_string_equal(got->content_type, "application/pkix-crl");
    assert_string_equal(got->etag, "\"7\"");
    assert_false(web_heard(web, "cookie"));
    assert_false(web_heard(web, "authorization"));
}

static void
sec_18_an_answer_keeps_to_its_size(void **state)
{
    WebServer *web = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) body = g_bytes_new_static("listx", 5);
    const WebPage page = {"/b", "200 OK\r\n", body};
    web_show(web, &page);
    assert_null(ask(web, "/b", 4, &error));
    expect_app_error(error, APP_ERROR_TOO_LARGE, "an octet too many");
}

static void
sec_18_inner_networks_need_leave(void **state)
{
    WebServer *web = *state;
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    guint before = web->asked;
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *url =
            g_strdup_printf("http://%s:%u/a", hosts[i], web->port);
        assert_null(http_ask(
            &(HttpQuestion){.url = url, .max_bytes = 9, .seconds = 5},
            &error));
        expect_app_error(error, APP_ERROR_FORBIDDEN, hosts[i]);
    }
    assert_int_equal(web->asked, before);
}

static void
sec_18_no_way_leads_to_another_host(void **state)
{
    WebServer *web = *state;
    g_autofree char *there = g_strdup_printf(
        "302 Go\r\nLocation: http://localhost:%u/a\r\n", web->port);
    const struct {
        WebPage page;
        AppError want; /* 0: followed */
    } cases[] = {
        {{"/moved", "301 Go\r\nLocation: /a\r\n", NULL}, 0},
        {{"/away", there, NULL}, APP_ERROR_CONFLICT},
        {{"/file", "302 Go\r\nLocation: file:///etc/passwd\r\n", NULL},
         APP_ERROR_CONFLICT},
        {{"/round", "302 Go\r\nLocation: /round\r\n", NULL},
         APP_ERROR_REFUSED},
        {{"/gone", "410 Gone\r\n", NULL}, APP_ERROR_REFUSED},
        {{"/same", "304 Same\r\n", NULL}, APP_ERROR_REFUSED},
    };
    const WebPage page = {"/a", "200 OK\r\n", NULL};
    web_show(web, &page);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        web_show(web, &cases[i].page);
        g_autoptr(HttpAnswer) got =
            ask(web, cases[i].page.path, 1000, &error);
        if (cases[i].want == 0)
            expect_fine(got != NULL, error, cases[i].page.path);
        else
            expect_app_error(error, cases[i].want, cases[i].page.path);
    }
}

static void
what_is_known_is_not_sent_again(void **state)
{
    WebServer *web = *state;
    g_autoptr(GError) error = NULL;
    const WebPage page = {"/known", "304 Same\r\n", NULL};
    web_show(web, &page);
    g_autofree char *url = web_url(web, "/known");
    g_autoptr(HttpAnswer) got =
        http_ask(&(HttpQuestion){.url = url,
                                 .etag = "\"42\"",
                                 .max_bytes = 9,
                                 .seconds = 5,
                                 .allow_private = TRUE},
                 &error);
    expect_fine(got != NULL && got->unchanged, error, "304");
    assert_true(web_heard(web, "If-None-Match: \"42\""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_18_inner_addresses_are_known),
        cmocka_unit_test(sec_18_addresses_of_other_kinds_are_refused),
        cmocka_unit_test(an_answer_is_taken),
        cmocka_unit_test(sec_18_an_answer_keeps_to_its_size),
        cmocka_unit_test(sec_18_inner_networks_need_leave),
        cmocka_unit_test(sec_18_no_way_leads_to_another_host),
        cmocka_unit_test(what_is_known_is_not_sent_again),
    };
    return cmocka_run_group_tests_name("http", tests, start, stop);
}
