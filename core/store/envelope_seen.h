/*
 * Which content a wrapped key was first seen on: the same wrapped key on
 * another content is an envelope that somebody copied (SEC-29). Hashes only,
 * and for ever: who copies one may wait for years.
 */
#ifndef SCEAU_STORE_ENVELOPE_SEEN_H
#define SCEAU_STORE_ENVELOPE_SEEN_H

#include "core/store/db.h"

/* The first sight is remembered; *copied says whether this is another content
 * under a key that was seen. */
gboolean envelope_seen_check(Db *db, gint64 account, const char *key_hash,
                             const char *content_hash, gint64 now,
                             gboolean *copied, GError **error);
#endif
