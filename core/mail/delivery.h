/*
 * One message of the outbox, from the first SMTP byte to the copy in Sent
 * (SEC-65). What happened is the row's state and its result for the browser.
 */
#ifndef SCEAU_MAIL_DELIVERY_H
#define SCEAU_MAIL_DELIVERY_H

#include "core/mail/world.h"
#include "core/store/outbox.h"

/* One attempt; the result as JSON. An error only when there was none. */
char *delivery_run(const World *world, gint64 id, GError **error);
/* The result as it stands, of an item that may never have been tried. */
char *delivery_result(const OutboxItem *item, GError **error);
const char *delivery_state_name(OutboxState state);

#endif
