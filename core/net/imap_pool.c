/*
 * Connections that wait between two clicks of one web session, their mailbox
 * selected: a list costs 2 ms with one and 13 to 32 ms without.
 */
#include "core/net/imap_login.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "core/base/secret.h"

/* One page may ask for two things at a time. Whoever comes while so many are
 * out waits a little: one comes back within milliseconds, where a new one
 * costs a sign-in and mail servers count connections. */
#define PER_KEY 2
#define WAIT_MS 200
#define IDLE_SECONDS 300
/* After this long a server or a router may have forgotten us. */
#define DOUBT_SECONDS 20

struct ImapPool {
    ServerConfig server;
    StreamTrust *trust; /* loaded by the first who needs it */
    guint max_idle;
    guint8 salt[32];
    GMutex lock;     /* guards what follows, and trust */
    GCond returned;  /* one was given back */
    GHashTable *out; /* key → how many are lent or being opened */
    GQueue waiting;  /* Askers, in the order in which they came */
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
    g_cond_init(&pool->returned);
    pool->idle = g_ptr_array_new_with_free_func((GDestroyNotify)imap_free);
    pool->busy = g_ptr_array_new();
    pool->out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return pool;
}

void
imap_pool_free(ImapPool *pool)
{
    if (pool == NULL)
        return;
    g_ptr_array_unref(pool->idle);
    g_ptr_array_unref(pool->busy);
    g_hash_table_unref(pool->out);
    stream_trust_free(pool->trust);
    g_cond_clear(&pool->returned);
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

/* Who asks, and how it is known that he may. */
typedef struct {
    const char *key, *login;
    guint8 proof[32];
} Asker;

/* Called with the lock held. */
static Imap *
find_idle(ImapPool *pool, const Asker *asker)
{
    for (guint i = pool->idle->len; i > 0; i--) {
        const Imap *one = g_ptr_array_index(pool->idle, i - 1);
        if (strcmp(one->key, asker->key) == 0 &&
            strcmp(one->login, asker->login) == 0 &&
            gnutls_memcmp(one->proof, asker->proof, sizeof one->proof) == 0)
            return g_ptr_array_steal_index(pool->idle, i - 1);
    }
    return NULL;
}

static guint
count_out(const ImapPool *pool, const char *key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(pool->out, key));
}

/* Called with the lock held. */
static void
change_out(ImapPool *pool, const char *key, gint by)
{
    guint count = (guint)((gint)count_out(pool, key) + by);
    if (count > 0)
        g_hash_table_insert(pool->out, g_strdup(key),
                            GUINT_TO_POINTER(count));
    else
        g_hash_table_remove(pool->out, key);
}

/* Nobody is served before who came earlier; called with the lock held. */
static gboolean
is_first(const ImapPool *pool, const Asker *asker)
{
    for (const GList *at = pool->waiting.head; at != NULL; at = at->next) {
        const Asker *other = at->data;
        if (other == asker)
            return TRUE;
        if (strcmp(other->key, asker->key) == 0)
            return FALSE;
    }
    return TRUE;
}

/* An idle one, or NULL: then a new one is to be opened. Both are out. */
static Imap *
take_idle(ImapPool *pool, Asker *asker, gint64 until)
{
    g_autoptr(GPtrArray) closing = closing_new();
    g_mutex_lock(&pool->lock);
    expire(pool, closing);
    g_queue_push_tail(&pool->waiting, asker);
    Imap *found = NULL;
    for (gboolean in_time = TRUE; in_time;) {
        gboolean first = is_first(pool, asker);
        found = first ? find_idle(pool, asker) : NULL;
        if (found != NULL || (first && count_out(pool, asker->key) < PER_KEY))
            break;
        in_time = g_cond_wait_until(&pool->returned, &pool->lock, until);
    }
    g_queue_remove(&pool->waiting, asker);
    change_out(pool, asker->key, 1);
    /* Whoever came next is first now. */
    g_cond_broadcast(&pool->returned);
    g_mutex_unlock(&pool->lock);
    return found;
}

/* One that was out is no more. */
static void
put_back(ImapPool *pool, const char *key)
{
    g_mutex_lock(&pool->lock);
    change_out(pool, key, -1);
    g_cond_broadcast(&pool->returned);
    g_mutex_unlock(&pool->lock);
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

static Imap *
open_new(ImapPool *pool, const Asker *asker, const char *password,
         GError **error)
{
    const StreamTrust *trust = pool_trust(pool, error);
    if (trust == NULL && pool->server.tls != TLS_NONE)
        return NULL;
    Imap *imap =
        imap_open(&pool->server, trust, asker->login, password, error);
    if (imap == NULL)
        return NULL;
    imap->key = g_strdup(asker->key);
    imap->login = g_strdup(asker->login);
    memcpy(imap->proof, asker->proof, sizeof imap->proof);
    return imap;
}

Imap *
imap_pool_take(ImapPool *pool, const char *key, const char *login,
               const char *password, GError **error)
{
    gint64 until = g_get_monotonic_time() + WAIT_MS * 1000;
    Asker asker = {.key = key, .login = login};
    prove(pool, password, asker.proof);
    for (;;) {
        g_autoptr(Imap) idle = take_idle(pool, &asker, until);
        if (idle == NULL)
            break;
        if (is_alive(idle))
            return lend(pool, g_steal_pointer(&idle));
        put_back(pool, key);
    }
    Imap *imap = open_new(pool, &asker, password, error);
    if (imap != NULL)
        return lend(pool, imap);
    put_back(pool, key);
    return NULL;
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
    change_out(pool, imap->key, -1);
    limit_key(pool, imap->key, closing);
    expire(pool, closing);
    g_cond_broadcast(&pool->returned);
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
