/* sceau-fcgi: the program. Options, the clock, and nothing else. */
#include <malloc.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "fcgi/listen.h"
#include "fcgi/master.h"
#include "fcgi/request.h"

#define DEFAULT_CONFIG "/etc/sceau/sceau.conf"

static gint64
real_clock(void)
{
    return (gint64)time(NULL);
}

static int
usage(FILE *out)
{
    fprintf(out,
            "usage: sceau-fcgi [-c CONFIG] [-s SOCKET] [-V]\n"
            "  -c CONFIG  configuration (default " DEFAULT_CONFIG ")\n"
            "  -s SOCKET  listen on this unix socket (mode 0660); without\n"
            "             it: systemd's socket, else descriptor 0\n"
            "  -V         print the version\n");
    return out == stdout ? 0 : 2;
}

/* No core file, no other process of this user looks into our memory, and
 * what we write is ours alone (SEC-58, SEC-60). */
static void
keep_to_ourselves(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    umask(0077);
    /* Opened mail passes through many hands: what anybody frees is
     * overwritten at once (SEC-57). For pieces that glibc's small cache takes
     * the service says so in GLIBC_TUNABLES: no program can once it runs. */
    mallopt(M_PERTURB, 0x5a);
    /* Memory of a large message goes back to the system when it is freed,
     * instead of being kept by each thread that ever held one. */
    mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
}

int
main(int argc, char **argv)
{
    MasterInput input = {DEFAULT_CONFIG, NULL, -1, real_clock,
                         REQUEST_BODY_SECONDS};
    int option;
    while ((option = getopt(argc, argv, "c:s:hV")) != -1) {
        switch (option) {
        case 'c':
            input.config_path = optarg;
            break;
        case 's':
            input.socket_path = optarg;
            break;
        case 'V':
            puts("sceau-fcgi " SCEAU_VERSION);
            return 0;
        case 'h':
            return usage(stdout);
        default:
            return usage(stderr);
        }
    }
    if (optind != argc)
        return usage(stderr);

    keep_to_ourselves();
    g_autoptr(GError) error = NULL;
    input.listener = listen_open(input.socket_path, &error);
    int status = 1;
    if (input.listener >= 0)
        status = master_run(&input, &error);
    if (error != NULL)
        fprintf(stderr, "sceau-fcgi: %s\n", error->message);
    return status;
}
