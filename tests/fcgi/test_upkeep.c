/*
 * What happens after an answer, with real mail servers: a message that waits
 * is tried again by the next page looked at, once the page is out.
 */
#include "core/mail/outgoing.h"
#include "fcgi/upkeep.h"
#include "tests/fcgi/fcgi_test.h"
#include "tests/net/real_servers.h"

typedef struct {
    Real *real;
    World1 *site;
    char *cookie; /* "HTTP_COOKIE=…" */
    gint64 now;
    Upkeep upkeep;
    GString *answer; /* of the last request */
    gboolean was_out, had_session;
} Scene;

static gboolean
scene_write(gpointer user, const void *data, gsize size)
{
    Scene *scene = user;
    g_string_append_len(scene->answer, data, (gssize)size);
    return TRUE;
}

static void
scene_end(gpointer user, const World *world)
{
    Scene *scene = user;
    scene->was_out = g_str_has_prefix(scene->answer->str, "Status: ");
    scene->had_session = world->session != NULL;
    upkeep_run(&scene->upkeep, world);
}

static void
ask_at(Scene *scene, gint64 seconds, const char *method, const char *uri,
       const char *cookie)
{
    g_autofree char *address = g_strconcat("REQUEST_URI=", uri, NULL);
    g_autofree char *how = g_strconcat("REQUEST_METHOD=", method, NULL);
    const char *const env[] = {how, address, cookie, "CONTENT_LENGTH=0",
                               NULL};
    const Channel channel = {test_read, scene_write, scene, scene_end};
    g_string_truncate(scene->answer, 0);
    scene->was_out = FALSE;
    scene->now += seconds;
    serve(&scene->site->site, scene->site->db, (char *const *)(guintptr)env,
          &channel, scene->now);
    assert_true(scene->was_out);
}

static void
server(const Scene *scene, const char *act)
{
    const char *const argv[] = {"deploy/demo/mail-servers", act,
                                scene->real->folder, "chasquid", NULL};
    int status = 1;
    assert_true(g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                             G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                             NULL));
    assert_int_equal(status, 0);
}

/* A message that waits, of a session that is there. */
static void
send_in_vain(Scene *scene)
{
    World1 *site = scene->site;
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) account =
        account_load(site->db, site->account, &error);
    g_autofree char *cookie =
        session_create(site->db, site->site.server_key, site->account,
                       "alice@demo.test", "secret", scene->now, &error);
    g_autoptr(Session) session = session_find(
        site->db, site->site.server_key, cookie, scene->now, 30, 12, &error);
    expect_fine(session != NULL, error, "session");
    const World world = {
        .config = &site->config,
        .db = site->db,
        .server_key = site->site.server_key,
        .pool = site->site.pool,
        .account = account,
        .session = session,
        .now = scene->now,
    };
    const ComposeForm form = {
        .to = "bob@demo.test", .text = "waits", .send_key = "k"};
    server(scene, "pause");
    g_autofree char *result = outgoing_send(&world, &form, &error);
    server(scene, "resume");
    expect_fine(result != NULL, error, "send");
    expect_has(result, "\"state\":\"waiting\"", "paused");
    scene->cookie = g_strconcat("HTTP_COOKIE=__Host-sceau=", cookie, NULL);
}

static guint
messages_of_bob(const Scene *scene)
{
    g_autofree char *path = g_build_filename(
        scene->real->mail, "bob@demo.test", "Maildir", "new", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint count = 0;
    while (dir != NULL && g_dir_read_name(dir) != NULL)
        count++;
    return count;
}

static gint64
waiting(const Scene *scene)
{
    return number_of(scene->site->db,
                     "SELECT count(*) FROM outbox WHERE state = 0");
}

static void
sec_65_the_next_page_sends_what_waits(void **state)
{
    static const struct {
        const char *name, *method, *uri;
        gint64 seconds;
        gboolean signed_in, session;
        gint64 waiting;
    } cases[] = {
        {"too soon", "GET", "/outbox", 200, TRUE, TRUE, 1},
        {"nobody", "GET", "/sign-in", 200, FALSE, FALSE, 1},
        {"health", "GET", "/healthz", 1, TRUE, FALSE, 1},
        {"a refused post", "POST", "/outbox/retry", 1, TRUE, FALSE, 1},
        {"a page", "GET", "/outbox", 1, TRUE, TRUE, 0},
        {"a later page", "GET", "/outbox", 600, TRUE, TRUE, 0},
    };
    Scene *scene = *state;
    send_in_vain(scene);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ask_at(scene, cases[i].seconds, cases[i].method, cases[i].uri,
               cases[i].signed_in ? scene->cookie : "X=1");
        if (scene->had_session != cases[i].session ||
            waiting(scene) != cases[i].waiting)
            fail_msg("%s: %.40s", cases[i].name, scene->answer->str);
        if (i == 4) /* the page was made before the message was sent */
            expect_has(scene->answer->str, "bob@demo.test", "outbox");
    }
    for (guint i = 0; i < 100 && messages_of_bob(scene) == 0; i++)
        g_usleep(50000);
    g_usleep(300000);
    assert_int_equal(messages_of_bob(scene), 1);
}

static void
rows_go_every_five_minutes(void **state)
{
    static const char attempt[] =
        "INSERT INTO attempt VALUES ('source x', 1, 0)";
    static const struct {
        gint64 seconds, left;
    } steps[] = {{300, 0}, {299, 1}, {1, 0}};
    Scene *scene = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(Stmt) st = db_prepare(scene->site->db, attempt, NULL);
        if (i != 2)
            assert_true(stmt_run(st, NULL));
        ask_at(scene, steps[i].seconds, "GET", "/healthz", "X=1");
        assert_int_equal(
            number_of(scene->site->db, "SELECT count(*) FROM attempt"),
            steps[i].left);
    }
}

static void
one_thread_at_a_time(void **state)
{
    Scene *scene = *state;
    const World world = {.now = scene->now + 900};
    Upkeep upkeep = {.busy = 1};
    /* A world without a database: whoever touches it ends the test. */
    upkeep_run(&upkeep, &world);
    assert_int_equal(upkeep.busy, 1);
    assert_int_equal(upkeep.swept, 0);
}

static int
setup(void **state)
{
    Scene *scene = g_new0(Scene, 1);
    scene->real = real_start("no-postfix");
    scene->site = world1_new(TRUE);
    Config *config = &scene->site->config;
    config->imap = scene->real->imaps;
    config->submission = scene->real->ways[1].server;
    config->threads = 2;
    scene->site->site.pool = world_pool_new(config);
    scene->answer = g_string_new(NULL);
    scene->now = NOW;
    *state = scene;
    return 0;
}

static int
teardown(void **state)
{
    Scene *scene = *state;
    world_pool_free(scene->site->site.pool);
    world1_free(scene->site);
    real_teardown((void **)&scene->real);
    g_string_free(scene->answer, TRUE);
    g_free(scene->cookie);
    g_free(scene);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_65_the_next_page_sends_what_waits),
        cmocka_unit_test(rows_go_every_five_minutes),
        cmocka_unit_test(one_thread_at_a_time),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
