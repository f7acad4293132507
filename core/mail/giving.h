/*
 * Whom the person's key was shown to, and that they are to be told when it
 * was stolen (O10).
 */
#ifndef SCEAU_MAIL_GIVING_H
#define SCEAU_MAIL_GIVING_H

#include "core/mail/world.h"

/*
 * A message is on its way to recipients (NULL-terminated): those of them who
 * are contacts were offered what there was to tell. kid: of the certificate
 * that signed it, which they have from now on; NULL: it is not signed. What
 * fails is logged; the message goes out all the same.
 */
void giving_sent(const World *world, const char *const *recipients,
                 const char *kid);

/* How many contacts have a stolen key and were not written to since. */
gboolean giving_count(const World *world, gint64 *count, GError **error);
#endif
