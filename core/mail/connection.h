/*
 * The mail server for one act: a connection of the pool that goes back when
 * the act is over, however it ends.
 */
#ifndef SCEAU_MAIL_CONNECTION_H
#define SCEAU_MAIL_CONNECTION_H

#include "core/mail/world.h"
#include "core/net/imap.h"

typedef struct {
    ImapPool *pool;
    Imap *imap;
} Connection;

/* NULL imap with error; g_auto(Connection) gives it back. */
Connection connection_take(const World *world, GError **error);
void connection_give(Connection *connection);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Connection, connection_give)

#endif
