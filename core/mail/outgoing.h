/*
 * Sending (DESIGN §2, §3). A form becomes a draft; a plain one goes to the
 * outbox at once, a signed one stops at a key request and goes on with the
 * browser's signature. The result is the same JSON text in both cases.
 */
#ifndef SCEAU_MAIL_OUTGOING_H
#define SCEAU_MAIL_OUTGOING_H

#include "core/mail/protection.h"

typedef struct {
    char *name, *type;
    GBytes *data;
} FormFile;

typedef struct {
    const char *from; /* an address of the account, or NULL: the main */
    const char *to, *cc, *bcc, *subject, *text;
    const char *in_reply_to, *references;
    GPtrArray *files;     /* FormFile */
    const char *send_key; /* random, from the page: idempotency */
} ComposeForm;

/*
 * Result of a sending, as JSON of DESIGN §3: {message_id, subject, state:
 * "sent"|"waiting"|"sending"|"unknown"|"failed", reason (app_error_name or
 * null), recipients: [{address, accepted, reason}], protection, filed};
 * caller frees. "sending": another worker is at it now. accepted is said of
 * sent and failed messages, filed (the copy is in Sent) of sent ones.
 */
char *outgoing_send(const World *world, const ComposeForm *form,
                    GError **error);

/*
 * {ticket, kid, algorithm, protection, entity, attributes, signing_time,
 * expires} for PROTECTION_SIGN or _SIGN_ENCRYPT. APP_ERROR_FORBIDDEN when the
 * account is not allowed, APP_ERROR_CERTIFICATE when kid cannot sign. To be
 * encrypted, a message needs a certificate of every recipient and one of the
 * sender; APP_ERROR_CERTIFICATE names the first that is missing, and nothing
 * is stored (SEC-33).
 */
char *outgoing_prepare(const World *world, const ComposeForm *form,
                       const char *kid, Protection protection,
                       GError **error);
/* Posting the same ticket again within a day gives the stored result. The
 * answer names the subject; of encrypted mail no later one does. */
char *outgoing_finish(const World *world, const char *ticket,
                      GBytes *signature, GError **error);

/* The result for a ticket or a form's send key; APP_ERROR_NOT_FOUND when
 * nothing was posted with it, or more than a day ago. */
char *outgoing_result(const World *world, const char *key, GError **error);

typedef struct {
    gint64 id;
    const char *state; /* "waiting" "sending" "sent" "unknown" "failed" */
    char *reason;      /* app_error_name or NULL */
    char *message_id, *subject, *recipients; /* subject NULL once wiped */
    gint64 created;
} OutgoingItem;

void outgoing_item_free(OutgoingItem *item);

GPtrArray *outgoing_list(const World *world,
                         GError **error); /* OutgoingItem */
/* How many are not sent, for every page; -1 with error. */
gint64 outgoing_count(const World *world, GError **error);
/* Tries a waiting or failed one again; APP_ERROR_CONFLICT for one that may
 * have been sent. The same JSON. */
char *outgoing_retry(const World *world, gint64 id, GError **error);
/* Tries one message again that waits since 5 minutes, or since before this
 * session began; never one that failed or may have been sent. Called where
 * nobody waits for it. */
gboolean outgoing_retry_due(const World *world, GError **error);
gboolean outgoing_discard(const World *world, gint64 id, GError **error);
#endif
