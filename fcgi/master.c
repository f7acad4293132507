#include "fcgi/master.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/log.h"

/* A worker that lived shorter than this is not replaced at once. */
#define STEADY_SECONDS 5
#define BACK_OFF_MAX_SECONDS 30

typedef struct {
    pid_t pid;      /* 0: to be started */
    gint64 started; /* monotonic microseconds */
    gint64 not_before;
    guint failures;
} Slot;

typedef struct {
    const MasterInput *input;
    Config *config;
    Slot slots[64];
    guint retiring; /* old workers that still finish requests */
    sigset_t signals;
} Master;

static pid_t
fork_child(Master *self)
{
    pid_t master = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        /* A worker without its master ends too. */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != master)
            _exit(1);
    }
    return pid;
}

static void
start_worker(Master *self, Slot *slot)
{
    slot->started = g_get_monotonic_time();
    pid_t pid = fork_child(self);
    if (pid == 0) {
        const WorkerInput input = {self->config, self->input->listener,
                                   self->input->clock,
                                   self->input->body_seconds};
        exit(worker_run(&input));
    }
    /* When fork fails the slot stays empty and is tried again. */
    slot->pid = MAX(pid, 0);
    if (pid < 0)
        slot->not_before = slot->started + G_USEC_PER_SEC;
}

/* In a child, because what is loaded may start threads or crash. */
static gboolean
check(Master *self, const Config *config)
{
    pid_t pid = fork_child(self);
    if (pid == 0) {
        sigprocmask(SIG_UNBLOCK, &self->signals, NULL);
        g_autoptr(GError) error = NULL;
        gboolean good = worker_check(config, &error);
        if (!good)
            log_error("configuration", error);
        _exit(good ? 0 : 1);
    }
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
worker_ended(Master *self, pid_t pid, int status)
{
    gint64 now = g_get_monotonic_time();
    for (guint i = 0; i < self->config->workers; i++) {
        Slot *slot = &self->slots[i];
        if (slot->pid != pid)
            continue;
        gboolean steady =
            now - slot->started > STEADY_SECONDS * G_USEC_PER_SEC;
        slot->failures = steady ? 0 : MIN(slot->failures + 1, 5);
        guint wait = steady ? 0 : 1U << (slot->failures - 1);
        slot->not_before =
            now + MIN(wait, BACK_OFF_MAX_SECONDS) * G_USEC_PER_SEC / 4;
        slot->pid = 0;
        g_autofree char *how = g_strdup_printf(
            "%s %d", WIFSIGNALED(status) ? "signal" : "status",
            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        log_event("worker-ended", "how", how, NULL);
        return;
    }
    if (self->retiring > 0)
        self->retiring--;
}

static void
reap(Master *self)
{
    int status = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        worker_ended(self, pid, status);
}

static void
start_missing(Master *self)
{
    gint64 now = g_get_monotonic_time();
    for (guint i = 0; i < self->config->workers; i++)
        if (self->slots[i].pid == 0 && self->slots[i].not_before <= now)
            start_worker(self, &self->slots[i]);
}

static void
retire(const Slot *slots, guint n)
{
    for (guint i = 0; i < n; i++)
        if (slots[i].pid > 0)
            kill(slots[i].pid, SIGTERM);
}

/* The old workers are told to end only once new ones are there: both accept
 * from the same socket for a moment, and no request is lost. */
static void
reload(Master *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) fresh = config_load(self->input->config_path, &error);
    if (fresh == NULL || !check(self, fresh)) {
        if (error != NULL)
            log_error("reload", error);
        log_event("reload", "result", "refused, the old settings stay", NULL);
        return;
    }
    Slot old[G_N_ELEMENTS(self->slots)];
    guint n = self->config->workers;
    for (guint i = 0; i < n; i++) {
        old[i] = self->slots[i];
        self->slots[i] = (Slot){0};
        if (old[i].pid > 0)
            self->retiring++;
    }
    g_clear_pointer(&self->config, config_free);
    self->config = g_steal_pointer(&fresh);
    log_open(self->config->log);
    start_missing(self);
    retire(old, n);
    log_event("reload", "result", "ok", NULL);
}

static void
stop(Master *self)
{
    retire(self->slots, self->config->workers);
    int status = 0;
    while (waitpid(-1, &status, 0) > 0 || errno == EINTR)
        ;
    if (self->input->socket_path != NULL)
        unlink(self->input->socket_path);
}

static void
nothing(int number)
{
}

static void
master_signals(Master *self)
{
    /* SIGCHLD is ignored by default and would then not be delivered. */
    struct sigaction action = {.sa_handler = nothing};
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&self->signals);
    sigaddset(&self->signals, SIGCHLD);
    sigaddset(&self->signals, SIGHUP);
    sigaddset(&self->signals, SIGTERM);
    sigaddset(&self->signals, SIGINT);
    sigprocmask(SIG_BLOCK, &self->signals, NULL);
}

int
master_run(const MasterInput *input, GError **error)
{
    Master self = {.input = input};
    self.config = config_load(input->config_path, error);
    if (self.config == NULL)
        return 1;
    log_open(self.config->log);
    master_signals(&self);
    if (!check(&self, self.config)) {
        config_free(self.config);
        return 1;
    }
    const struct timespec tick = {.tv_nsec = 250 * 1000 * 1000};
    int number = 0;
    do {
        reap(&self);
        start_missing(&self);
        number = sigtimedwait(&self.signals, NULL, &tick);
        if (number == SIGHUP)
            reload(&self);
    } while (number != SIGTERM && number != SIGINT);
    stop(&self);
    config_free(self.config);
    return 0;
}
