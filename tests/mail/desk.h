/*
 * A person at a desk: an account signed in to the private mail system of
 * tests/net/servers, with a database of its own, as the page layer would make
 * a World for it.
 */
#ifndef SCEAU_TESTS_MAIL_DESK_H
#define SCEAU_TESTS_MAIL_DESK_H

#include "core/base/json.h"
#include "core/mail/sign_in.h"
#include "core/net/imap.h"
#include "tests/base/expect.h"
#include "tests/net/real_servers.h"

typedef struct {
    Real *real;
    char *folder; /* of the database and of keys */
    Config config;
    World world;
    char *cookie;
} Desk;

static void desk_run(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A command of the shell that must succeed. */
static void
desk_run(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    g_autofree char *command = g_strdup_vprintf(format, list);
    va_end(list);
    g_autofree char *said = NULL;
    const char *const argv[] = {"sh", "-ec", command, NULL};
    int status = 1;
    g_autoptr(GError) error = NULL;
    if (!g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                      G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said, &status,
                      &error) ||
        status != 0)
        fail_msg("%s: %s", command, error != NULL ? error->message : said);
}

static Db *
desk_db(const Desk *desk)
{
    g_autofree char *path =
        g_build_filename(desk->folder, "db", "sceau.db", NULL);
    g_autoptr(GError) error = NULL;
    Db *db = db_open(path, &error);
    expect_fine(db != NULL, error, path);
    return db;
}

/* Signs login in on an open desk. */
static void
desk_sign_in(Desk *desk, const char *login)
{
    World *world = &desk->world;
    g_autoptr(GError) error = NULL;
    desk->cookie = sign_in(world, login, "secret", "127.0.0.1", &error);
    expect_fine(desk->cookie != NULL, error, login);
    Session *session = session_find(world->db, world->server_key,
                                    desk->cookie, world->now, 30, 12, &error);
    expect_fine(session != NULL, error, "session");
    world->session = session;
    world->account = account_load(world->db, session->account, &error);
    expect_fine(world->account != NULL, error, "account");
}

static Desk *
desk_open(Real *real)
{
    Desk *desk = g_new0(Desk, 1);
    guint8 key[32] = {1};
    desk->real = real;
    desk->folder = temporary_folder();
    desk->config = (Config){
        .imap = real->imaps,
        .submission = real->ways[1].server,
        .threads = 4,
        .idle_minutes = 30,
        .hours = 12,
        .min_rsa_bits = 2048,
        .floor_rsa_bits = 1024,
        .min_ec_bits = 256,
        .floor_ec_bits = 224,
    };
    desk->world = (World){
        .config = &desk->config,
        .db = desk_db(desk),
        .server_key = g_bytes_new(key, sizeof key),
        .pool = world_pool_new(&desk->config),
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
    return desk;
}

static void
desk_close(Desk *desk)
{
    session_free((Session *)(guintptr)desk->world.session);
    account_free((Account *)(guintptr)desk->world.account);
    world_pool_free(desk->world.pool);
    db_close(desk->world.db);
    g_bytes_unref(desk->world.server_key);
    desk_run("rm -rf '%s'", desk->folder);
    g_free(desk->folder);
    g_free(desk->cookie);
    g_free(desk);
}

/* The administrator's word and the person's, and the account read again. */
G_GNUC_UNUSED static void
desk_allow(Desk *desk, gboolean allowed)
{
    World *world = &desk->world;
    gint64 id = world->account->id;
    assert_true(account_set_allowed(world->db, world->account->login, allowed,
                                    world->now, NULL));
    assert_true(account_set_enabled(world->db, id, allowed, NULL));
    account_free((Account *)(guintptr)world->account);
    world->account = account_load(world->db, id, NULL);
}

/* How many messages with this text in them somebody's folder holds; *first
 * is the first of them, if asked for. folder: "" for the inbox. */
static guint
desk_count(const Desk *desk, const char *who, const char *folder,
           const char *text, char **first)
{
    static const char *const kinds[] = {"new", "cur"};
    guint count = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_build_filename(
            desk->real->mail, who, "Maildir", folder, kinds[i], NULL);
        g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
        const char *name;
        while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
            g_autofree char *file = g_build_filename(path, name, NULL);
            char *data = NULL;
            gsize size = 0;
            if (!g_file_get_contents(file, &data, &size, NULL))
                continue;
            gboolean holds = memmem(data, size, text, strlen(text)) != NULL;
            count += holds;
            if (holds && first != NULL && *first == NULL)
                *first = g_steal_pointer(&data);
            g_free(data);
        }
    }
    return count;
}

/* Waits until it is there, at most ten seconds, and a moment longer to see
 * that it is not there twice. */
G_GNUC_UNUSED static char *
desk_delivered(const Desk *desk, const char *who, const char *folder,
               const char *text)
{
    char *message = NULL;
    for (int i = 0; i < 200 && message == NULL; i++) {
        desk_count(desk, who, folder, text, &message);
        if (message == NULL)
            g_usleep(50000);
    }
    if (message == NULL)
        fail_msg("%s has no message with \"%s\"", who, text);
    g_usleep(200000);
    assert_int_equal(desk_count(desk, who, folder, text, NULL), 1);
    return message;
}

G_GNUC_UNUSED static Json *
json_of(char *text, GError *const *error, const char *name)
{
    expect_fine(text != NULL, *error, name);
    Json *json = json_read(text, strlen(text), NULL);
    assert_non_null(json);
    g_free(text);
    return json;
}

/* "sent" or "waiting insecure": state and reason of a result. */
G_GNUC_UNUSED static void
expect_result(const Json *json, const char *want, const char *name)
{
    const char *reason = json_text(json_member(json, "reason"));
    g_autofree char *got = g_strjoin(reason != NULL ? " " : "",
                                     json_get_text(json, "state", NULL),
                                     reason != NULL ? reason : "", NULL);
    if (strcmp(got, want) != 0)
        fail_msg("%s: got %s, want %s", name, got, want);
}

G_GNUC_UNUSED static gint64
desk_number(const Desk *desk, const char *sql)
{
    g_autoptr(Stmt) st = db_prepare(desk->world.db, sql, NULL);
    assert_true(stmt_need_row(st, "row", NULL));
    return stmt_int(st, 0);
}

G_GNUC_UNUSED static int
all_servers(void **state)
{
    *state = real_start(NULL);
    return 0;
}

#endif
