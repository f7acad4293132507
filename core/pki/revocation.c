#include "core/pki/revocation.h"

#include "core/pki/cert_fields.h"
#include "core/pki/crl_scope.h"
#include "core/pki/ocsp.h"
#include "core/pki/signature.h"

#include <string.h>

/* A CRL's signer may need a CRL itself, and so on. */
#define MAX_DEPTH 3

#define REVOKED (1U << VERDICT_REVOKED)
#define UNCHECKED (1U << VERDICT_UNCHECKED)
#define WEAK (1U << VERDICT_WEAK)

static gboolean
may_sign_crls(const Cert *cert)
{
    return !cert->extensions.has_key_usage ||
           (cert->extensions.key_usage & USAGE_CRL_SIGN) != 0;
}

static gboolean
is_signed_by(const PathRules *rules, const Crl *crl, const Cert *cert)
{
    if (*rules->budget == 0 || !may_sign_crls(cert) ||
        !name_equal(cert->subject_key, crl->issuer))
        return FALSE;
    --*rules->budget;
    return signature_verify_digest(cert->public_key, crl->signature_algorithm,
                                   crl->digest, crl->tbs, crl->signature);
}

/* A signer outside the path needs one of its own, to the same anchor. */
static gboolean
is_good_signer(const PathRules *rules, const Cert *cert, const Cert *anchor,
               guint depth)
{
    PathRules own = *rules;
    PathFound found = {0};
    own.purpose = NULL;
    own.leaf_usage = USAGE_CRL_SIGN;
    own.explicit_policy = FALSE;
    if (depth >= MAX_DEPTH)
        return FALSE;
    VerdictSet set = path_find(&own, cert, depth + 1, &found);
    g_autoptr(GPtrArray) path = found.certs;
    return (set & ~WEAK) == 0 && path != NULL &&
           cert_equal(g_ptr_array_index(path, path->len - 1), anchor);
}

static gboolean
is_signed_from(const PathRules *rules, const Crl *crl, GPtrArray *pool,
               const Cert *anchor, guint depth)
{
    for (guint i = 0; i < pool->len; i++) {
        const Cert *cert = g_ptr_array_index(pool, i);
        if (is_signed_by(rules, crl, cert) &&
            is_good_signer(rules, cert, anchor, depth))
            return TRUE;
    }
    return FALSE;
}

/*
 * Is the list from who may speak? First the authorities of the path above the
 * certificate in question, which are already judged. A signer of lists may be
 * covered by its own list: there may be no other (PKITS 4.14.30), and a list
 * reaches us by the administrator's hand only.
 */
static gboolean
is_believed(const PathRules *rules, const Crl *crl, GPtrArray *path,
            guint subject, guint depth)
{
    const Cert *anchor = g_ptr_array_index(path, path->len - 1);
    guint first = depth > 0 ? subject : subject + 1;
    for (guint i = first; i < path->len; i++) {
        if (is_signed_by(rules, crl, g_ptr_array_index(path, i)))
            return TRUE;
    }
    for (gsize i = 0; i < rules->n_pools; i++) {
        if (rules->pools[i] != NULL &&
            is_signed_from(rules, crl, rules->pools[i], anchor, depth))
            return TRUE;
    }
    return FALSE;
}

/*
 * A message that arrived before its signer's certificate was revoked stays
 * good, unless the key was in other hands: then only the authority can say
 * since when, and while it does not, no date is early enough.
 */
static gboolean
is_revocation(const CrlEntry *entry, gint64 arrival)
{
    switch (entry->reason) {
    case REASON_KEY_COMPROMISE:
    case REASON_CA_COMPROMISE:
    case REASON_AA_COMPROMISE:
        return entry->date <= arrival || entry->invalid_since <= arrival;
    default:
        return entry->date <= arrival;
    }
}

static gboolean
is_current(const Crl *crl, gint64 arrival)
{
    /* A later list than the message is only the better informed; one that
     * does not say how long it lasts has next_update at the dawn of time. */
    return arrival <= crl->next_update;
}

/* An authority may drop an entry once the certificate has expired. */
static gboolean
covers(const Crl *crl, const Cert *cert, gint64 arrival)
{
    return is_current(crl, arrival) && cert->not_after >= crl->this_update;
}

/* A delta CRL adds to complete ones of the same issuer, scope and key whose
 * number is at least its base's (§5.2.4). */
static gboolean
is_delta_of(const Crl *delta, const Crl *base)
{
    Der a = delta->base_number, b = base->number;
    if (a.size == 0 || b.size == 0 ||
        !name_equal(delta->issuer, base->issuer) ||
        !der_equal(delta->scope_der, base->scope_der) ||
        !der_equal(delta->authority_key_id, base->authority_key_id))
        return FALSE;
    return a.size != b.size ? a.size < b.size
                            : memcmp(a.data, b.data, a.size) <= 0;
}

typedef struct {
    const PathRules *rules;
    GPtrArray *path;
    guint subject; /* index of the certificate in question */
    guint depth;
    gint64 arrival;
    RevocationFinding *finding; /* what the answer rests on; or NULL */
} Question;

static const Cert *
subject_of(const Question *question)
{
    return g_ptr_array_index(question->path, question->subject);
}

static gboolean
is_usable(const Question *question, const Crl *crl)
{
    return !crl->unknown_critical &&
           is_believed(question->rules, crl, question->path,
                       question->subject, question->depth);
}

/* The newest believed delta to base, or NULL. */
static const Crl *
find_delta(const Question *question, const Crl *base)
{
    const Revocation *revocation = question->rules->data;
    const Crl *newest = NULL;
    for (guint i = 0; i < revocation->crls->len; i++) {
        const Crl *delta = g_ptr_array_index(revocation->crls, i);
        if (is_delta_of(delta, base) &&
            (newest == NULL || newest->this_update < delta->this_update) &&
            is_usable(question, delta))
            newest = delta;
    }
    return newest;
}

static const CrlEntry *
find_entry(const Crl *crl, const Cert *cert)
{
    return crl_find(crl, cert->issuer_key, der_of(cert->serial_der));
}

/* The entry of base, as its delta changes it. Out of date, a delta may still
 * add to those revoked, but takes nobody away. */
static const CrlEntry *
entry_with_delta(const Question *question, const Crl *base)
{
    const Cert *cert = subject_of(question);
    const Crl *delta = find_delta(question, base);
    const CrlEntry *entry = delta != NULL ? find_entry(delta, cert) : NULL;
    if (entry == NULL)
        return find_entry(base, cert);
    if (entry->reason != REASON_REMOVED)
        return entry;
    return is_current(delta, question->arrival) ? NULL
                                                : find_entry(base, cert);
}

/* The newest counts, and first of all one that says revoked. */
static void
remember(const Question *question, RevocationCheck how, gint64 said,
         const CrlEntry *entry, gboolean revoked)
{
    RevocationFinding *finding = question->finding;
    if (finding == NULL || (!revoked && said < finding->said))
        return;
    *finding = (RevocationFinding){
        .how = how,
        .said = said,
        .revoked = revoked,
        .date = entry != NULL ? entry->date : 0,
        .reason = entry != NULL ? entry->reason : REASON_NONE,
    };
}

/* What one complete list says; *covered grows by the reasons it covers. */
static VerdictSet
ask(const Question *question, const Crl *crl, guint *covered)
{
    const Cert *cert = subject_of(question);
    guint reasons = crl_scope_reasons(crl, cert);
    if (crl->base_number.size > 0 || reasons == 0 ||
        !is_usable(question, crl))
        return 0;
    const CrlEntry *entry = entry_with_delta(question, crl);
    gboolean is_fresh = covers(crl, cert, question->arrival);
    /* A hold may be over where the list is; nothing else is taken back. */
    if (entry != NULL && (is_fresh || entry->reason != REASON_HOLD) &&
        is_revocation(entry, question->arrival)) {
        remember(question, REVOCATION_BY_LIST, crl->this_update, entry, TRUE);
        return REVOKED;
    }
    if (!is_fresh)
        return 0;
    *covered |= reasons;
    remember(question, REVOCATION_BY_LIST, crl->this_update, entry, FALSE);
    return signature_digest_is_strong(crl->signature_algorithm) ? 0 : WEAK;
}

/* A responder whose own certificate a list names has no say. */
static gboolean
is_revoked_delegate(const Question *question, const Cert *delegate)
{
    const Revocation *revocation = question->rules->data;
    g_autoptr(GPtrArray) path = g_ptr_array_new();
    guint covered = 0;
    g_ptr_array_add(path, (gpointer)(guintptr)delegate);
    for (guint i = question->subject + 1; i < question->path->len; i++)
        g_ptr_array_add(path, g_ptr_array_index(question->path, i));
    const Question own = {question->rules,   path, 0, question->depth,
                          question->arrival, NULL};
    for (guint i = 0; i < revocation->crls->len; i++) {
        if (ask(&own, g_ptr_array_index(revocation->crls, i), &covered) &
            REVOKED)
            return TRUE;
    }
    return FALSE;
}

/* The answer of the issuer's responder, if there is one to be believed. */
static Ocsp *
find_answer(const Question *question, const Cert *issuer)
{
    const Revocation *revocation = question->rules->data;
    const Cert *delegate = NULL;
    GBytes *der = g_hash_table_lookup(revocation->answers,
                                      cert_fingerprint(subject_of(question)));
    g_autoptr(Ocsp) answer = der != NULL ? ocsp_parse(der, NULL) : NULL;
    if (answer == NULL ||
        !ocsp_is_from(answer, issuer, question->rules->policy,
                      question->rules->budget, &delegate) ||
        (delegate != NULL && is_revoked_delegate(question, delegate)))
        return NULL;
    return g_steal_pointer(&answer);
}

/* As ask, of the one answer about the certificate in question. */
static VerdictSet
ask_answer(const Question *question, guint *covered)
{
    const Cert *issuer =
        g_ptr_array_index(question->path, question->subject + 1);
    g_autoptr(Ocsp) answer = find_answer(question, issuer);
    const OcspStatus *status =
        answer != NULL ? ocsp_find(answer, issuer, subject_of(question))
                       : NULL;
    if (status == NULL || status->state == OCSP_UNKNOWN)
        return 0;
    const CrlEntry entry = {.date = status->revoked,
                            .invalid_since = G_MININT64,
                            .reason = status->reason};
    gboolean is_fresh =
        question->arrival <= status->next_update &&
        subject_of(question)->not_after >= status->this_update;
    if (status->state == OCSP_REVOKED &&
        (is_fresh || status->reason != REASON_HOLD) &&
        is_revocation(&entry, question->arrival)) {
        remember(question, REVOCATION_BY_ANSWER, status->this_update, &entry,
                 TRUE);
        return REVOKED;
    }
    if (!is_fresh)
        return 0;
    *covered = CRL_ALL_REASONS;
    remember(question, REVOCATION_BY_ANSWER, status->this_update,
             status->state == OCSP_REVOKED ? &entry : NULL, FALSE);
    return signature_digest_is_strong(answer->signature_algorithm) ? 0 : WEAK;
}

static VerdictSet
judge_one(const Question *question)
{
    const Revocation *revocation = question->rules->data;
    guint covered = 0;
    VerdictSet set = 0;
    for (guint i = 0; i < revocation->crls->len; i++) {
        set |=
            ask(question, g_ptr_array_index(revocation->crls, i), &covered);
        if (set & REVOKED)
            return REVOKED;
    }
    set |= ask_answer(question, &covered);
    if (set & REVOKED)
        return REVOKED;
    return covered == CRL_ALL_REASONS ? set : set | UNCHECKED;
}

static const RevocationSetting *
find_setting(const Revocation *revocation, const Cert *issuer)
{
    for (guint i = 0; i < revocation->settings->len; i++) {
        const RevocationSetting *setting =
            &g_array_index(revocation->settings, RevocationSetting, i);
        if (cert_same_authority(setting->issuer, issuer))
            return setting;
    }
    return NULL;
}

/* Is the certificate at index, of which nobody says anything, unchecked? */
static gboolean
must_be_covered(const Revocation *revocation, GPtrArray *path, guint index)
{
    const RevocationSetting *setting =
        find_setting(revocation, g_ptr_array_index(path, index + 1));
    if (revocation->required || (setting != NULL && setting->hard))
        return TRUE;
    return setting == NULL && index == 0 && revocation->given;
}

VerdictSet
revocation_judge(const PathRules *rules, GPtrArray *path, guint depth,
                 RevocationFinding *finding)
{
    const Revocation *revocation = rules->data;
    VerdictSet set = 0;
    /* The anchor is trusted until the administrator takes it away. */
    for (guint i = 0; i + 1 < path->len; i++) {
        RevocationFinding found = {0};
        Question question = {rules, path, i, depth, revocation->at, &found};
        VerdictSet one = judge_one(&question);
        /* What covers only some of the reasons is nothing to rest on. */
        if (i == 0 && !(one & UNCHECKED))
            *finding = found;
        if (!must_be_covered(revocation, path, i))
            one &= ~UNCHECKED;
        set |= one;
    }
    return set;
}
