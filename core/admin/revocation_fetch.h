/*
 * Asks the administrators' addresses for lists and answers about revocation,
 * judges what comes, and keeps it (SEC-18, S15). A question names an issuer
 * by hashes and a certificate by serial number, nothing else (O14). What is
 * refused leaves the old in its place, and its code at the source:
 *
 *   ok · unchanged · unreachable · inner-address · other-host · tls · status
 * · too-large · not-a-list · wrong-issuer · bad-signature · older · stale ·
 *   future · no-issuer · refused · unknown
 */
#ifndef SCEAU_ADMIN_REVOCATION_FETCH_H
#define SCEAU_ADMIN_REVOCATION_FETCH_H

#include "core/admin/office.h"

typedef struct {
    gint64 source;       /* this one alone; 0: all */
    gboolean force;      /* also those that are not due; it is somebody's act,
                            and each try a row of the audit */
    guint max_questions; /* to one responder; 0: as the timer does */
} RevocationOrder;

typedef struct {
    gint64 source;
    char *issuer, *kind, *url;
    const char *result; /* a code; static */
    guint asked, kept;  /* questions, and what was new among the answers */
} RevocationFetched;

void revocation_fetched_free(RevocationFetched *fetched);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevocationFetched, revocation_fetched_free)

/*
 * One RevocationFetched for each source that was tried, and one line of the
 * log. Holds no transaction while it waits. A source that fails is a result,
 * not an error.
 */
GPtrArray *revocation_fetch(const Office *office,
                            const RevocationOrder *order, GError **error);

#endif
