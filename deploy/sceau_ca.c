#include "deploy/sceau_ca.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/log.h"

#ifndef SCEAU_SYSCONF
#define SCEAU_SYSCONF "/etc"
#endif

static volatile sig_atomic_t stopped, changed;

static void
note_signal(int number)
{
    if (number == SIGHUP)
        changed = 1;
    else
        stopped = 1;
}

/* A signal ends accept(): no SA_RESTART. */
static void
catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    /* A full file is an error to report, not a reason to die. */
    signal(SIGXFSZ, SIG_IGN);
}

static int
usage(FILE *out, int status)
{
    fputs("usage: sceau-ca [-c FILE] [--version]\n"
          "The manual page sceau-ca(8) describes it.\n",
          out);
    return status;
}

static int
fail(const GError *error)
{
    fprintf(stderr, "sceau-ca: %s\n", error->message);
    return 1;
}

/* The file again; one that is wrong leaves everything as it was. Its folder
 * is open and its socket listens: both stay. */
static void
read_again(Ca *ca, const char *path, CaConfig **config)
{
    changed = 0;
    g_autoptr(GError) error = NULL;
    CaConfig *fresh = ca_config_load(path, &error);
    if (fresh == NULL) {
        log_error("ca-configuration", error);
        return;
    }
    g_free(fresh->folder);
    fresh->folder = g_strdup((*config)->folder);
    ca_config_free(*config);
    ca->config = *config = fresh;
    log_event("ca-configuration", "file", path, NULL);
}

static void
loop(Ca *ca, int listener, const char *path, CaConfig **config)
{
    while (!stopped) {
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (changed)
            read_again(ca, path, config);
        if (connection < 0)
            continue;
        ca->now = (gint64)time(NULL);
        ca_serve(ca, connection);
    }
}

/* Two of them would take each other's socket. One that was killed a moment
 * ago may still be on its way out. The lock ends with the process. */
static gboolean
be_alone(const CaConfig *config, GError **error)
{
    g_autofree char *path = g_build_filename(config->folder, "lock", NULL);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    for (int tries = 0; file >= 0 && tries < 20; tries++) {
        if (flock(file, LOCK_EX | LOCK_NB) == 0)
            return TRUE;
        g_usleep(100000);
    }
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                "%s: another sceau-ca runs on this folder", config->folder);
    return FALSE;
}

static int
run(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CaConfig) config = ca_config_load(path, &error);
    if (config == NULL)
        return fail(error);
    g_autofree char *file =
        g_build_filename(config->folder, "ledger.db", NULL);
    g_autoptr(Db) ledger = ledger_open(file, &error);
    Ca ca = {config, ledger, (gint64)time(NULL)};
    if (ledger == NULL || !be_alone(config, &error) ||
        !ca_recover(&ca, &error))
        return fail(error);
    int listener = ca_listen(config, &error);
    if (listener < 0)
        return fail(error);
    log_event("ca-ready", "folder", config->folder, NULL);
    loop(&ca, listener, path, &config);
    close(listener);
    return 0;
}

int
main(int argc, char **argv)
{
    const char *path = SCEAU_SYSCONF "/sceau/sceau-ca.conf";
    umask(0077);
    /* Nobody of the same user reads the key out of its memory. */
    prctl(PR_SET_DUMPABLE, 0);
    catch_signals();
    if (argc == 3 && strcmp(argv[1], "-c") == 0)
        path = argv[2];
    else if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("sceau-ca " SCEAU_VERSION) < 0;
    else if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout, 0);
    else if (argc != 1)
        return usage(stderr, 2);
    return run(path);
}
