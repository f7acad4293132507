/* Whom a change of one policy line would touch, without changing it. */
#ifndef SCEAU_STORE_POLICY_REACH_H
#define SCEAU_STORE_POLICY_REACH_H

#include "core/store/policy.h"

/* before, after: values; NULL: as built in. FALSE ends it, with error set. */
typedef gboolean (*PolicyTouched)(gpointer user, gint64 id,
                                  const char *address, const char *before,
                                  const char *after, GError **error);

/* Calls touched, by address, for every account that would be held to another
 * value if the line of this scope and subject became value (NULL: none). */
gboolean policy_reach(Db *db, PolicyScope scope, const char *subject,
                      PolicyLine line, const char *value,
                      PolicyTouched touched, gpointer user, GError **error);

#endif
