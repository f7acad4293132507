/*
 * The verdicts on a signature (DESIGN §4), in the order in which the first
 * that holds is the one shown. Words for people are in templates/po, by code.
 */
#ifndef SCEAU_PKI_VERDICT_H
#define SCEAU_PKI_VERDICT_H

#include <glib.h>

typedef enum {
    VERDICT_MALFORMED,
    VERDICT_SEVERAL_SIGNERS,
    VERDICT_ALTERED,
    VERDICT_WRONG_USAGE,
    VERDICT_UNKNOWN_ISSUER,
    VERDICT_REVOKED,
    VERDICT_NOT_YET_VALID,
    VERDICT_EXPIRED,
    VERDICT_ADDRESS_MISMATCH,
    VERDICT_WEAK,
    VERDICT_UNCHECKED,
    VERDICT_VERIFIED,
} Verdict;

/* A set of verdicts. VERDICT_VERIFIED is never in one. */
typedef guint32 VerdictSet;
#define VERDICT_BIT(verdict) ((VerdictSet)1 << (verdict))

const char *verdict_code(Verdict verdict); /* "several-signers"; static */
gboolean verdict_from_code(const char *code, Verdict *out);
Verdict verdict_first(VerdictSet set); /* VERDICT_VERIFIED if empty */

#endif
