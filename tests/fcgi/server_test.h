/* A whole sceau-fcgi in a folder of its own, without mail servers. */
#ifndef SCEAU_TESTS_FCGI_SERVER_TEST_H
#define SCEAU_TESTS_FCGI_SERVER_TEST_H

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "fcgi/listen.h"
#include "fcgi/master.h"
#include "tests/fcgi/fastcgi_client.h"

typedef struct {
    char *folder, *socket, *config, *log;
    pid_t master;
} Server;

static inline void
run(const char *const *argv)
{
    int status = 0;
    g_autoptr(GError) error = NULL;
    gboolean ok =
        g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                     NULL, NULL, NULL, &status, &error);
    expect_fine(ok && status == 0, error, argv[0]);
}

static inline void
server_write(const Server *server, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(server->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline void
server_configure(const Server *server, guint threads)
{
    g_autofree char *text = g_strdup_printf(
        "[site]\norigin = http://localhost:1\ninsecure_localhost = true\n"
        "[server]\nworkers = 2\nthreads = %u\n"
        "[store]\ndatabase = %s/state/sceau.db\n"
        "server_key = %s/state/server.key\n"
        "[mail]\nimap_host = localhost\nimap_port = 9\nimap_tls = none\n"
        "submission_host = localhost\nsubmission_port = 9\n"
        "submission_tls = none\n"
        "[paths]\ntemplates = %s/templates\n",
        threads, server->folder, server->folder, server->folder);
    server_write(server, "sceau.conf", text);
}

static inline void
server_files(const Server *server)
{
    static const char script[] =
        "set -e; mkdir -p \"$1/state\" \"$1/static/abc\" \"$1/locale\"; "
        "chmod 700 \"$1/state\"; cp -R templates \"$1/templates\"; "
        "msgfmt -o \"$1/locale/fr.mo\" templates/po/fr.po; "
        "echo abc >\"$1/static-version\"; "
        "for f in frame.html frame.js vault-worker.js; do "
        "echo x >\"$1/static/abc/$f\"; done";
    const char *const argv[] = {"sh", "-c",           script,
                                "sh", server->folder, NULL};
    run(argv);
}

static inline gint64
server_clock(void)
{
    return (gint64)time(NULL);
}

static inline void
server_child(const Server *server)
{
    int log = open(server->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDERR_FILENO);
    g_autoptr(GError) error = NULL;
    MasterInput input = {server->config, server->socket, -1, server_clock, 2};
    input.listener = listen_open(server->socket, &error);
    int status = input.listener >= 0 ? master_run(&input, &error) : 1;
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    _exit(status);
}

static inline gboolean
server_answers(const Server *server)
{
    g_autofree char *got = client_get(server->socket, "/healthz");
    return strstr(got, "\r\n\r\nok\n") != NULL;
}

static inline Server *
server_new(void)
{
    Server *server = g_new0(Server, 1);
    server->folder = temporary_folder();
    server->socket = g_build_filename(server->folder, "s", NULL);
    server->config = g_build_filename(server->folder, "sceau.conf", NULL);
    server->log = g_build_filename(server->folder, "server.log", NULL);
    server_files(server);
    server_configure(server, 4);
    server->master = fork();
    if (server->master == 0)
        server_child(server);
    for (guint i = 0; i < 300 && !server_answers(server); i++)
        g_usleep(50 * 1000);
    if (!server_answers(server)) {
        g_autofree char *log = NULL;
        g_file_get_contents(server->log, &log, NULL, NULL);
        fail_msg("the server does not answer: %s", log);
    }
    return server;
}

/* Its exit status. */
static inline int
server_stop(Server *server)
{
    int status = 0;
    kill(server->master, SIGTERM);
    waitpid(server->master, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline void
server_free(Server *server)
{
    const char *const argv[] = {"rm", "-rf", server->folder, NULL};
    run(argv);
    g_free(server->folder);
    g_free(server->socket);
    g_free(server->config);
    g_free(server->log);
    g_free(server);
}

/* The workers, children of the master, from /proc: "12 13 ". */
static inline char *
server_children(const Server *server)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children",
                                            server->master, server->master);
    char *children = NULL;
    assert_true(g_file_get_contents(path, &children, NULL, NULL));
    return children;
}

static inline pid_t
server_worker(const Server *server)
{
    g_autofree char *children = server_children(server);
    return (pid_t)g_ascii_strtoll(children, NULL, 10);
}

#endif
