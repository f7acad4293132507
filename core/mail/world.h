/*
 * What every act of mail needs: who asks, when, and the shared parts of this
 * process. Made by the page layer for each request; nothing in it is owned.
 */
#ifndef SCEAU_MAIL_WORLD_H
#define SCEAU_MAIL_WORLD_H

#include "core/base/config.h"
#include "core/store/account.h"
#include "core/store/session.h"

struct ImapPool;
struct Trust;

typedef struct {
    const Config *config;
    Db *db; /* this thread's */
    GBytes *server_key;
    struct ImapPool *pool; /* shared, locked inside */
    const struct Trust *trust;
    const Account *account; /* NULL before sign-in */
    const Session *session;
    gint64 now;
} World;

/* Rows whose time is over go: called at sign-in, and now and then. */
gboolean world_sweep(const Config *config, Db *db, gint64 now,
                     GError **error);

/* The shared parts, made once per process by fcgi/worker. */
struct ImapPool *world_pool_new(const Config *config);
void world_pool_free(struct ImapPool *pool);
struct Trust *world_trust_load(const Config *config, GError **error);
void world_trust_free(struct Trust *trust);
#endif
