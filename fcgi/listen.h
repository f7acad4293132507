/* The listening socket: a unix socket, never TCP (SEC-50). */
#ifndef SCEAU_FCGI_LISTEN_H
#define SCEAU_FCGI_LISTEN_H

#include <glib.h>

/*
 * path, else what systemd passes in LISTEN_FDS, else descriptor 0. A socket
 * made here has mode 0660; a stale one that nobody answers is replaced.
 * Returns the descriptor, or -1 with error.
 */
int listen_open(const char *path, GError **error);

#endif
