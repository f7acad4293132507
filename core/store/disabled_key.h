/*
 * Keys of a person that sign no more because they were stolen (O10), by the
 * SHA-256 of their SubjectPublicKeyInfo in lower-case hex: no certificate of
 * such a key signs for the account, whether it is here already or comes
 * later. And which contacts have seen a signature of a key, who are to be
 * told.
 */
#ifndef SCEAU_STORE_DISABLED_KEY_H
#define SCEAU_STORE_DISABLED_KEY_H

#include "core/store/db.h"

/* The first time stands. */
gboolean disabled_key_add(Db *db, gint64 account, const char *key,
                          const char *reason, gint64 now, GError **error);
/* When, 0 if it is not disabled; *reason, unless NULL, is the caller's. */
gboolean disabled_key_since(Db *db, gint64 account, const char *key,
                            gint64 *since, char **reason, GError **error);
/* *removed: there was one. */
gboolean disabled_key_remove(Db *db, gint64 account, const char *key,
                             gboolean *removed, GError **error);

/* A signed message went to this contact; match as in store/contact. One who
 * is no contact is not kept. */
gboolean given_key_add(Db *db, gint64 account, const char *match,
                       const char *key, GError **error);
/* A message went to this contact: what they were to be told was offered. */
gboolean given_key_told(Db *db, gint64 account, const char *match,
                        GError **error);
/* When the newest disabled key of those this contact has and was not told of
 * was disabled; 0: there is none. */
gboolean given_key_to_tell(Db *db, gint64 account, const char *match,
                           gint64 *since, GError **error);
/* How many contacts are to be told. */
gboolean given_key_count(Db *db, gint64 account, gint64 *count,
                         GError **error);
#endif
