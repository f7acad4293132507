/* SEC-21, SEC-46: every row of the table, found by enumeration. */
#include "tests/fcgi/fcgi_test.h"

#include "fcgi/routes.h"

/* An address that matches the row. */
static char *
uri_of(const Route *route)
{
    static const char *const values[] = {"INBOX", "1-1", "2"};
    GString *uri = g_string_new("REQUEST_URI=");
    gsize n = 0;
    for (const char *c = route->pattern; *c != '\0'; c++) {
        g_assert(*c != '{' || n < G_N_ELEMENTS(values));
        if (*c == '{')
            g_string_append(uri, values[n++]);
        else if (*c != '}')
            g_string_append_c(uri, *c);
    }
    return g_string_free(uri, FALSE);
}

static void
sec_46_every_post_needs_its_token_and_our_origin(void **state)
{
    World1 *world = *state;
    static const struct {
        const char *name, *origin, *site;
        const char *token; /* NULL: none, "": the right one */
    } cases[] = {
        {"no token", "HTTP_ORIGIN=" ORIGIN, NULL, NULL},
        {"wrong token", "HTTP_ORIGIN=" ORIGIN, NULL,
         "HTTP_X_CSRF_TOKEN=0000000000000000000000000000000000000000000"},
        {"token cut short", "HTTP_ORIGIN=" ORIGIN, NULL,
         "HTTP_X_CSRF_TOKEN=0"},
        {"wrong Origin", "HTTP_ORIGIN=https://evil.example", NULL, ""},
        {"Origin of another scheme", "HTTP_ORIGIN=http://mail.example.org",
         NULL, ""},
        {"Origin that begins alike", "HTTP_ORIGIN=" ORIGIN ".evil.example",
         NULL, ""},
        {"null Origin that nobody vouches for", "HTTP_ORIGIN=null", NULL, ""},
        {"null Origin from another site", "HTTP_ORIGIN=null",
         "HTTP_SEC_FETCH_SITE=cross-site", ""},
        {"another site", "HTTP_ORIGIN=" ORIGIN,
         "HTTP_SEC_FETCH_SITE=cross-site", ""},
        {"a sibling site", "HTTP_ORIGIN=" ORIGIN,
         "HTTP_SEC_FETCH_SITE=same-site", ""},
        {"neither Origin nor Sec-Fetch-Site", "X=1", NULL, ""},
        {"typed address", "HTTP_ORIGIN=" ORIGIN, "HTTP_SEC_FETCH_SITE=none",
         ""},
    };
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *right =
        g_strconcat("HTTP_X_CSRF_TOKEN=", world->csrf, NULL);
    gsize n = 0;
    gsize posts = 0;
    const Route *routes = routes_all(&n);
    for (gsize i = 0; i < n; i++) {
        if (routes[i].method != METHOD_POST)
            continue;
        posts++;
        g_autofree char *uri = uri_of(&routes[i]);
        for (gsize j = 0; j < G_N_ELEMENTS(cases); j++) {
            const char *token = cases[j].token;
            if (token != NULL && *token == '\0')
                token = right;
            const char *const env[] = {
                "REQUEST_METHOD=POST",
                uri,
                cookie,
                "CONTENT_TYPE=application/x-www-form-urlencoded",
                cases[j].origin,
                token != NULL ? token : "X=1",
                cases[j].site != NULL ? cases[j].site : "Y=1",
                NULL};
            g_autofree char *name =
                g_strconcat(uri, ": ", cases[j].name, NULL);
            g_autofree char *got = ask(world, env, "a=1");
            expect_status(got, 403, name);
        }
    }
    assert_true(posts >= 10);
}

static void
sec_46_the_right_token_opens(void **state)
{
    World1 *world = *state;
    static const struct {
        const char *name, *origin, *site;
    } cases[] = {
        {"our Origin", "HTTP_ORIGIN=" ORIGIN,
         "HTTP_SEC_FETCH_SITE=same-origin"},
        {"our Origin, old browser", "HTTP_ORIGIN=" ORIGIN, "Y=1"},
        {"no Origin, but vouched for", "X=1",
         "HTTP_SEC_FETCH_SITE=same-origin"},
        {"form under no-referrer", "HTTP_ORIGIN=null",
         "HTTP_SEC_FETCH_SITE=same-origin"},
    };
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *body =
        g_strconcat("language=fr&return=/help&csrf=", world->csrf, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const env[] = {
            "REQUEST_METHOD=POST",
            "REQUEST_URI=/language",
            "CONTENT_TYPE=application/x-www-form-urlencoded",
            cookie,
            cases[i].origin,
            cases[i].site,
            NULL};
        g_autofree char *got = ask(world, env, body);
        expect_status(got, 303, cases[i].name);
        expect_has(got, "Location: /help\r\n", cases[i].name);
    }
}

static void
every_row_refuses_who_is_not_signed_in(void **state)
{
    World1 *world = *state;
    gsize n = 0;
    const Route *routes = routes_all(&n);
    for (gsize i = 0; i < n; i++) {
        if (!(routes[i].access & ACCESS_USER))
            continue;
        g_autofree char *uri = uri_of(&routes[i]);
        gboolean post = routes[i].method == METHOD_POST;
        const char *const env[] = {post ? "REQUEST_METHOD=POST"
                                        : "REQUEST_METHOD=GET",
                                   uri, "HTTP_ORIGIN=" ORIGIN, NULL};
        g_autofree char *got = ask(world, env, post ? "" : NULL);
        expect_status(got, post ? 401 : 303, uri);
        if (!post)
            expect_has(got, "Location: /sign-in?next=/", uri);
    }
}

static void
rows_of_secure_mail_refuse_who_is_not_allowed(void **state)
{
    World1 *plain = world1_new(FALSE);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", plain->cookie, NULL);
    gsize n = 0;
    gsize rows = 0;
    const Route *routes = routes_all(&n);
    for (gsize i = 0; i < n; i++) {
        if (!(routes[i].access & ACCESS_SECURE))
            continue;
        rows++;
        g_autofree char *uri = uri_of(&routes[i]);
        gboolean post = routes[i].method == METHOD_POST;
        const char *const env[] = {post ? "REQUEST_METHOD=POST"
                                        : "REQUEST_METHOD=GET",
                                   uri, cookie, "HTTP_ORIGIN=" ORIGIN, NULL};
        g_autofree char *got = ask(plain, env, post ? "" : NULL);
        expect_status(got, 403, uri);
    }
    assert_true(rows >= 4);
    world1_free(plain);
}

static void
nothing_else_is_a_way_in(void **state)
{
    static const struct {
        const char *method, *uri;
        guint want;
    } cases[] = {
        {"GET", "/nothing", 404},
        {"GET", "/mail", 404},
        {"GET", "/mail/", 404},
        {"GET", "/mail//1-1", 404},
        {"GET", "/mail/INBOX/1-1/act", 405},
        {"GET", "/sign-out", 405},
        {"POST", "/keys", 405},
        {"POST", "/mail/INBOX", 405},
        {"GET", "/mail/INBOX/1-1/open", 405},
        {"GET", "/security/accept", 405},
        {"GET", "/contacts/1/remove", 405},
        {"POST", "/contacts/status", 405},
        {"GET", "/mail/INBOX/1-1/part/2/certificate", 405},
        {"GET", "/mail/INBOX/1-1/part/2/x", 404},
        {"GET", "/healthz/", 404},
        {"GET", "/HEALTHZ", 404},
        {"GET", "/mail/%ff", 404},
        {"GET", "/mail/a%00b", 404},
        {"GET", "/static/../etc/passwd", 404},
        {"GET", "/frame.html/x", 404},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *method =
            g_strconcat("REQUEST_METHOD=", cases[i].method, NULL);
        g_autofree char *uri =
            g_strconcat("REQUEST_URI=", cases[i].uri, NULL);
        const char *const env[] = {method, uri, NULL};
        gboolean post = *cases[i].method == 'P';
        g_autofree char *got = ask(*state, env, post ? "" : NULL);
        expect_status(got, cases[i].want, cases[i].uri);
    }
}

/* Each is a shell command that writes a body on its output; $k is a key's
 * file in PKCS #8. */
static const char *const key_bodies[][2] = {
    {"PKCS #8", "cat $k"},
    {"PKCS #1", "openssl rsa -in $k -traditional"},
    {"SEC 1", "openssl ecparam -genkey -name prime256v1 -noout"},
    {"encrypted PKCS #8", "openssl pkcs8 -topk8 -passout pass:x -in $k"},
    {"PKCS #8 in base64", "openssl pkey -in $k -outform DER | base64 -w0"},
    {"in lines", "openssl pkey -in $k -outform DER | base64 -w64"},
    {"PKCS #1 in base64",
     "openssl rsa -in $k -traditional -outform DER | base64 -w0"},
    {"PKCS #12", "openssl req -x509 -new -key $k -subj /CN=a -out $k.crt; "
                 "openssl pkcs12 -export -inkey $k -in $k.crt -passout "
                 "pass:x | base64 -w0"},
    {"JSON", "printf '{\"x\":\"%s\"}' \"$(openssl pkey -in $k -outform DER"
             " | base64 -w0)\""},
    {"form", "printf 'a=1&x=%s' \"$(sed 's/+/%2B/g;s/ /+/g' $k)\""},
    {"JWK", "printf '{\"kty\":\"EC\",\"x\":\"a\",\"d\":\"b\"}'"},
};

static char *
body_of(const char *command)
{
    static const char make[] =
        "k=$(mktemp) || exit 1; openssl genpkey -algorithm RSA -out $k "
        "2>/dev/null; { eval \"$1\"; } 2>/dev/null; rm -f $k $k.crt";
    const char *const argv[] = {"/bin/sh", "-c", make, "sh", command, NULL};
    char *body = NULL;
    g_autoptr(GError) error = NULL;
    gboolean ok =
        g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                     NULL, &body, NULL, NULL, &error);
    expect_fine(ok && body != NULL && *body != '\0', error, command);
    return body;
}

static void
post_key(World1 *world, const Route *route, const char *type,
         const char *const *what, const char *body)
{
    g_autofree char *uri = uri_of(route);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *token =
        g_strconcat("HTTP_X_CSRF_TOKEN=", world->csrf, NULL);
    const char *const env[] = {"REQUEST_METHOD=POST",
                               uri,
                               type,
                               cookie,
                               token,
                               "HTTP_ORIGIN=" ORIGIN,
                               "HTTP_ACCEPT=application/json",
                               NULL};
    g_autofree char *name = g_strjoin(", ", uri, type, what[0], NULL);
    g_autofree char *got = ask(world, env, body);
    /* What is not even a body of its type is refused for that. */
    guint status = status_of(got);
    if (status != 403 && status != 400 && status != 415)
        fail_msg("%s: %u", name, status);
    if (strstr(type, "urlencoded") != NULL)
        expect_status(got, 403, name);
}

static void
sec_21_no_page_takes_a_private_key(void **state)
{
    static const char *const types[] = {
        "CONTENT_TYPE=application/json",
        "CONTENT_TYPE=application/x-www-form-urlencoded",
        "CONTENT_TYPE=text/plain",
    };
    gsize n = 0;
    const Route *routes = routes_all(&n);
    for (gsize i = 0; i < G_N_ELEMENTS(key_bodies); i++) {
        g_autofree char *body = body_of(key_bodies[i][1]);
        for (gsize j = 0; j < n; j++)
            for (gsize k = 0; k < G_N_ELEMENTS(types); k++)
                if (routes[j].method == METHOD_POST)
                    post_key(*state, &routes[j], types[k], key_bodies[i],
                             body);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_46_every_post_needs_its_token_and_our_origin),
        cmocka_unit_test(sec_46_the_right_token_opens),
        cmocka_unit_test(every_row_refuses_who_is_not_signed_in),
        cmocka_unit_test(rows_of_secure_mail_refuse_who_is_not_allowed),
        cmocka_unit_test(nothing_else_is_a_way_in),
        cmocka_unit_test(sec_21_no_page_takes_a_private_key),
    };
    return cmocka_run_group_tests(tests, world1_setup, world1_teardown);
}
