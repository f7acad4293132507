/* How the page begins on which a message is written, and what it takes. The
 * mail server does not answer here: one can write all the same. */
#include "tests/fcgi/fcgi_test.h"

static int
setup(void **state)
{
    World1 *world = world1_new(TRUE);
    world->config.imap = (ServerConfig){
        .host = g_strdup("localhost"), .port = 9, .tls = TLS_NONE};
    world->site.pool = world_pool_new(&world->config);
    *state = world;
    return 0;
}

static int
teardown(void **state)
{
    World1 *world = *state;
    world_pool_free(world->site.pool);
    g_free(world->config.imap.host);
    world1_free(world);
    return 0;
}

static char *
show(World1 *world, const char *query)
{
    g_autofree char *uri = g_strconcat("REQUEST_URI=/compose", query, NULL);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    const char *const env[] = {"REQUEST_METHOD=GET", uri, cookie, NULL};
    char *answer = ask(world, env, NULL);
    expect_status(answer, 200, query);
    return answer;
}

static void
z22_z23_a_message_begins_as_the_person_prefers(void **state)
{
    World1 *world = *state;
    static const struct {
        const char *preference, *last, *want;
    } cases[] = {
        {"auto", NULL, "none"},
        {"auto", "sign", "sign"},
        {"auto", "sign+encrypt", "sign+encrypt"},
        {"none", "sign", "none"},
        {"sign", "none", "sign"},
        {"sign+encrypt", "none", "sign+encrypt"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        expect_fine(account_set_preference(world->db, world->account,
                                           cases[i].preference, &error) &&
                        account_set_choice(world->db, world->account,
                                           cases[i].last, &error),
                    error, cases[i].preference);
        g_autofree char *got = show(world, "");
        g_autofree char *want =
            g_strdup_printf("\"choice\":\"%s\"", cases[i].want);
        expect_has(got, want, cases[i].preference);
    }
}

static void
z1_without_the_option_there_is_no_choice(void **state)
{
    World1 *world = *state;
    g_autoptr(GError) error = NULL;
    expect_fine(account_set_enabled(world->db, world->account, FALSE, &error),
                error, "off");
    g_autofree char *got = show(world, "");
    assert_null(strstr(got, "id=\"panel\""));
    expect_has(got, "\"choice\":\"none\"", "off");
    expect_fine(account_set_enabled(world->db, world->account, TRUE, &error),
                error, "on");
    g_autofree char *again = show(world, "");
    expect_has(again, "id=\"panel\"", "on");
}

static void
z4_the_page_knows_whether_the_warning_was_accepted(void **state)
{
    World1 *world = *state;
    g_autoptr(GError) error = NULL;
    g_autofree char *before = show(world, "");
    expect_has(before, "\"warned\":false", "before");
    expect_fine(account_set_warned(world->db, world->account, NOW, &error),
                error, "warned");
    g_autofree char *after = show(world, "");
    expect_has(after, "\"warned\":true", "after");
}

static void
sec_36_a_link_fills_in_text_and_nothing_else(void **state)
{
    World1 *world = *state;
    g_autofree char *got =
        show(world, "?to=a%40demo.test&subject=Sujet&body=Texte"
                    "&attach=%2Fetc%2Fpasswd&bcc=b%40demo.test&draft_x=1"
                    "&from=c%40demo.test&mode=sign");
    expect_has(got, "value=\"a@demo.test\"", "to");
    expect_has(got, "value=\"Sujet\"", "subject");
    expect_has(got, "Texte</textarea>", "body");
    static const char *const absent[] = {"passwd", "b@demo.test",
                                         "c@demo.test"};
    /* The frame around the page repeats its own address. */
    const char *region = strstr(got, "<main");
    assert_non_null(region);
    for (gsize i = 0; i < G_N_ELEMENTS(absent); i++)
        if (strstr(region, absent[i]) != NULL)
            fail_msg("%s was taken", absent[i]);
    expect_has(got, "\"files\":[]", "no file");
}

static void
what_is_posted_must_be_one_of_the_three(void **state)
{
    World1 *world = *state;
    static const struct {
        const char *name, *body;
        guint status;
    } cases[] = {
        {"another word", "to=a%40demo.test&mode=encrypt", 400},
        {"encrypted, without a key", "to=a%40demo.test&mode=sign%2Bencrypt",
         400},
        {"signed, without a key", "to=a%40demo.test&mode=sign", 400},
    };
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", world->cookie, NULL);
    g_autofree char *token =
        g_strconcat("HTTP_X_CSRF_TOKEN=", world->csrf, NULL);
    const char *const env[] = {
        "REQUEST_METHOD=POST",
        "REQUEST_URI=/compose",
        "CONTENT_TYPE=application/x-www-form-urlencoded",
        "HTTP_ORIGIN=" ORIGIN,
        "HTTP_ACCEPT=application/json",
        cookie,
        token,
        NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = ask(world, env, cases[i].body);
        expect_status(got, cases[i].status, cases[i].name);
    }
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(z22_z23_a_message_begins_as_the_person_prefers),
        TEST(z1_without_the_option_there_is_no_choice),
        TEST(z4_the_page_knows_whether_the_warning_was_accepted),
        TEST(sec_36_a_link_fills_in_text_and_nothing_else),
        TEST(what_is_posted_must_be_one_of_the_three),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
