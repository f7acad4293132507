/*
 * The master keeps W workers alive and does nothing else: it holds the
 * listening socket, so that no connection is lost while workers come and go.
 */
#ifndef SCEAU_FCGI_MASTER_H
#define SCEAU_FCGI_MASTER_H

#include "fcgi/worker.h"

typedef struct {
    const char *config_path;
    const char *socket_path; /* removed at the end, or NULL */
    int listener;
    Clock clock;
    guint body_seconds;
} MasterInput;

/*
 * SIGTERM or SIGINT: workers finish their requests, then it returns. SIGHUP:
 * the configuration and all files are read anew; when they are good, new
 * workers take over from the old. Returns the exit status.
 */
int master_run(const MasterInput *input, GError **error);

#endif
