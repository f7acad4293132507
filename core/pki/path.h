/*
 * Certification paths after RFC 5280 §6: found with bounded backtracking and
 * judged by us. GnuTLS only checks the single signatures. What a path is held
 * to is PathRules; mail's own rules are made in trust.c.
 */
#ifndef SCEAU_PKI_PATH_H
#define SCEAU_PKI_PATH_H

#include "core/pki/trust.h"

typedef struct PathRules PathRules;

/*
 * Revocation of the certificates of a path that holds otherwise: leaf first,
 * anchor last. Adds to the set; depth is what path_find was given. *finding,
 * empty before, is of the leaf.
 */
typedef VerdictSet (*PathRevocation)(const PathRules *rules, GPtrArray *path,
                                     guint depth, RevocationFinding *finding);

struct PathRules {
    GPtrArray *const *pools; /* where issuers are looked for, best first */
    gsize n_pools;
    GPtrArray *anchors;
    GPtrArray *distrusted; /* never in a path, nor others of their key */
    gint64 at;
    const char *purpose; /* an extKeyUsage; NULL: any */
    guint leaf_usage;    /* keyUsage bits, one of which is needed; 0: any */
    const TrustPolicy *policy; /* strength */
    guint max_certs;           /* leaf and anchor included */
    const char *const
        *policies; /* acceptable certificate policies, or NULL */
    gboolean explicit_policy;
    guint *budget; /* signatures that may yet be checked, for all depths; the
                      names under constraints are charged to it as well */
    PathRevocation revocation; /* or NULL */
    gpointer data;
};

/* The best path: certs are leaf to anchor, the caller's. */
typedef struct {
    GPtrArray *certs;
    RevocationFinding finding; /* of the leaf */
} PathFound;

/*
 * The verdicts on leaf by its best path: wrong-usage, unknown-issuer,
 * revoked, not-yet-valid, expired, weak, unchecked. *found, which may be
 * NULL, is left alone where the issuer is unknown.
 */
VerdictSet path_find(const PathRules *rules, const Cert *leaf, guint depth,
                     PathFound *found);

/* Judges one path, leaf to anchor, whose names and signatures chain. */
VerdictSet path_check(const PathRules *rules, GPtrArray *path);

#endif
