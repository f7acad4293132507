/*
 * The outbox is a state machine (SEC-65): WAITING → SENDING → SENT | UNKNOWN
 * | FAILED, WAITING again when nothing was sent. The row is made before the
 * first SMTP byte, named by HMAC of the ticket (or a form's send key), so
 * that the same act twice is one message and gives the same result for a day.
 * Content is sealed under the server key and wiped at SENT.
 */
#ifndef SCEAU_STORE_OUTBOX_H
#define SCEAU_STORE_OUTBOX_H

#include "core/store/db.h"

typedef enum {
    OUTBOX_WAITING,
    OUTBOX_SENDING,
    OUTBOX_SENT,
    OUTBOX_UNKNOWN,
    OUTBOX_FAILED
} OutboxState;

typedef struct {
    gint64 id;
    gint64 account;
    OutboxState state;
    char *message_id;
    char *result; /* JSON for the browser, once there is one */
    char *reason; /* app_error_name of the last failure, or NULL */
    gint64 created, changed;
    GBytes *content; /* opened JSON of core/mail; NULL once wiped */
    gint64 spool;
    gboolean filed; /* the copy is in Sent, or there is none to put there */
} OutboxItem;

void outbox_item_free(OutboxItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxItem, outbox_item_free)

/* Inside the caller's transaction. key: a ticket or send key, and form: the
 * send key or NULL, of which only the HMACs are kept. Returns the id, 0 with
 * error; APP_ERROR_CONFLICT when one is known for this account. */
gint64 outbox_create(Db *db, GBytes *server_key, gint64 account,
                     const char *key, const char *form,
                     const char *message_id, GBytes *content, gint64 spool,
                     gint64 now, GError **error);
/* By key or form; NULL without error when there is none. */
OutboxItem *outbox_find(Db *db, GBytes *server_key, gint64 account,
                        const char *key, GError **error);
OutboxItem *outbox_load(Db *db, GBytes *server_key, gint64 account, gint64 id,
                        GError **error);
GPtrArray *outbox_list(Db *db, GBytes *server_key, gint64 account,
                       GError **error);
/* The rows of one message, in the order in which they were made. */
GPtrArray *outbox_group(Db *db, GBytes *server_key, gint64 account,
                        const char *message_id, GError **error);
/* Nothing of this row is to be filed in Sent: another row's copy is. */
gboolean outbox_without_copy(Db *db, gint64 id, GError **error);
/* How many messages are not sent, or not known to be; -1 with error. */
gint64 outbox_count_unsent(Db *db, gint64 account, GError **error);
/* The one WAITING message that has waited longest, since before or earlier,
 * and whose content opens: *id, 0 when there is none. */
gboolean outbox_due(Db *db, GBytes *server_key, gint64 account, gint64 before,
                    gint64 *id, GError **error);
/* WAITING or FAILED → SENDING; APP_ERROR_CONFLICT if another worker has it,
 * or if it may have been sent already. */
gboolean outbox_claim(Db *db, gint64 id, gint64 now, GError **error);
/* result is sealed too: it names the recipients. */
gboolean outbox_set(Db *db, GBytes *server_key, gint64 id, OutboxState state,
                    const char *reason, const char *result, gint64 now,
                    GError **error);
/* Wipes content, and with it the key of the spool, which is the caller's to
 * wipe from here on; inside the caller's transaction. */
gboolean outbox_filed(Db *db, gint64 id, GError **error);
/* With its spool, in the caller's transaction; APP_ERROR_CONFLICT while it is
 * being sent. */
gboolean outbox_delete(Db *db, gint64 account, gint64 id, GError **error);
/* SENDING older than 10 minutes becomes UNKNOWN, what was sent and not wiped
 * is wiped, results of SENT older than a day go. */
gboolean outbox_sweep(Db *db, gint64 now, GError **error);
#endif
