/*
 * One process of T threads, each in an accept loop of its own. It may die at
 * any moment: what lasts is in the store and on the mail server.
 */
#ifndef SCEAU_FCGI_WORKER_H
#define SCEAU_FCGI_WORKER_H

#include "core/base/config.h"

/* Seconds since 1970; only main.c reads the clock. */
typedef gint64 (*Clock)(void);

/* Loads everything and opens the database: what a worker needs to begin. */
gboolean worker_check(const Config *config, GError **error);

typedef struct {
    const Config *config;
    int listener;
    Clock clock;
    guint body_seconds; /* for a whole body (SEC-50) */
} WorkerInput;

/*
 * Serves until SIGTERM, then finishes the requests begun. Returns the exit
 * status of the process.
 */
int worker_run(const WorkerInput *input);

#endif
