/* SEC-47: the headers of every route, compared with SECURITY §6 as written
 * down here once more. */
#include "tests/fcgi/fcgi_test.h"

#include "fcgi/routes.h"

static const char common[] = "Strict-Transport-Security: max-age=63072000\r\n"
                             "X-Content-Type-Options: nosniff\r\n"
                             "Referrer-Policy: no-referrer\r\n"
                             "Cross-Origin-Opener-Policy: same-origin\r\n";

static const char policy_of_pages[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; "
    "worker-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' "
    "data:; connect-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for "
    "'script'; trusted-types sceau\r\n";

static const char frame_policy[] =
    "Content-Security-Policy: sandbox allow-scripts allow-popups "
    "allow-popups-to-escape-sandbox; default-src 'none'; script-src "
    "https://mail.example.org/frame.js; style-src 'unsafe-inline'; img-src "
    "data: blob:; form-action 'none'; base-uri 'none'; frame-ancestors "
    "'self'\r\n";

static void
expect_common(const char *answer, const char *name)
{
    expect_has(answer, common, name);
    expect_has(answer, "Permissions-Policy: accelerometer=(), ", name);
    expect_has(answer, "camera=(), ", name);
    expect_has(answer, "X-DNS-Prefetch-Control: off\r\n", name);
    expect_has(answer, "Cache-Control: no-store\r\n", name);
    expect_has(answer, "Content-Security-Policy: ", name);
    expect_has(answer, "Cross-Origin-Resource-Policy: ", name);
}

static void
sec_47_every_route_has_them_whatever_it_answers(void **state)
{
    gsize n = 0;
    const Route *routes = routes_all(&n);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *uri =
            g_strconcat("REQUEST_URI=", routes[i].pattern, NULL);
        for (char *c = uri; *c != '\0'; c++)
            if (*c == '{' || *c == '}')
                *c = '1';
        gboolean post = routes[i].method == METHOD_POST;
        const char *const env[] = {
            post ? "REQUEST_METHOD=POST" : "REQUEST_METHOD=GET", uri, NULL};
        g_autofree char *got = ask(*state, env, post ? "" : NULL);
        expect_common(got, uri);
    }
    static const char *const odd[][3] = {
        {"REQUEST_METHOD=GET", "REQUEST_URI=/none", NULL},
        {"REQUEST_METHOD=TRACE", "REQUEST_URI=/", NULL},
        {"REQUEST_METHOD=GET", "A=1", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autofree char *got = ask(*state, odd[i], NULL);
        expect_common(got, odd[i][1]);
        expect_has(got, policy_of_pages, odd[i][1]);
    }
}

static void
sec_47_policies_are_those_of_the_specification(void **state)
{
    static const struct {
        const char *uri, *policy, *resource;
    } cases[] = {
        {"/sign-in", policy_of_pages, "same-origin"},
        {"/help", policy_of_pages, "same-origin"},
        {"/frame.html", frame_policy, "same-origin"},
        {"/frame-images.html", "img-src data: blob: https:;", "same-origin"},
        {"/frame.js", "Content-Security-Policy: default-src 'none'\r\n",
         "cross-origin"},
        {"/vault-worker.js",
         "Content-Security-Policy: default-src 'none'; script-src "
         "'wasm-unsafe-eval'\r\n",
         "same-origin"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *uri =
            g_strconcat("REQUEST_URI=", cases[i].uri, NULL);
        const char *const env[] = {"REQUEST_METHOD=GET", uri, NULL};
        g_autofree char *got = ask(*state, env, NULL);
        g_autofree char *resource =
            g_strconcat("Cross-Origin-Resource-Policy: ", cases[i].resource,
                        "\r\n", NULL);
        expect_status(got, 200, cases[i].uri);
        expect_has(got, cases[i].policy, cases[i].uri);
        expect_has(got, resource, cases[i].uri);
    }
}

static gboolean
to_string(gpointer user, const void *data, gsize size)
{
    g_string_append_len(user, data, (gssize)size);
    return TRUE;
}

static void
sec_51_a_header_never_holds_a_line_end(void **state)
{
    static const char *const values[] = {"a\r\nX-Evil: 1", "a\nX-Evil: 1",
                                         "a\rX-Evil: 1", "a\x01X-Evil"};
    World1 *world = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        g_autoptr(Response) res = response_new(&world->site, to_string, out);
        response_header(res, "Location", values[i]);
        response_disposition(res, TRUE, values[i]);
        response_send(res);
        assert_null(strstr(out->str, "\nX-Evil"));
        assert_null(strstr(out->str, "\rX-Evil"));
    }
}

static void
sec_41_file_names_are_made_safe(void **state)
{
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"},
        {"r\"x\\.pdf", "attachment; filename=\"r_x_.pdf\"; "
                       "filename*=UTF-8''r%22x%5C.pdf"},
        {"é.pdf",
         "attachment; filename=\"__.pdf\"; filename*=UTF-8''%C3%A9.pdf"},
        {NULL, "attachment; filename=\"file\"; filename*=UTF-8''file"},
    };
    World1 *world = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        g_autoptr(Response) res = response_new(&world->site, to_string, out);
        response_policy(res, POLICY_DOWNLOAD);
        response_disposition(res, TRUE, cases[i].name);
        response_send(res);
        expect_has(out->str, cases[i].want, cases[i].want);
        expect_has(out->str, "Content-Security-Policy: sandbox; ",
                   cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_47_every_route_has_them_whatever_it_answers),
        cmocka_unit_test(sec_47_policies_are_those_of_the_specification),
        cmocka_unit_test(sec_51_a_header_never_holds_a_line_end),
        cmocka_unit_test(sec_41_file_names_are_made_safe),
    };
    return cmocka_run_group_tests(tests, world1_setup, world1_teardown);
}
