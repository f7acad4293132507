/*
 * SEC-65 where no real server helps: a worker killed, or a connection cut, at
 * each step of a submission.
 */
#include "core/mail/delivery.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/mail/outgoing.h"
#include "core/store/session.h"
#include "core/store/tally.h"
#include "tests/base/expect.h"

#define NOW 1795579200
#define CANARY "canary-4f1b2c"

/* A submission server without TLS on loopback that stops at one event. */
typedef struct {
    int listener;
    const char *stop_at; /* a verb, "CONTENT", "DOT", or NULL */
    pid_t victim;        /* killed there; 0: the connection is cut */
    guint taken;         /* messages whose final dot was seen */
} Server;

static const struct {
    const char *verb, *answer;
} answers[] = {
    {"EHLO", "250-test\r\n250-SIZE 99999999\r\n250 AUTH PLAIN\r\n"},
    {"AUTH", "235 yes\r\n"},
    {"MAIL", "250 yes\r\n"},
    {"RCPT", "250 yes\r\n"},
    {"DATA", "354 go on\r\n"},
    {"CONTENT", NULL},
    {"DOT", "250 taken\r\n"},
    {"QUIT", "221 bye\r\n"},
};

/* TRUE while the conversation goes on. */
static gboolean
server_event(Server *server, int connection, const char *verb)
{
    gsize i = 0;
    while (strncmp(answers[i].verb, verb, 4) != 0)
        i++;
    if (strcmp(answers[i].verb, "DOT") == 0)
        server->taken++;
    if (g_strcmp0(server->stop_at, answers[i].verb) == 0) {
        if (server->victim != 0)
            kill(server->victim, SIGKILL);
        return FALSE;
    }
    if (answers[i].answer == NULL)
        return TRUE;
    gsize size = strlen(answers[i].answer);
    return send(connection, answers[i].answer, size, MSG_NOSIGNAL) ==
           (gssize)size;
}

static void
server_talk(Server *server, int connection)
{
    FILE *in = fdopen(connection, "r");
    char line[4096];
    gboolean content = FALSE;
    assert_true(send(connection, "220 test\r\n", 10, MSG_NOSIGNAL) == 10);
    while (fgets(line, sizeof line, in) != NULL) {
        const char *verb = line;
        if (content && strcmp(line, ".\r\n") == 0) {
            content = FALSE;
            verb = "DOT";
        } else if (content) {
            verb = "CONTENT";
        }
        if (!server_event(server, connection, verb))
            break;
        content |= g_str_has_prefix(verb, "DATA");
    }
    fclose(in);
}

static gpointer
server_take_one(gpointer user)
{
    Server *server = user;
    int connection = accept(server->listener, NULL, NULL);
    assert_true(connection >= 0);
    server_talk(server, connection);
    return NULL;
}

static guint16
server_listen(Server *server)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(server->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(
        getsockname(server->listener, (struct sockaddr *)&at, &size), 0);
    return ntohs(at.sin_port);
}

/* A signed-in person without a mail server: IMAP is nowhere. */
typedef struct {
    char *folder;
    Config config;
    World world;
    Server server;
} Office;

static void
office_open_db(Office *office)
{
    g_autofree char *path =
        g_build_filename(office->folder, "sceau.db", NULL);
    g_autoptr(GError) error = NULL;
    office->world.db = db_open(path, &error);
    expect_fine(office->world.db != NULL, error, path);
}

static Office *
office_new(void)
{
    const guint8 key[32] = {7};
    char *loopback = (char *)(guintptr) "127.0.0.1";
    Office *office = g_new0(Office, 1);
    World *world = &office->world;
    office->folder = temporary_folder();
    office->config.threads = 1;
    office->config.imap = (ServerConfig){loopback, 1, TLS_NONE, NULL};
    office->config.submission = (ServerConfig){
        loopback, server_listen(&office->server), TLS_NONE, NULL};
    office_open_db(office);
    world->config = &office->config;
    world->server_key = g_bytes_new(key, sizeof key);
    world->pool = world_pool_new(&office->config);
    world->now = NOW;
    world->account = account_ensure(world->db, "alice@demo.test",
                                    "alice@demo.test", NOW, NULL);
    g_autofree char *cookie =
        session_create(world->db, world->server_key, world->account->id,
                       "alice@demo.test", "secret", NOW, NULL);
    world->session =
        session_find(world->db, world->server_key, cookie, NOW, 30, 12, NULL);
    assert_non_null(world->session);
    return office;
}

static void
office_free(Office *office)
{
    session_free((Session *)(guintptr)office->world.session);
    account_free((Account *)(guintptr)office->world.account);
    world_pool_free(office->world.pool);
    g_bytes_unref(office->world.server_key);
    db_close(office->world.db);
    close(office->server.listener);
    remove_folder(office->folder);
    g_free(office->folder);
    g_free(office);
}

/* With a file of size bytes. */
static char *
send_one(const Office *office, gsize size)
{
    FormFile file = {(char *)(guintptr) "a.pdf",
                     (char *)(guintptr) "application/pdf",
                     g_bytes_new_take(g_strnfill(size, 'x'), size)};
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    const ComposeForm form = {
        .to = "bob@demo.test",
        .bcc = "carol@demo.test",
        .subject = CANARY,
        .text = CANARY,
        .files = files,
        .send_key = "form",
    };
    char *result = outgoing_send(&office->world, &form, NULL);
    g_bytes_unref(file.data);
    return result;
}

static gboolean
folder_holds_canary(const Office *office)
{
    g_autoptr(GDir) dir = g_dir_open(office->folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(office->folder, name, NULL);
        g_autofree char *data = NULL;
        gsize size = 0;
        if (g_file_get_contents(path, &data, &size, NULL) &&
            memmem(data, size, CANARY, strlen(CANARY)) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* After a worker died at any step the message is unknown once its time is
 * over, is there to be discarded, and is never sent again by itself. */
static void
sec_65_killed_worker_sends_nothing_twice(void **state)
{
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(answers); i++) {
        Office *office = office_new();
        office->server.stop_at = answers[i].verb;
        /* SQLite connections do not survive a fork. */
        g_clear_pointer(&office->world.db, db_close);
        office->server.victim = fork();
        if (office->server.victim == 0) {
            office_open_db(office);
            send_one(office, 10);
            _exit(0);
        }
        server_take_one(&office->server);
        int status;
        waitpid(office->server.victim, &status, 0);
        assert_true(WIFSIGNALED(status));
        assert_false(folder_holds_canary(office));

        office_open_db(office);
        g_autofree char *again = send_one(office, 10);
        assert_non_null(strstr(again, "\"state\":\"sending\""));
        office->world.now += 600;
        g_autoptr(GPtrArray) list = outgoing_list(&office->world, NULL);
        assert_int_equal(list->len, 1);
        const OutgoingItem *item = g_ptr_array_index(list, 0);
        assert_string_equal(item->state, "unknown");
        g_autofree char *later = send_one(office, 10);
        assert_non_null(strstr(later, "\"state\":\"unknown\""));
        g_autoptr(GError) error = NULL;
        assert_null(outgoing_retry(&office->world, item->id, &error));
        expect_app_error(error, APP_ERROR_CONFLICT, answers[i].verb);
        assert_true(outgoing_discard(&office->world, item->id, NULL));
        assert_true(office->server.taken <= 1);
        office_free(office);
    }
}

/* One failure by its cause, and what the mail server took, once. */
static void
expect_counted(const Office *office, const char *cause, gint64 sent)
{
    g_autoptr(GPtrArray) tallies = tally_since(office->world.db, "", 0, NULL);
    g_autofree char *failure = g_strconcat("failure-", cause, NULL);
    assert_int_equal(tally_of(tallies, failure), 1);
    assert_int_equal(tally_of(tallies, "sent"), sent);
    assert_int_equal(tally_of(tallies, "sent-signed"), 0);
}

/* A cut before the final dot sent nothing: it waits and goes out once. A cut
 * after it is unknown. */
static void
sec_65_cut_connection_waits_or_is_unknown(void **state)
{
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(answers); i++) {
        gboolean at_end = strcmp(answers[i].verb, "DOT") == 0;
        Office *office = office_new();
        office->server.stop_at = answers[i].verb;
        GThread *thread =
            g_thread_new("server", server_take_one, &office->server);
        /* A small message would be gone, final dot and all, before the cut
         * is noticed: that is unknown too. */
        gboolean amidst = strcmp(answers[i].verb, "CONTENT") == 0;
        g_autofree char *first =
            send_one(office, amidst ? 16 * 1024 * 1024 : 10);
        g_thread_join(thread);
        const char *want = at_end ? "\"state\":\"unknown\","
                                    "\"reason\":\"unknown-outcome\""
                                  : "\"state\":\"waiting\","
                                    "\"reason\":\"unreachable\"";
        if (strstr(first, want) == NULL)
            fail_msg("%s: %s", answers[i].verb, first);
        assert_false(folder_holds_canary(office));

        if (!at_end) {
            office->server.stop_at = NULL;
            thread = g_thread_new("server", server_take_one, &office->server);
            g_autoptr(GPtrArray) list = outgoing_list(&office->world, NULL);
            const OutgoingItem *item = g_ptr_array_index(list, 0);
            g_autofree char *second =
                outgoing_retry(&office->world, item->id, NULL);
            g_thread_join(thread);
            assert_non_null(strstr(second, "\"state\":\"sent\""));
            assert_non_null(strstr(second, "\"filed\":false"));
        }
        assert_int_equal(office->server.taken, 1);
        expect_counted(office, at_end ? "unknown-outcome" : "unreachable",
                       at_end ? 0 : 1);
        office_free(office);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_65_killed_worker_sends_nothing_twice),
        cmocka_unit_test(sec_65_cut_connection_waits_or_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
