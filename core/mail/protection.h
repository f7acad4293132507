/*
 * What is done to a message: the administrator's rules and the person's
 * choice. One place decides, for the compose page and for sending alike.
 */
#ifndef SCEAU_MAIL_PROTECTION_H
#define SCEAU_MAIL_PROTECTION_H

#include "core/mail/world.h"

typedef enum { PROTECTION_NONE, PROTECTION_SIGN } Protection;

const char *protection_name(Protection protection); /* "none", "sign" */
/* What the compose page offers first: the last choice, while it is allowed.
 */
Protection protection_first(const Account *account);
/* APP_ERROR_FORBIDDEN when this account may not; the choice is remembered. */
gboolean protection_choose(const World *world, Protection protection,
                           GError **error);
#endif
