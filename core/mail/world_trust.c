#include "core/mail/world_trust.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/crl.h"
#include "core/pki/trust.h"
#include "core/store/revocation_cache.h"
#include "core/store/revocation_source.h"
#include "core/store/trust_cert.h"

/* Seconds until a store that could not be read is tried again. */
#define RETRY_AFTER 10

struct TrustKeeper {
    struct Trust *files;
    GMutex loading; /* one thread reads the store */
    GMutex lock;    /* guards what follows */
    struct Trust *current;
    gint64 version, retry_at;
    /* What was read last time, by digest: a list of megabytes is parsed
     * once. Touched by the one who is loading. */
    GHashTable *crls, *answers;
};

typedef struct {
    Db *db;
    struct Trust *trust;
    const TrustKeeper *before; /* or NULL */
    GHashTable *crls, *answers;
    GHashTable *with_source; /* issuers' kids */
} Load;

static void
load_clear(Load *load)
{
    trust_free(load->trust);
    g_clear_pointer(&load->crls, g_hash_table_unref);
    g_clear_pointer(&load->answers, g_hash_table_unref);
    g_clear_pointer(&load->with_source, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Load, load_clear)

static GHashTable *
table_new(GDestroyNotify free_value)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_value);
}

static void
load_init(Load *load, Db *db, struct Trust *files, const TrustKeeper *before)
{
    load->db = db;
    load->trust = trust_copy(files);
    load->before = before;
    load->crls = table_new((GDestroyNotify)crl_free);
    load->answers = table_new((GDestroyNotify)g_bytes_unref);
    load->with_source = table_new(NULL);
}

static void
add_cert(struct Trust *trust, const TrustCert *row)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Cert) cert = cert_parse(row->der, &why);
    TrustPurpose purpose = TRUST_MAIL;
    if (cert == NULL ||
        !trust_purpose_from_name(row->purpose, &purpose, &why)) {
        log_error("trust", why);
        return;
    }
    if (strcmp(row->role, TRUST_ROLE_ANCHOR) == 0)
        trust_add_anchor_for(trust, cert, purpose);
    else
        trust_add_intermediate(trust, cert);
}

static gboolean
load_certs(Load *load, GError **error)
{
    g_autoptr(GPtrArray) rows = trust_cert_list(load->db, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const TrustCert *row = g_ptr_array_index(rows, i);
        if (row->withdrawn == 0)
            add_cert(load->trust, row);
    }
    return rows != NULL;
}

/* One hard source makes its issuer hard. */
static gboolean
load_settings(Load *load, GError **error)
{
    g_autoptr(GPtrArray) rows = revocation_source_list(load->db, error);
    if (rows == NULL)
        return FALSE;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < rows->len; i++) {
            const RevocationSource *row = g_ptr_array_index(rows, i);
            Cert *issuer = trust_find(load->trust, row->issuer);
            gboolean in_turn = row->hard == (pass == 0);
            if (issuer != NULL && in_turn &&
                g_hash_table_add(load->with_source, g_strdup(row->issuer)))
                trust_set_failure(load->trust, issuer, row->hard);
        }
    }
    return TRUE;
}

static GBytes *
row_bytes(const Load *load, const RevocationCached *row, GError **error)
{
    g_autoptr(RevocationCached) whole = revocation_cache_find(
        load->db, row->issuer, row->kind, row->slot, error);
    return whole != NULL ? g_bytes_ref(whole->der) : NULL;
}

static Crl *
crl_of(const Load *load, const RevocationCached *row, GError **error)
{
    Crl *known = load->before != NULL
                     ? g_hash_table_lookup(load->before->crls, row->digest)
                     : NULL;
    if (known != NULL)
        return crl_ref(known);
    g_autoptr(GBytes) der = row_bytes(load, row, error);
    return der != NULL ? crl_parse(der, error) : NULL;
}

static GBytes *
answer_of(const Load *load, const RevocationCached *row, GError **error)
{
    GBytes *known =
        load->before != NULL
            ? g_hash_table_lookup(load->before->answers, row->digest)
            : NULL;
    return known != NULL ? g_bytes_ref(known) : row_bytes(load, row, error);
}

static gboolean
add_crl(Load *load, const RevocationCached *row, GError **error)
{
    Crl *crl = crl_of(load, row, error);
    if (crl == NULL)
        return FALSE;
    trust_add_crl(load->trust, crl);
    g_hash_table_replace(load->crls, g_strdup(row->digest), crl);
    /* A list that nobody fetches is our own authority's: it is always
     * expected to be there and in time. */
    Cert *issuer = trust_find(load->trust, row->issuer);
    if (issuer != NULL &&
        g_hash_table_add(load->with_source, g_strdup(row->issuer)))
        trust_set_failure(load->trust, issuer, TRUE);
    return TRUE;
}

static gboolean
add_answer(Load *load, const RevocationCached *row, GError **error)
{
    GBytes *answer = answer_of(load, row, error);
    if (answer == NULL)
        return FALSE;
    trust_add_answer(load->trust, row->slot, answer);
    g_hash_table_replace(load->answers, g_strdup(row->digest), answer);
    return TRUE;
}

/* A row that went away meanwhile, or is broken, does not take the rest with
 * it: the issuer then has nothing that covers. */
static gboolean
load_cache(Load *load, GError **error)
{
    g_autoptr(GPtrArray) rows = revocation_cache_list(load->db, error);
    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const RevocationCached *row = g_ptr_array_index(rows, i);
        g_autoptr(GError) why = NULL;
        gboolean is_crl = strcmp(row->kind, REVOCATION_CRL) == 0;
        if (!(is_crl ? add_crl : add_answer)(load, row, &why) && why != NULL)
            log_error("trust", why);
    }
    return rows != NULL;
}

static gboolean
load_store(Load *load, GError **error)
{
    return load_certs(load, error) && load_settings(load, error) &&
           load_cache(load, error);
}

static struct Trust *
load_files(const Config *config, GError **error)
{
    g_autoptr(Trust) files = world_trust_load(config, error);
    if (files == NULL ||
        (config->system_roots && !trust_add_system(files, error)))
        return NULL;
    return g_steal_pointer(&files);
}

struct Trust *
world_trust_now(const Config *config, Db *db, GError **error)
{
    g_auto(Load) load = {0};
    g_autoptr(Trust) files = load_files(config, error);
    if (files == NULL)
        return NULL;
    load_init(&load, db, files, NULL);
    return load_store(&load, error) ? g_steal_pointer(&load.trust) : NULL;
}

TrustKeeper *
world_keeper_new(const Config *config, GError **error)
{
    struct Trust *files = load_files(config, error);
    if (files == NULL)
        return NULL;
    TrustKeeper *keeper = g_new0(TrustKeeper, 1);
    keeper->files = files;
    keeper->crls = table_new((GDestroyNotify)crl_free);
    keeper->answers = table_new((GDestroyNotify)g_bytes_unref);
    g_mutex_init(&keeper->loading);
    g_mutex_init(&keeper->lock);
    return keeper;
}

void
world_keeper_free(TrustKeeper *keeper)
{
    if (keeper == NULL)
        return;
    trust_free(keeper->files);
    trust_free(keeper->current);
    g_hash_table_unref(keeper->crls);
    g_hash_table_unref(keeper->answers);
    g_mutex_clear(&keeper->loading);
    g_mutex_clear(&keeper->lock);
    g_free(keeper);
}

/* NULL before the first load. */
static struct Trust *
current_ref(TrustKeeper *keeper, gint64 *version, gint64 *retry_at)
{
    g_mutex_lock(&keeper->lock);
    struct Trust *current =
        keeper->current != NULL ? trust_ref(keeper->current) : NULL;
    *version = keeper->version;
    *retry_at = keeper->retry_at;
    g_mutex_unlock(&keeper->lock);
    return current;
}

static void
swap(TrustKeeper *keeper, Load *load, gint64 version)
{
    g_mutex_lock(&keeper->lock);
    struct Trust *old = keeper->current;
    keeper->current = g_steal_pointer(&load->trust);
    keeper->version = version;
    keeper->retry_at = 0;
    g_mutex_unlock(&keeper->lock);
    trust_free(old);
    GHashTable *crls = keeper->crls, *answers = keeper->answers;
    keeper->crls = g_steal_pointer(&load->crls);
    keeper->answers = g_steal_pointer(&load->answers);
    g_hash_table_unref(crls);
    g_hash_table_unref(answers);
}

static gboolean
put_off(TrustKeeper *keeper, gint64 now)
{
    g_mutex_lock(&keeper->lock);
    keeper->retry_at = now + RETRY_AFTER;
    g_mutex_unlock(&keeper->lock);
    return FALSE;
}

/* By the one who holds loading. The version is read before the rows: what is
 * changed between them is read again at the next request. */
static gboolean
reload(TrustKeeper *keeper, Db *db, gint64 now, GError **error)
{
    g_auto(Load) load = {0};
    gint64 version = 0, known = 0, retry_at = 0;
    g_autoptr(Trust) current = current_ref(keeper, &known, &retry_at);
    if (!trust_version_load(db, &version, NULL, error))
        return put_off(keeper, now);
    if (current != NULL && known == version)
        return TRUE;
    load_init(&load, db, keeper->files, keeper);
    if (!load_store(&load, error))
        return put_off(keeper, now);
    swap(keeper, &load, version);
    return TRUE;
}

/* The others wait for the first load, and never again. */
static gboolean
begin_loading(TrustKeeper *keeper, gboolean is_first)
{
    if (!is_first)
        return g_mutex_trylock(&keeper->loading);
    g_mutex_lock(&keeper->loading);
    return TRUE;
}

struct Trust *
world_keeper_take(TrustKeeper *keeper, Db *db, gint64 now, GError **error)
{
    g_autoptr(GError) why = NULL;
    gint64 version = 0, known = 0, retry_at = 0;
    g_autoptr(Trust) current = current_ref(keeper, &known, &retry_at);
    gboolean is_first = current == NULL;
    if (!is_first &&
        (now < retry_at ||
         (trust_version_load(db, &version, NULL, NULL) && version == known)))
        return g_steal_pointer(&current);
    if (begin_loading(keeper, is_first)) {
        if (!reload(keeper, db, now, &why))
            log_error("trust", why);
        g_mutex_unlock(&keeper->loading);
    }
    struct Trust *latest = current_ref(keeper, &known, &retry_at);
    if (latest == NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return latest;
}
