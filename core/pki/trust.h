/*
 * The administrator's anchors, intermediates and CRLs, and the judgement of a
 * signer against them at a point in time (own RFC 5280 §6 path code; GnuTLS
 * only checks single signatures). Immutable once loaded: threads share it,
 * and a change is made to a copy that then takes its place.
 */
#ifndef SCEAU_PKI_TRUST_H
#define SCEAU_PKI_TRUST_H

#include "core/pki/cert.h"
#include "core/pki/verdict.h"

typedef struct {
    guint min_rsa_bits, floor_rsa_bits, min_ec_bits, floor_ec_bits;
    gboolean require_revocation;
} TrustPolicy;

#define TRUST_POLICY_DEFAULT                                                 \
    {                                                                        \
        2048, 1024, 256, 224, FALSE                                          \
    }

/* What an anchor is trusted for. */
typedef enum { TRUST_MAIL, TRUST_SIGNING, TRUST_ENCRYPTION } TrustPurpose;

/* "mail", "signing", "encryption"; APP_ERROR_INPUT for a name of nothing. */
const char *trust_purpose_name(TrustPurpose purpose);
gboolean trust_purpose_from_name(const char *name, TrustPurpose *out,
                                 GError **error);

/* How it was looked into whether a certificate was revoked. */
typedef enum {
    REVOCATION_NOT_CHECKED, /* no list and no answer covers it */
    REVOCATION_BY_LIST,
    REVOCATION_BY_ANSWER
} RevocationCheck;

typedef struct {
    RevocationCheck how;
    gint64 said;      /* when the list or the answer was made */
    gboolean revoked; /* by the moment it was asked for */
    gint64 date;      /* since when; of one that is not: later, 0 never */
    gint reason;      /* RFC 5280 §5.3.1; -1: not said */
} RevocationFinding;

typedef struct Trust Trust;
typedef struct Crl Crl;

/* Each path is a file or a folder, or NULL; APP_ERROR_CONFIG names the file.
 */
Trust *trust_load(const char *anchors, const char *intermediates,
                  const char *crls, const TrustPolicy *policy,
                  GError **error);
Trust *trust_new(const TrustPolicy *policy);
/* A "TRUSTED CERTIFICATE" whose settings exclude mail is distrusted instead:
 * it and every certificate of its name and key. */
void trust_add_anchor(Trust *trust, Cert *cert);
void trust_add_intermediate(Trust *trust, Cert *cert);
void trust_add_anchor_for(Trust *trust, Cert *cert, TrustPurpose purpose);
gboolean trust_add_crls(Trust *trust, GBytes *bytes, GError **error);
/* Lists and answers that were fetched: unlike those of files they make
 * nothing unchecked that they do not cover. */
void trust_add_crl(Trust *trust, Crl *crl);
void trust_add_answer(Trust *trust, const char *kid, GBytes *ocsp);
/* How it is taken that nothing covers a certificate of issuer (S15). */
void trust_set_failure(Trust *trust, Cert *issuer, gboolean hard);
/* The anchors of the system's bundle; APP_ERROR_CONFIG if there is none. */
gboolean trust_add_system(Trust *trust, GError **error);

/* Shares the certificates and lists; frees as any other. */
Trust *trust_copy(const Trust *trust);
/* Takes an anchor or intermediate away; FALSE if there was none. */
gboolean trust_remove(Trust *trust, const char *kid);
/* Borrowed: an anchor or intermediate, or NULL. */
Cert *trust_find(const Trust *trust, const char *kid);
GPtrArray *trust_anchors(const Trust *trust);       /* Cert; borrowed */
GPtrArray *trust_intermediates(const Trust *trust); /* Cert; borrowed */
const TrustPolicy *trust_policy(const Trust *trust);
/* Reference counted; free gives up one. */
Trust *trust_ref(Trust *trust);
void trust_free(Trust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trust, trust_free)

/*
 * Judges signer at the moment at, with the certificates that came along as
 * candidates for the path. The verdicts that apply, of wrong-usage,
 * unknown-issuer, revoked, not-yet-valid, expired, weak, unchecked. *path, if
 * asked for, is leaf to anchor, owned by the caller; NULL where the
 * issuer is unknown.
 * CRLs are held to at as well.
 */
VerdictSet trust_judge(const Trust *trust, const Cert *signer,
                       GPtrArray *candidates, gint64 at, GPtrArray **path);

/*
 * The same for a message signed at one time and received at another. The
 * certificates must be valid at at = min(signing time, arrival), SEC-17; CRLs
 * are held to arrival, which the signer cannot choose: a revocation up to
 * then counts whatever the signing time claims. *finding, if asked for, is
 * what that rests on; not checked where the issuer is unknown.
 */
VerdictSet trust_judge_arrived(const Trust *trust, const Cert *signer,
                               GPtrArray *candidates, gint64 at,
                               gint64 arrival, RevocationFinding *finding);

/*
 * The same for a certificate that is to be encrypted to at the moment at:
 * wrong-usage is said of one whose key may not or cannot wrap another.
 */
VerdictSet trust_judge_recipient(const Trust *trust, const Cert *recipient,
                                 GPtrArray *candidates, gint64 at,
                                 GPtrArray **path);

#endif
