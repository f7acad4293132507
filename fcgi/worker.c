#include "fcgi/worker.h"

#include <fcgiapp.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "fcgi/serve.h"
#include "fcgi/upkeep.h"

#define WRITE_SECONDS 60
/* How long an idle thread may take to see that it shall end. */
#define ACCEPT_MILLISECONDS 250
/* Deep trees of MIME are walked by recursion (SEC-01). */
#define STACK_SIZE (8 * 1024 * 1024)

typedef struct {
    const WorkerInput *input;
    const Site *site;
    Upkeep *upkeep; /* of all lanes */
    pthread_t thread;
    gint *stop; /* of all lanes; atomic */
} Lane;

typedef struct {
    FCGX_Request *request;
    gint64 deadline; /* monotonic, microseconds */
    Upkeep *upkeep;
} Stream;

static void
set_timeout(int fd, int option, gint64 microseconds)
{
    struct timeval time = {
        .tv_sec = (time_t)(microseconds / G_USEC_PER_SEC),
        .tv_usec = (suseconds_t)(microseconds % G_USEC_PER_SEC),
    };
    setsockopt(fd, SOL_SOCKET, option, &time, sizeof time);
}

/*
 * FCGX_GetStr waits until all is there, however slowly it comes, so the
 * stream's buffer is filled once at a time and the clock looked at between.
 */
static gboolean
stream_read(gpointer user, guint8 *out, gsize size)
{
    Stream *stream = user;
    FCGX_Stream *in = stream->request->in;
    while (size > 0) {
        gint64 left = stream->deadline - g_get_monotonic_time();
        if (left <= 0)
            return FALSE;
        if (in->rdNext == in->stop) {
            set_timeout(stream->request->ipcFd, SO_RCVTIMEO, left);
            int c = FCGX_GetChar(in);
            if (c < 0)
                return FALSE;
            *out++ = (guint8)c;
            size--;
            continue;
        }
        gsize there = MIN((gsize)(in->stop - in->rdNext), size);
        memcpy(out, in->rdNext, there);
        in->rdNext += there;
        out += there;
        size -= there;
    }
    return TRUE;
}

static gboolean
stream_write(gpointer user, const void *data, gsize size)
{
    Stream *stream = user;
    const char *at = data;
    while (size > 0) {
        int step = (int)MIN(size, 1024 * 1024);
        if (FCGX_PutStr(at, step, stream->request->out) != step)
            return FALSE;
        at += step;
        size -= (gsize)step;
    }
    return TRUE;
}

/* Only now does the web server, and so the reader, have it all. */
static void
stream_end(gpointer user, const World *world)
{
    Stream *stream = user;
    FCGX_Finish_r(stream->request);
    upkeep_run(stream->upkeep, world);
}

static void
answer(const Lane *lane, Db *db, FCGX_Request *request)
{
    Stream stream = {
        request,
        g_get_monotonic_time() +
            lane->input->body_seconds * (gint64)G_USEC_PER_SEC,
        lane->upkeep,
    };
    set_timeout(request->ipcFd, SO_SNDTIMEO,
                WRITE_SECONDS * (gint64)G_USEC_PER_SEC);
    const Channel channel = {stream_read, stream_write, &stream, stream_end};
    serve(lane->site, db, request->envp, &channel, lane->input->clock());
}

static void *
lane_run(void *user)
{
    Lane *lane = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(Db) db = db_open(lane->site->config->database, &error);
    FCGX_Request request;
    gboolean ready =
        db != NULL &&
        FCGX_InitRequest(&request, lane->input->listener, 0) == 0;
    if (!ready)
        log_error("worker", error);
    while (ready && !g_atomic_int_get(lane->stop)) {
        int accepted = FCGX_Accept_r(&request);
        if (accepted == 0)
            answer(lane, db, &request);
        else if (accepted != -EAGAIN && accepted != -EINTR)
            break;
    }
    if (ready)
        FCGX_Free(&request, 1);
    return NULL;
}

static void
nothing(int number)
{
}

/* libfcgi installs handlers of its own where it finds none: ours are first.
 * One that is ignored could not be waited for. */
static void
block_signals(sigset_t *waited)
{
    struct sigaction taken = {.sa_handler = nothing};
    sigaction(SIGTERM, &taken, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGUSR1, &ignore, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigemptyset(waited);
    sigaddset(waited, SIGTERM);
    sigaddset(waited, SIGINT);
    sigaddset(waited, SIGHUP);
    pthread_sigmask(SIG_BLOCK, waited, NULL);
}

static gboolean
lanes_start(Lane *lanes, guint n)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    guint started = 0;
    while (started < n && pthread_create(&lanes[started].thread, &attributes,
                                         lane_run, &lanes[started]) == 0)
        started++;
    pthread_attr_destroy(&attributes);
    return started == n;
}

/*
 * No signal wakes those in accept: libfcgi looks for the first bytes of a
 * connection there too, and would give it up. They look at the flag now and
 * then instead.
 */
static void
lanes_stop(Lane *lanes, guint n, gint *stop)
{
    g_atomic_int_set(stop, 1);
    for (guint i = 0; i < n; i++)
        pthread_join(lanes[i].thread, NULL);
}

gboolean
worker_check(const Config *config, GError **error)
{
    g_autoptr(Site) site = site_load(config, error);
    if (site == NULL)
        return FALSE;
    g_autoptr(Db) db = db_open(config->database, error);
    return db != NULL;
}

int
worker_run(const WorkerInput *input)
{
    const Config *config = input->config;
    sigset_t waited;
    block_signals(&waited);
    g_autoptr(GError) error = NULL;
    g_autoptr(Site) site = site_load(config, &error);
    if (site == NULL || FCGX_Init() != 0) {
        log_error("worker", error);
        return 1;
    }
    set_timeout(input->listener, SO_RCVTIMEO, ACCEPT_MILLISECONDS * 1000);
    gint stop = 0;
    Upkeep upkeep = {0};
    g_autofree Lane *lanes = g_new0(Lane, config->threads);
    for (guint i = 0; i < config->threads; i++) {
        lanes[i].site = site;
        lanes[i].upkeep = &upkeep;
        lanes[i].stop = &stop;
        lanes[i].input = input;
    }
    if (!lanes_start(lanes, config->threads)) {
        log_event("worker", "problem", "threads cannot be started", NULL);
        _Exit(1);
    }
    int number = 0;
    do
        sigwait(&waited, &number);
    while (number == SIGHUP);
    lanes_stop(lanes, config->threads, &stop);
    return 0;
}
