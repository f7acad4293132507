/*
 * What this process trusts: the files of the configuration, read once, and
 * what administrators uploaded and what was fetched about revocation, read
 * again as soon as the store's version is another. A request keeps the state
 * it began with; threads share it.
 */
#ifndef SCEAU_MAIL_WORLD_TRUST_H
#define SCEAU_MAIL_WORLD_TRUST_H

#include "core/mail/world.h"

typedef struct TrustKeeper TrustKeeper;

/* Reads the files; APP_ERROR_CONFIG names a bad one. */
TrustKeeper *world_keeper_new(const Config *config, GError **error);
void world_keeper_free(TrustKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TrustKeeper, world_keeper_free)

/*
 * The state as the store has it now, for world_trust_free. Where the store
 * cannot be read the last state goes on, and the log says so; NULL with error
 * only where there was none.
 */
struct Trust *world_keeper_take(TrustKeeper *keeper, Db *db, gint64 now,
                                GError **error);

/* Files and store together, once, for a command. */
struct Trust *world_trust_now(const Config *config, Db *db, GError **error);

#endif
