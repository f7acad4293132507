/*
 * The person's secure-mail settings (Z8, Z21 to Z23) and the warnings that
 * come before a first encryption (Z4, Z6).
 */
#ifndef SCEAU_MAIL_PREFERENCE_H
#define SCEAU_MAIL_PREFERENCE_H

#include "core/mail/protection.h"

typedef enum {
    PREFERENCE_AUTO, /* as the last message that was sent */
    PREFERENCE_NONE,
    PREFERENCE_SIGN,
    PREFERENCE_SIGN_ENCRYPT,
} Preference;

const char *preference_name(Preference preference); /* "auto", "none", … */
/* APP_ERROR_INPUT for a name of nothing. */
gboolean preference_from_name(const char *name, Preference *out,
                              GError **error);

Preference preference_get(const Account *account);
/* APP_ERROR_FORBIDDEN while secure mail is off. */
gboolean preference_set(const World *world, Preference preference,
                        GError **error);
/* Ticks the option or not; keys and certificates stay (Z9).
 * APP_ERROR_FORBIDDEN where the administrator does not allow it. */
gboolean preference_enable(const World *world, gboolean enabled,
                           GError **error);

/* What a new message begins with. */
Protection preference_first(const Account *account);
/* After a message was sent so: remembered under Auto, and only there. */
gboolean preference_sent(const World *world, Protection protection,
                         GError **error);

/* Have the warnings been read and accepted? */
gboolean preference_warned(const Account *account);
gboolean preference_accept(const World *world, GError **error);

#endif
