/*
 * Certificates of the local authority: what a person asks for, what an
 * administrator says to it, and what becomes of it. Every step is in the
 * store before sceau-ca is asked and completed after, so that certify_resume
 * finishes whatever a crash, a full disk or an absent sceau-ca left.
 */
#ifndef SCEAU_ADMIN_CERTIFY_H
#define SCEAU_ADMIN_CERTIFY_H

#include "core/admin/office.h"

/* Of RFC 5280 §5.3.1, those that a certificate of a person can have. */
typedef enum {
    CERTIFY_UNSPECIFIED = 0,
    CERTIFY_KEY_COMPROMISE = 1,     /* "key-compromise": stolen, copied */
    CERTIFY_AFFILIATION = 3,        /* "affiliation": left, moved */
    CERTIFY_SUPERSEDED = 4,         /* "superseded": another took over */
    CERTIFY_CESSATION = 5,          /* "cessation": no longer in use */
    CERTIFY_PRIVILEGE_WITHDRAWN = 9 /* "privilege": no longer allowed */
} CertifyReason;

/* "unspecified", "key-compromise", …; static. */
const char *certify_reason_name(CertifyReason reason);
/* APP_ERROR_INPUT for a name of nothing. */
gboolean certify_reason_from_name(const char *name, CertifyReason *out,
                                  GError **error);

/*
 * A person's own request, office->who being the person (CONTRACT of the keys
 * page): {"id","state","reason","certificate","chain"}. What is wrong with
 * the request is an answer, "refused" with its reason, and a row of the
 * audit; renews is a kid of this account, or "". Where the rule for automatic
 * approval holds it is issued at once. APP_ERROR_FORBIDDEN while secure mail
 * is off for the account.
 */
char *certify_request(const Office *office, GBytes *csr, const char *renews,
                      GError **error);
/* The person takes back what still waits for approval: APP_ERROR_NOT_FOUND
 * for a request of nobody or of another, APP_ERROR_CONFLICT once it was
 * decided. */
gboolean certify_cancel(const Office *office, const char *id, GError **error);
/* {"authority": null|{…}, "requests": […]} of the person. An approved one
 * that waited for sceau-ca is issued first, if that answers within a second.
 */
char *certify_requests_json(const Office *office, GError **error);

/* What became of a set of requests. */
typedef struct {
    guint issued;  /* done */
    guint waiting; /* approved, and sceau-ca could not be asked */
    guint refused; /* it or the rules refused: their rows say why */
} CertifyCount;

/* Administrator: approves waiting requests (ids, NULL-terminated) and has
 * them issued. One that is out of reach, or no longer waits, is an error and
 * nothing is approved. sceau-ca being away is none: they stay approved. */
gboolean certify_approve(const Office *office, const char *const *ids,
                         CertifyCount *count, GError **error);
/* Refuses them with the reason "administrator", or another code. */
gboolean certify_refuse(const Office *office, const char *const *ids,
                        const char *reason, GError **error);

/*
 * Administrator, helpdesk (that a key was stolen), or the person of their
 * own: what was issued as kid is revoked, from now. *local is FALSE, and
 * nothing was done, when it is none of our authority's. TRUE when the
 * revocation is recorded; the CRL follows as soon as sceau-ca answers. A
 * second time is TRUE and changes nothing.
 */
gboolean certify_revoke(const Office *office, const char *kid,
                        CertifyReason reason, gboolean *local,
                        GError **error);

/* Finishes what waits for sceau-ca: approved requests, revocations, a CRL
 * that grows old. Nobody's right is asked: what it does was decided before.
 * APP_ERROR_UNREACHABLE while sceau-ca is away. */
gboolean certify_resume(const Office *office, CertifyCount *count,
                        GError **error);

#endif
