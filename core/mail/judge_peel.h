/*
 * Taking the cryptographic layers off a message, outermost first, judging
 * each signed one on the way. What was found is added up here; what it comes
 * to is judge.c's to say.
 */
#ifndef SCEAU_MAIL_JUDGE_PEEL_H
#define SCEAU_MAIL_JUDGE_PEEL_H

#include "core/mail/judge.h"
#include "core/mail/judge_source.h"
#include "core/mime/headers.h"
#include "core/pki/verdict.h"

/* Reasons that are no verdict, in the order in which they are listed. */
typedef enum {
    REASON_TIME_SKEW = 1 << 0,
    REASON_HEADER_MISMATCH = 1 << 1,
    REASON_OUTSIDE_SIGNATURE = 1 << 2,
    REASON_REMOTE_CONTENT = 1 << 3,
    REASON_ERRANT_LAYER = 1 << 4,
    REASON_WEAK_ENCRYPTION = 1 << 5,
} Reason;

/* A message while its layers are taken off, outermost first. */
typedef struct {
    const JudgeInput *input;
    Judgement *out;
    Headers *outer;  /* NULL for a bare CMS */
    GBytes *entity;  /* what is left; NULL when nothing can be seen */
    gboolean is_raw; /* entity is beyond the gate: no mail, not looked into */
    gboolean is_signed;     /* inside the opened layer, where there is one */
    gboolean is_locked;     /* an encrypted layer that is not open here */
    gboolean is_opened;     /* one that is */
    gboolean is_compressed; /* one is enough (SEC-03) */
    VerdictSet verdicts;    /* of all signed layers together */
    guint reasons;
} Peel;

/* FALSE with APP_ERROR_TOO_LARGE or APP_ERROR_TOO_COMPLEX. */
gboolean peel_source(Peel *peel, const JudgeSource *source, GError **error);
void peel_clear(Peel *peel);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Peel, peel_clear)

#endif
