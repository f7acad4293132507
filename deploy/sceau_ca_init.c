/* An authority is made, and one day retired: its key changes its name and is
 * kept, so that what it signed can still be accounted for. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/pki/authority.h"
#include "deploy/sceau_ca.h"

#define DAY 86400
#define ROOT_DAYS_MAX 7300

static Json *
made_json(const LedgerAuthority *authority)
{
    Json *json = json_object_new();
    json_set_text(json, "name", authority->name);
    json_set_bytes(json, "certificate", authority->der);
    json_set_text(json, "crl_url", authority->crl_url);
    return json;
}

/* "key-<random>.pem": the ledger says whose it is. */
static char *
new_key_name(void)
{
    g_autofree char *serial = authority_serial_new();
    return g_strdup_printf("key-%.16s.pem", serial);
}

/* Makes a key, or takes the one on the token; *name is what the ledger is to
 * call it. */
static AuthorityKey *
new_key(const Ca *ca, const char *algorithm, char **name, GError **error)
{
    *name =
        ca->config->key != NULL ? g_strdup(ca->config->key) : new_key_name();
    g_autofree char *source = ca_key_source(ca, *name);
    if (ca->config->key == NULL &&
        !authority_key_make(algorithm, source, error))
        return NULL;
    return authority_key_load(source, error);
}

static gboolean
is_name(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL) || *text == '\0' ||
        g_utf8_strlen(text, -1) > 64)
        return FALSE;
    g_autofree gunichar *letters = g_utf8_to_ucs4_fast(text, -1, NULL);
    for (const gunichar *p = letters; *p != 0; p++) {
        if (g_unichar_iscntrl(*p))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_root(const Ca *ca, const Json *request, AuthorityRoot *root,
          GError **error)
{
    gint64 days = 0;
    root->name = json_get_text(request, "name", error);
    root->organisation =
        root->name ? json_get_text(request, "organisation", error) : NULL;
    if (root->organisation == NULL)
        return FALSE;
    if (!is_name(root->name) ||
        (*root->organisation != '\0' && !is_name(root->organisation)) ||
        !json_int(json_member(request, "days"), &days) || days < 366 ||
        days > ROOT_DAYS_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "authority: a name of at most 64 characters and "
                            "366 to 7300 days are needed");
        return FALSE;
    }
    root->not_before = ca->now;
    root->not_after = ca->now + days * DAY - 1;
    return TRUE;
}

static gboolean
make(const Ca *ca, const Json *request, LedgerAuthority *to, GError **error)
{
    AuthorityRoot root = {0};
    const char *algorithm = json_get_text(request, "algorithm", error);
    const char *url =
        algorithm != NULL ? json_get_text(request, "crl_url", error) : NULL;
    if (url == NULL || !read_root(ca, request, &root, error))
        return FALSE;
    g_autoptr(AuthorityKey) key = new_key(ca, algorithm, &to->key, error);
    if (key == NULL)
        return FALSE;
    to->der = authority_make_root(key, &root, error);
    to->name = g_strdup(root.name);
    to->crl_url = g_strdup(url);
    to->created = ca->now;
    return to->der != NULL && ledger_authority_create(ca->ledger, to, error);
}

/* {"id","name","organisation","algorithm","days","crl_url"}; the same id
 * again gives the same authority. */
Json *
ca_init(const Ca *ca, const Json *request, GError **error)
{
    gboolean retired = FALSE;
    g_autoptr(GError) why = NULL;
    const char *id = json_get_text(request, "id", error);
    if (id == NULL)
        return NULL;
    g_autoptr(LedgerAuthority) before =
        ledger_authority_of(ca->ledger, id, &retired, &why);
    if (before != NULL && !retired)
        return made_json(before);
    if (why == NULL && retired)
        g_set_error_literal(&why, APP_ERROR, APP_ERROR_CONFLICT,
                            "authority: this one is retired");
    g_autoptr(LedgerAuthority) now =
        why == NULL ? ledger_authority_find(ca->ledger, &why) : NULL;
    if (why == NULL && now != NULL)
        g_set_error_literal(&why, APP_ERROR, APP_ERROR_CONFLICT,
                            "authority: there is one already");
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    g_autoptr(LedgerAuthority) made = g_new0(LedgerAuthority, 1);
    made->request = g_strdup(id);
    if (!make(ca, request, made, error)) {
        ca_recover(ca, NULL); /* takes away a key that came to nothing */
        return NULL;
    }
    log_event("ca-made", "name", made->name, NULL);
    return made_json(made);
}

static gboolean
rename_key(const Ca *ca, const char *from, const char *to, GError **error)
{
    g_autofree char *before = ca_key_source(ca, from);
    g_autofree char *after = ca_key_source(ca, to);
    if (rename(before, after) == 0 || errno == ENOENT)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_FILE, "key %s: %s", before,
                g_strerror(errno));
    return FALSE;
}

/* "retired-20261130-<key name>" */
static char *
retired_name(const Ca *ca, const char *key)
{
    if (g_str_has_prefix(key, "pkcs11:"))
        return g_strdup(key);
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ca->now);
    g_autofree char *day = g_date_time_format(when, "%Y%m%d");
    return g_strconcat("retired-", day, "-", key, NULL);
}

/* {"id"}: the authority in use is one no more; the same id again is fine. */
Json *
ca_retire(const Ca *ca, const Json *request, GError **error)
{
    g_autofree char *key = NULL;
    const char *id = json_get_text(request, "id", error);
    if (id == NULL || !ledger_authority_retired(ca->ledger, id, &key, error))
        return NULL;
    if (key == NULL) {
        g_autoptr(LedgerAuthority) now = ca_authority(ca, error);
        if (now == NULL)
            return NULL;
        key = retired_name(ca, now->key);
        if (!ledger_authority_retire(ca->ledger, now->id, key, id, ca->now,
                                     error))
            return NULL;
        log_event("ca-retired", "name", now->name, "key", key, NULL);
    }
    /* The file follows its name in the ledger, now or after a crash. */
    if (!ca_recover(ca, error))
        return NULL;
    Json *json = json_object_new();
    json_set_text(json, "key", key);
    return json;
}

/* What is called key-…, as one of keys is or is not; retired is another. */
static gboolean
settle_key(const Ca *ca, const char *name, const GPtrArray *keys,
           GError **error)
{
    for (guint i = 0; i < keys->len; i++) {
        const char *known = g_ptr_array_index(keys, i);
        if (strcmp(known, name) == 0)
            return TRUE;
        if (g_str_has_prefix(known, "retired-") &&
            g_str_has_suffix(known, name))
            return rename_key(ca, name, known, error);
    }
    /* Made, and the ledger never heard of it: it signed nothing. */
    g_autofree char *path = ca_key_source(ca, name);
    log_event("ca-key-removed", "key", name, NULL);
    unlink(path);
    return TRUE;
}

gboolean
ca_recover(const Ca *ca, GError **error)
{
    g_autoptr(GPtrArray) keys = ledger_keys(ca->ledger, error);
    if (keys == NULL)
        return FALSE;
    g_autoptr(GDir) folder = g_dir_open(ca->config->folder, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        if (g_str_has_prefix(name, "key-") &&
            !settle_key(ca, name, keys, error))
            return FALSE;
    }
    return TRUE;
}
