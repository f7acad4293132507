/* Verdicts of messages that were opened, for the marks in the list (O2).
 * Named by account, folder, uid_validity and uid. */
#ifndef SCEAU_STORE_SEEN_VERDICT_H
#define SCEAU_STORE_SEEN_VERDICT_H

#include "core/store/db.h"

gboolean seen_verdict_save(Db *db, gint64 account, const char *folder,
                           guint32 uid_validity, guint32 uid,
                           const char *code, gint64 now, GError **error);
/* uid → code for the given uids: GHashTable of GUINT_TO_POINTER → char*. */
GHashTable *seen_verdict_load(Db *db, gint64 account, const char *folder,
                              guint32 uid_validity, const guint32 *uids,
                              gsize n, GError **error);
#endif
