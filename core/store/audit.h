/* What administrators and the program did, by code and date; never content.
 */
#ifndef SCEAU_STORE_AUDIT_H
#define SCEAU_STORE_AUDIT_H

#include "core/store/db.h"

gboolean audit_add(Db *db, gint64 account, const char *actor, const char *act,
                   const char *detail, gint64 now, GError **error);
#endif
