/*
 * Talks to sceau-ca: one line of JSON each way over its unix socket. Knows
 * the lines and nothing of what is in them. Bounded in size and in time.
 *
 * APP_ERROR_UNREACHABLE when nobody listens or no whole answer comes; what
 * sceau-ca refuses comes back under the code it gave.
 */
#ifndef SCEAU_NET_CA_CLIENT_H
#define SCEAU_NET_CA_CLIENT_H

#include "core/base/json.h"

/* request is an object with "op". */
Json *ca_client_ask(const char *socket, const Json *request, GError **error);
/* The same for a page that can be shown without the answer: it is waited for
 * one second at most. */
Json *ca_client_ask_soon(const char *socket, const Json *request,
                         GError **error);

typedef struct {
    GBytes *der;
    gint64 number, this_update, next_update;
} CaList;

void ca_list_free(CaList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaList, ca_list_free)

/* The newest CRL, whole; refresh: one that is made now. */
CaList *ca_client_list(const char *socket, gboolean refresh, GError **error);

#endif
