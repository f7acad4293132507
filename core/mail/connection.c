#include "core/mail/connection.h"

Connection
connection_take(const World *world, GError **error)
{
    const Session *session = world->session;
    /* The CSRF token names the session in the pool: it is random, where the
     * row's number could come again. */
    Connection connection = {
        world->pool,
        imap_pool_take(world->pool, session->csrf, session->login,
                       session->password, error),
    };
    return connection;
}

void
connection_give(Connection *connection)
{
    if (connection->imap != NULL)
        imap_pool_give(connection->pool, connection->imap);
}
