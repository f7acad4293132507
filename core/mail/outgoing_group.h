/*
 * The rows of the outbox that are one message to its sender: an encrypted one
 * has a row for each of Bcc besides the first. To the page they are one.
 */
#ifndef SCEAU_MAIL_OUTGOING_GROUP_H
#define SCEAU_MAIL_OUTGOING_GROUP_H

#include "core/mail/world.h"
#include "core/store/outbox.h"

/* OutboxItems of the message that row id belongs to, the first one first. */
GPtrArray *outgoing_group_load(const World *world, gint64 id, GError **error);
/* What is true of all of them. */
OutboxState outgoing_group_state(const GPtrArray *rows);
/* Why it is so, or NULL; borrowed. */
const char *outgoing_group_reason(const GPtrArray *rows);
/* The result as it stands; subject, where it is not NULL, is put in. */
char *outgoing_group_result(const GPtrArray *rows, const char *subject,
                            GError **error);
/* One attempt for each that is WAITING or FAILED, and the result of all;
 * APP_ERROR_CONFLICT when there is none. */
char *outgoing_group_deliver(const World *world, gint64 id,
                             const char *subject, GError **error);

#endif
