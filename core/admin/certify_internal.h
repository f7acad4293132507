/* What the parts of certify share: the way to sceau-ca, and its answers. */
#ifndef SCEAU_ADMIN_CERTIFY_INTERNAL_H
#define SCEAU_ADMIN_CERTIFY_INTERNAL_H

#include "core/admin/certify.h"
#include "core/base/json.h"
#include "core/store/authority.h"
#include "core/store/cert_request.h"

/* One that certifies; APP_ERROR_NOT_FOUND when there is none, or it is being
 * made or goes. */
LocalAuthority *certify_authority(const Office *office, GError **error);

/* {"op": name}; the caller frees. */
Json *certify_ask(const char *operation);
/* Sends it. */
Json *certify_send(const Office *office, const Json *request, GError **error);
/* What sceau-ca says of itself, NULL when it does not at once. */
Json *certify_look(const Office *office);

/*
 * Has every approved request issued. What cannot be asked for now stays
 * approved and is counted as waiting, which is no error when sceau-ca is
 * away.
 */
gboolean certify_issue_approved(const Office *office, CertifyCount *count,
                                GError **error);

/* Tells sceau-ca of revocations that it has not heard of, and takes the list
 * over: here, and into what verdicts are given by. */
gboolean certify_publish(const Office *office, GError **error);
/* The newest list; anew: one that is made now. */
gboolean certify_take_list(const Office *office, gboolean anew,
                           GError **error);

/*
 * Whoever looks and finds that sceau-ca answers has finished what waited for
 * it: approved requests, revocations. It is sceau-ca's act, not theirs; what
 * fails is a line of the log and waits on.
 */
void certify_catch_up(const Office *office);

/* A random id of a request: 32 hex digits. */
char *certify_id_new(void);

#endif
