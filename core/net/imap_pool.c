/*
 * Connections that wait between two clicks of one web session, their mailbox
 * selected: a list costs 2 ms with one and 13 to 32 ms without.
 */
#include "core/net/imap_login.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "core/base/secret.h"

/* One page may ask for two things at a time. */
#define PER_KEY 2
#define IDLE_SECONDS 300
/* After this long a server or a router may have forgotten us. */
#define DOUBT_SECONDS 20

struct ImapPool {
    ServerConfig server;
    StreamTrust *trust; /* loaded by the first who needs it */
    guint max_idle;
    guint8 salt[32];
    GMutex lock;     /* guards what follows, and trust */
    GPtrArray *idle; /* Imap, the longest unused first */
    GPtrArray *busy; /* Imap, somebody else's until it is given back */
};

ImapPool *
imap_pool_new(const ServerConfig *server, guint max_idle)
{
    ImapPool *pool = g_new0(ImapPool, 1);
    pool->server = *server;
    pool->server.host = g_strdup(server->host);
    pool->server.ca_file = g_strdup(server->ca_file);
    pool->max_idle = max_idle;
    secret_random(pool->salt, sizeof pool->salt);
    g_mutex_init(&pool->lock);
    pool->idle = g_ptr_array_new_with_free_func((GDestroyNotify)imap_free);
    pool->busy = g_ptr_array_new();
    return pool;
}

void
imap_pool_free(ImapPool *pool)
{
    if (pool == NULL)
        return;
    g_ptr_array_unref(pool->idle);
    g_ptr_array_unref(pool->busy);
    stream_trust_free(pool->trust);
    g_mutex_clear(&pool->lock);
    secret_wipe(pool->salt, sizeof pool->salt);
    g_free(pool->server.host);
    g_free(pool->server.ca_file);
    g_free(pool);
}

/* The password is not kept, but who takes a connection must know it. */
static void
prove(const ImapPool *pool, const char *password, guint8 proof[32])
{
    gnutls_hmac_fast(GNUTLS_MAC_SHA256, pool->salt, sizeof pool->salt,
                     password, strlen(password), proof);
}

/* Moves what has waited too long to closing; called with the lock held. */
static void
expire(ImapPool *pool, GPtrArray *closing)
{
    gint64 oldest =
        g_get_monotonic_time() - (gint64)IDLE_SECONDS * G_USEC_PER_SEC;
    while (pool->idle->len > 0) {
        const Imap *first = g_ptr_array_index(pool->idle, 0);
        if (first->last_used >= oldest && pool->idle->len <= pool->max_idle)
            return;
        g_ptr_array_add(closing, g_ptr_array_steal_index(pool->idle, 0));
    }
}

/* Closing talks to the server, so it happens outside the lock. */
static GPtrArray *
closing_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)imap_free);
}

static Imap *
take_idle(ImapPool *pool, const char *key, const char *login,
          const guint8 proof[32])
{
    g_autoptr(GPtrArray) closing = closing_new();
    g_mutex_lock(&pool->lock);
    expire(pool, closing);
    Imap *found = NULL;
    for (guint i = pool->idle->len; i > 0 && found == NULL; i--) {
        const Imap *one = g_ptr_array_index(pool->idle, i - 1);
        if (strcmp(one->key, key) == 0 && strcmp(one->login, login) == 0 &&
            gnutls_memcmp(one->proof, proof, sizeof one->proof) == 0)
            found = g_ptr_array_steal_index(pool->idle, i - 1);
    }
    g_mutex_unlock(&pool->lock);
    return found;
}

/* Has the server hung up meanwhile? It is asked only where that is likely:
 * what waits to be read is a goodbye, or news of the mailbox. */
static gboolean
is_alive(Imap *imap)
{
    gint64 idle = g_get_monotonic_time() - imap->last_used;
    if (!stream_is_readable(imap->stream) &&
        idle < (gint64)DOUBT_SECONDS * G_USEC_PER_SEC)
        return TRUE;
    g_autoptr(ImapCommand) command = imap_command_new(0);
    ImapResult result;
    imap_command_add(command, "NOOP");
    return imap_call(imap, command, NULL, NULL, &result, NULL) &&
           result.kind == IMAP_REPLY_OK;
}

static const StreamTrust *
pool_trust(ImapPool *pool, GError **error)
{
    g_mutex_lock(&pool->lock);
    if (pool->trust == NULL && pool->server.tls != TLS_NONE)
        pool->trust = stream_trust_load(&pool->server, error);
    const StreamTrust *trust = pool->trust;
    g_mutex_unlock(&pool->lock);
    return trust;
}

/* Notes who is out, for a sign-out that comes meanwhile. */
static Imap *
lend(ImapPool *pool, Imap *imap)
{
    g_mutex_lock(&pool->lock);
    g_ptr_array_add(pool->busy, imap);
    g_mutex_unlock(&pool->lock);
    return imap;
}

Imap *
imap_pool_take(ImapPool *pool, const char *key, const char *login,
               const char *password, GError **error)
{
    guint8 proof[32];
    prove(pool, password, proof);
    for (;;) {
        g_autoptr(Imap) idle = take_idle(pool, key, login, proof);
        if (idle == NULL)
            break;
        if (is_alive(idle))
            return lend(pool, g_steal_pointer(&idle));
    }
    const StreamTrust *trust = pool_trust(pool, error);
    if (trust == NULL && pool->server.tls != TLS_NONE)
        return NULL;
    Imap *imap = imap_open(&pool->server, trust, login, password, error);
    if (imap == NULL)
        return NULL;
    imap->key = g_strdup(key);
    imap->login = g_strdup(login);
    memcpy(imap->proof, proof, sizeof proof);
    return lend(pool, imap);
}

/* The eldest of key beyond its share; called with the lock held. */
static void
limit_key(ImapPool *pool, const char *key, GPtrArray *closing)
{
    guint count = 0;
    for (guint i = pool->idle->len; i > 0; i--) {
        const Imap *one = g_ptr_array_index(pool->idle, i - 1);
        if (strcmp(one->key, key) == 0 && ++count > PER_KEY)
            g_ptr_array_add(closing,
                            g_ptr_array_steal_index(pool->idle, i - 1));
    }
}

void
imap_pool_give(ImapPool *pool, Imap *imap)
{
    if (imap == NULL)
        return;
    g_autoptr(GPtrArray) closing = closing_new();
    imap->last_used = g_get_monotonic_time();
    g_mutex_lock(&pool->lock);
    g_ptr_array_remove_fast(pool->busy, imap);
    g_ptr_array_add(imap->broken || imap->dropped ? closing : pool->idle,
                    imap);
    limit_key(pool, imap->key, closing);
    expire(pool, closing);
    g_mutex_unlock(&pool->lock);
}

void
imap_pool_drop(ImapPool *pool, const char *key)
{
    g_autoptr(GPtrArray) closing = closing_new();
    g_mutex_lock(&pool->lock);
    for (guint i = pool->idle->len; i > 0; i--) {
        const Imap *one = g_ptr_array_index(pool->idle, i - 1);
        if (strcmp(one->key, key) == 0)
            g_ptr_array_add(closing,
                            g_ptr_array_steal_index(pool->idle, i - 1));
    }
    for (guint i = 0; i < pool->busy->len; i++) {
        Imap *one = g_ptr_array_index(pool->busy, i);
        one->dropped |= strcmp(one->key, key) == 0;
    }
    g_mutex_unlock(&pool->lock);
}
