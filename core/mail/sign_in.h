/* Signing in and out: the mail server decides, we keep a web session. */
#ifndef SCEAU_MAIL_SIGN_IN_H
#define SCEAU_MAIL_SIGN_IN_H

#include "core/mail/world.h"

/* Returns the cookie. APP_ERROR_CREDENTIALS, APP_ERROR_BACK_OFF, … */
char *sign_in(const World *world, const char *login, const char *password,
              const char *source, GError **error);
gboolean sign_out(const World *world, const char *cookie, GError **error);
#endif
