/*
 * What is done to a message: the administrator's rules and the person's
 * choice. One place decides, for the compose page and for sending alike.
 */
#ifndef SCEAU_MAIL_PROTECTION_H
#define SCEAU_MAIL_PROTECTION_H

#include "core/mail/world.h"

typedef enum {
    PROTECTION_NONE,
    PROTECTION_SIGN,
    PROTECTION_SIGN_ENCRYPT
} Protection;

/* "none", "sign", "sign+encrypt". */
const char *protection_name(Protection protection);
/* NULL and "" are none; APP_ERROR_INPUT for a name of nothing. */
gboolean protection_from_name(const char *name, Protection *out,
                              GError **error);
/* What the compose page offers first: the last choice, while it is allowed.
 */
Protection protection_first(const Account *account);
/*
 * APP_ERROR_FORBIDDEN when this account may not, or has not accepted the
 * warnings of encryption yet, or when the administrator's policy asks for
 * more of a message to these recipients (S8); "policy: <line>" then begins
 * the message. APP_ERROR_INSECURE: protection_policy.h. NULL recipients: what
 * the account may at all.
 */
gboolean protection_check(const World *world, Protection protection,
                          const char *const *recipients, GError **error);
/* A message is on its way so: the next one may begin with it (Z22, Z23). */
void protection_sent(const World *world, Protection protection);
#endif
