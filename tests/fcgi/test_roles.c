/* Who gets into which row of the table, role by role (SEC-62), and that no
 * row of administration or helpdesk opens a message (Z5). */
#include "tests/fcgi/fcgi_test.h"

#include "fcgi/page.h"
#include "fcgi/routes.h"

/* An address that matches the row; 4711 is nobody's and nothing's number. */
static char *
path_of(const Route *route)
{
    g_auto(GStrv) parts = g_strsplit(route->pattern, "{}", -1);
    return g_strjoinv("4711", parts);
}

static char *
ask_as(World1 *world, const Route *route)
{
    gboolean post = route->method == METHOD_POST;
    g_autofree char *path = path_of(route);
    g_autofree char *uri = g_strconcat("REQUEST_URI=", path, NULL);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *token =
        g_strconcat("HTTP_X_CSRF_TOKEN=", world->csrf, NULL);
    const char *const env[] = {
        post ? "REQUEST_METHOD=POST" : "REQUEST_METHOD=GET",
        uri,
        cookie,
        token,
        "HTTP_ORIGIN=" ORIGIN,
        "HTTP_ACCEPT=application/json",
        "CONTENT_TYPE=application/x-www-form-urlencoded",
        NULL};
    return ask(world, env, post ? "" : NULL);
}

/* A role is taken up at a sign-in. */
static void
become(World1 *world, Role role)
{
    g_autoptr(GError) error = NULL;
    expect_fine(
        account_set_role(world->db, world->account, role, NULL, &error),
        error, role_name(role));
    g_free(world->cookie);
    g_free(world->csrf);
    world->cookie =
        session_create(world->db, world->site.server_key, world->account,
                       "alice@demo.test", "secret", NOW, &error);
    g_autoptr(Session) session =
        session_find(world->db, world->site.server_key, world->cookie, NOW,
                     30, 12, &error);
    expect_fine(session != NULL, error, "session");
    world->csrf = g_strdup(session->csrf);
}

static Role
least_of(const Route *route)
{
    if (route->access & ACCESS_ADMIN)
        return ROLE_ADMINISTRATOR;
    return route->access & ACCESS_HELPDESK ? ROLE_HELPDESK : ROLE_STAFF;
}

/* Every row that asks for a role, asked with each: below it the answer is
 * 403, before anything of the page ran. */
static void
sec_62_every_row_refuses_a_lower_role(void **state)
{
    gsize n = 0;
    guint refused = 0;
    const Route *routes = routes_all(&n);
    for (Role role = ROLE_STAFF; role < ROLE_ADMINISTRATOR; role++) {
        World1 *world = world1_new(TRUE);
        become(world, role);
        for (gsize i = 0; i < n; i++) {
            if (least_of(&routes[i]) <= role)
                continue;
            g_autofree char *got = ask_as(world, &routes[i]);
            expect_status(got, 403, routes[i].pattern);
            expect_has(got, "This is not allowed", routes[i].pattern);
            refused++;
        }
        assert_int_equal(number_of(world->db, "SELECT count(*) FROM audit"),
                         0);
        world1_free(world);
    }
    assert_true(refused >= 10);
}

/* What is below /admin or /helpdesk asks for the role, and nothing else
 * does: a new page cannot forget it. */
static void
sec_62_patterns_and_roles_agree(void **state)
{
    gsize n = 0;
    const Route *routes = routes_all(&n);
    for (gsize i = 0; i < n; i++) {
        const char *pattern = routes[i].pattern;
        Role want = g_str_has_prefix(pattern, "/admin") ? ROLE_ADMINISTRATOR
                    : g_str_has_prefix(pattern, "/helpdesk") ? ROLE_HELPDESK
                                                             : ROLE_STAFF;
        if (least_of(&routes[i]) != want)
            fail_msg("%s asks for %s", pattern,
                     role_name(least_of(&routes[i])));
        if (want != ROLE_STAFF && !(routes[i].access & ACCESS_USER))
            fail_msg("%s asks for nobody", pattern);
    }
}

/* The pages that are given a content key or a signature serve the one who is
 * signed in, of their own mail; none is a page of administration. */
static void
z5_no_row_of_administration_opens_mail(void **state)
{
    static const Page opening[] = {
        page_open,        page_open_part, page_open_image, page_open_compose,
        page_keyreq_sign, page_read,      page_read_part,  page_read_raw,
        page_read_image,  page_mailbox,
    };
    gsize n = 0;
    guint found = 0;
    const Route *routes = routes_all(&n);
    for (gsize i = 0; i < n; i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(opening); j++) {
            if (routes[i].page != opening[j])
                continue;
            found++;
            if (least_of(&routes[i]) != ROLE_STAFF)
                fail_msg("%s", routes[i].pattern);
        }
        static const char *const never[] = {"decrypt", "unwrap", "recover",
                                            "escrow", "private"};
        for (gsize j = 0; j < G_N_ELEMENTS(never); j++)
            if (strstr(routes[i].pattern, never[j]) != NULL)
                fail_msg("%s", routes[i].pattern);
    }
    assert_int_equal(found, G_N_ELEMENTS(opening));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_62_every_row_refuses_a_lower_role),
        cmocka_unit_test(sec_62_patterns_and_roles_agree),
        cmocka_unit_test(z5_no_row_of_administration_opens_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
