/*
 * What a worker does between answers, where nobody waits for it: messages
 * that wait are tried again, rows whose time is over go.
 */
#ifndef SCEAU_FCGI_UPKEEP_H
#define SCEAU_FCGI_UPKEEP_H

#include "core/mail/world.h"

/* One per process, shared by its threads; begins as zeros. */
typedef struct {
    gint busy;    /* a thread is at it; atomic, guards the rest */
    gint64 swept; /* when rows were last looked through */
} Upkeep;

/*
 * At most one thread at a time, so that a mail server that does not answer
 * holds no more than that one. Failures are logged.
 */
void upkeep_run(Upkeep *upkeep, const World *world);

#endif
