/*
 * The example configurations of deploy/, each filled in and started in front
 * of the program: what the program promises must still hold behind them.
 */
#include "tests/fcgi/server_test.h"

#include <netinet/in.h>
#include <sys/prctl.h>

typedef struct {
    Server *server;
    guint16 port;
    pid_t web;
} Front;

typedef struct {
    const char *name, *template;
    const char *argv[8]; /* @CONF@ is the filled-in file */
} Kind;

static const Kind kinds[] = {
    {"lighttpd",
     "deploy/lighttpd/sceau.conf",
     {"lighttpd", "-D", "-f", "@CONF@", NULL}},
    {"nginx",
     "deploy/nginx/sceau.conf",
     {"nginx", "-g", "daemon off;", "-c", "@CONF@", NULL}},
};

static int
connect_to(guint16 port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval wait = {.tv_sec = 30};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static guint16
free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

/* The whole answer to what is sent, "" when nobody listens. */
static char *
http(guint16 port, const char *text, gsize size)
{
    GString *out = g_string_new(NULL);
    char buffer[16384];
    int fd = connect_to(port);
    if (fd >= 0) {
        client_send(fd, text, size);
        gssize got;
        while ((got = recv(fd, buffer, sizeof buffer, 0)) > 0)
            g_string_append_len(out, buffer, got);
        close(fd);
    }
    return g_string_free(out, FALSE);
}

static char *
http_get(const Front *front, const char *path, const char *headers)
{
    g_autofree char *text = g_strdup_printf(
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "%s\r\n",
        path, headers);
    return http(front->port, text, strlen(text));
}

static char *
fill_in(const Front *front, const Kind *kind)
{
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(kind->template, &text, NULL, NULL));
    const char *folder = front->server->folder;
    g_autofree char *port = g_strdup_printf("%u", front->port);
    g_autofree char *files = g_build_filename(folder, "static", NULL);
    g_autofree char *uploads = g_build_filename(folder, "uploads", NULL);
    const char *const values[][2] = {{"@PORT@", port},
                                     {"@DIR@", folder},
                                     {"@STATIC@", files},
                                     {"@SOCKET@", front->server->socket},
                                     {"@UPLOADS@", uploads}};
    g_autoptr(GString) out = g_string_new(text);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        g_string_replace(out, values[i][0], values[i][1], 0);
    assert_null(strstr(out->str, "@UPLOADS"));
    g_autofree char *name = g_strconcat(kind->name, ".conf", NULL);
    server_write(front->server, name, out->str);
    return g_build_filename(folder, name, NULL);
}

/* As root the web servers run as somebody else, who must reach all this. */
static void
open_folder(const Front *front)
{
    static const char script[] =
        "cd \"$1\" && mkdir -p log run uploads && chmod 755 . && "
        "chmod 777 log run uploads && chmod 666 s && chmod -R a+rX static && "
        "for f in app.css app.js icons.svg; do "
        "yes 'a{}' | head -n 1000 >static/abc/$f; done";
    const char *const argv[] = {
        "sh", "-c", script, "sh", front->server->folder, NULL};
    run(argv);
}

static gboolean
front_start(Front *front, const Kind *kind)
{
    g_autofree char *program = g_find_program_in_path(kind->name);
    if (program == NULL) {
        printf("skipped: %s is not installed\n", kind->name);
        return FALSE;
    }
    front->port = free_port();
    open_folder(front);
    g_autofree char *conf = fill_in(front, kind);
    front->web = fork();
    if (front->web == 0) {
        /* A failed test must not leave it behind. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        const char *argv[8] = {NULL};
        for (gsize i = 0; kind->argv[i] != NULL; i++)
            argv[i] =
                strcmp(kind->argv[i], "@CONF@") == 0 ? conf : kind->argv[i];
        execv(program, (char **)(guintptr)argv);
        _exit(127);
    }
    for (guint i = 0; i < 200; i++) {
        g_autofree char *got = http_get(front, "/healthz", "");
        if (strstr(got, " 200 ") != NULL)
            return TRUE;
        g_usleep(50 * 1000);
    }
    fail_msg("%s does not answer", kind->name);
    return FALSE;
}

static void
front_stop(Front *front)
{
    kill(front->web, SIGTERM);
    waitpid(front->web, NULL, 0);
}

static void
expect(const char *answer, const char *want, const char *name)
{
    if (strstr(answer, want) == NULL)
        fail_msg("%s: no '%s' in %.60s … %.1500s", name, want, answer,
                 strstr(answer, "\r\n\r\n"));
}

/* Method and body of a post to the sign-in page, of size bytes. */
static char *
http_post(const Front *front, gsize size)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(
        text,
        "POST /compose HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Origin: http://localhost:1\r\nAccept: "
        "application/json\r\nContent-Type: multipart/form-data; "
        "boundary=b\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
        size);
    gsize head = text->len;
    g_string_set_size(text, head + size);
    memset(text->str + head, 'a', size);
    return http(front->port, text->str, text->len);
}

/* Static files are compressed, and pages, which hold tokens beside text from
 * outside, never are (BREACH). */
static void
check_compression(const Front *front, const char *name)
{
    static const struct {
        const char *path;
        gboolean compressed;
    } cases[] = {
        {"/static/abc/app.css", TRUE},
        {"/static/abc/app.js", TRUE},
        {"/static/abc/icons.svg", TRUE},
        {"/sign-in", FALSE},
        {"/help", FALSE},
        {"/none", FALSE},
        {"/frame.html", FALSE},
        {"/vault-worker.js", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            http_get(front, cases[i].path, "Accept-Encoding: gzip\r\n");
        if ((strstr(got, "\r\nContent-Encoding: gzip\r\n") != NULL) !=
            cases[i].compressed)
            fail_msg("%s: %s: %.900s", name, cases[i].path, got);
    }
}

/* What is not there must not be kept for ever. */
static void
check_missing(const Front *front, const char *name)
{
    g_autofree char *got = http_get(front, "/static/abc/none.js", "");
    expect(got, " 404 ", name);
    assert_null(strstr(got, "immutable"));
    g_autofree char *ours = http_get(front, "/none", "");
    expect(ours, "This page or message is not there", name);
}

/* SEC-67: nobody at the socket is said at once, and when to come back. */
static void
check_nobody(const Front *front, const char *name)
{
    g_autofree char *aside =
        g_strconcat(front->server->socket, ".aside", NULL);
    assert_int_equal(rename(front->server->socket, aside), 0);
    gint64 before = g_get_monotonic_time();
    g_autofree char *got = http_get(front, "/sign-in", "");
    gint64 took = g_get_monotonic_time() - before;
    assert_int_equal(rename(aside, front->server->socket), 0);
    expect(got, " 503 ", name);
    expect(got, "\r\nRetry-After: 5\r\n", name);
    expect(got, "\r\nCache-Control: no-store\r\n", name);
    /* 50 ms on a machine that does nothing else. */
    assert_true(took < 500 * 1000);
}

static void
check(const Front *front, const char *name)
{
    g_autofree char *page = http_get(front, "/sign-in", "");
    expect(page, "name=\"password\"", name);
    expect(page, "Content-Security-Policy: default-src 'none'; script-src",
           name);
    expect(page, "Cache-Control: no-store", name);

    g_autofree char *css = http_get(front, "/static/abc/app.css", "");
    expect(css, "Content-Type: text/css", name);
    expect(css, "immutable", name);
    expect(css, "X-Content-Type-Options: nosniff", name);

    /* A '/' inside a folder's name arrives as it was sent. */
    g_autofree char *folder = http_get(front, "/mail/Projets%2FLund", "");
    expect(folder, "next=/mail/Projets%252FLund", name);

    /* Nobody is made a user, or a proxy, by a header. */
    g_autofree char *spoofed =
        http_get(front, "/mail/INBOX",
                 "Proxy: http://evil/\r\nRemote-User: alice\r\n"
                 "X-Remote-User: alice\r\n");
    expect(spoofed, "/sign-in?next=/mail/INBOX", name);

    /* Above our cap, below the web server's: our own sentence. */
    g_autofree char *large = http_post(front, 29 * 1024 * 1024);
    expect(large, " 413 ", name);
    expect(large, "25 MB of files in all", name);
    /* No temporary file is left of it. */
    g_autofree char *log_name =
        g_strdup_printf("%s/log/%s-access.log", front->server->folder, name);
    g_free(http_get(front, "/sent?key=sEcReTqUeRy", ""));
    g_usleep(200 * 1000);
    g_autofree char *log = NULL;
    if (g_file_get_contents(log_name, &log, NULL, NULL))
        assert_null(strstr(log, "sEcReTqUeRy"));
}

static void
sec_57_the_example_configurations_keep_what_we_promise(void **state)
{
    Front front = {.server = *state};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!front_start(&front, &kinds[i]))
            continue;
        check(&front, kinds[i].name);
        check_compression(&front, kinds[i].name);
        check_missing(&front, kinds[i].name);
        check_nobody(&front, kinds[i].name);
        front_stop(&front);
    }
}

static int
setup(void **state)
{
    *state = server_new();
    return 0;
}

static int
teardown(void **state)
{
    Server *server = *state;
    int status = server_stop(server);
    server_free(server);
    return status;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            sec_57_the_example_configurations_keep_what_we_promise),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
