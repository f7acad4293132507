/* Certificates are made, and recorded before anybody sees them. */
#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/authority.h"
#include "core/pki/authority_profile.h"
#include "deploy/sceau_ca.h"

#define BATCH_MAX 50

typedef struct {
    const Ca *ca;
    const LedgerAuthority *authority;
    const Cert *issuer;
    const AuthorityKey *key;
} Desk;

typedef struct {
    const char *id, *address, *name;
    GBytes *csr;
    gint64 days;
} Wish;

static gboolean
read_wish(const Json *item, Wish *wish, GError **error)
{
    wish->id = json_get_text(item, "id", error);
    wish->address = wish->id ? json_get_text(item, "address", error) : NULL;
    wish->name = wish->address ? json_get_text(item, "name", error) : NULL;
    wish->csr = wish->name ? json_get_bytes(item, "csr", error) : NULL;
    if (!json_int(json_member(item, "days"), &wish->days))
        wish->days = 0;
    return wish->csr != NULL;
}

/* The same id with another content is not the same request. */
static char *
content_of(const Wish *wish)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(wish->csr, &size);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, data, (gssize)size);
    g_checksum_update(sum, (const guchar *)wish->address, -1);
    return g_strdup(g_checksum_get_string(sum));
}

static Json *
outcome(const Wish *wish, const char *refused, const LedgerCert *cert)
{
    Json *json = json_object_new();
    json_set_text(json, "id", wish->id);
    if (cert != NULL)
        json_set_bytes(json, "certificate", cert->der);
    else
        json_set_text(json, "refused", refused);
    return json;
}

/* Signs, and writes what it signed into the ledger's transaction. */
static Json *
make(const Desk *desk, const Wish *wish, const Csr *csr, char *content,
     GError **error)
{
    const Ca *ca = desk->ca;
    guint days = wish->days > 0
                     ? (guint)MIN(wish->days, (gint64)ca->config->days)
                     : ca->config->days;
    g_autoptr(LedgerCert) cert = g_new0(LedgerCert, 1);
    cert->content = content;
    cert->serial = authority_serial_new();
    cert->request = g_strdup(wish->id);
    if (!authority_end(desk->issuer, ca->now, days, &cert->not_after)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFIG,
                            "authority: it ends itself: make a new one");
        return NULL;
    }
    const AuthorityLeaf leaf = {
        .serial = cert->serial,
        .address = wish->address,
        .name = wish->name,
        .crl_url = desk->authority->crl_url,
        .not_before = ca->now,
        .not_after = cert->not_after,
    };
    cert->der = authority_issue(desk->key, desk->issuer, csr, &leaf, error);
    if (cert->der == NULL ||
        !ledger_cert_create(ca->ledger, desk->authority->id, cert, ca->now,
                            error))
        return NULL;
    log_event("ca-issued", "serial", cert->serial, "address", wish->address,
              NULL);
    return outcome(wish, NULL, cert);
}

static Json *
grant(const Desk *desk, const Wish *wish, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *content = content_of(wish);
    g_autoptr(LedgerCert) before =
        ledger_cert_of(desk->ca->ledger, wish->id, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    if (before != NULL)
        return strcmp(before->content, content) == 0
                   ? outcome(wish, NULL, before)
                   : outcome(wish, "duplicate", NULL);
    g_autoptr(Csr) csr = csr_parse(wish->csr, NULL);
    const char *refused =
        csr == NULL ? "malformed"
                    : authority_refusal(
                          csr, wish->address,
                          (const char *const *)desk->ca->config->domains);
    if (refused != NULL)
        return outcome(wish, refused, NULL);
    return make(desk, wish, csr, g_steal_pointer(&content), error);
}

static gboolean
grant_all(const Desk *desk, const Json *wishes, Json *outcomes,
          GError **error)
{
    for (gsize i = 0; i < json_array_length(wishes); i++) {
        Wish wish = {0};
        gboolean fine = read_wish(json_array_item(wishes, i), &wish, error);
        Json *one = fine ? grant(desk, &wish, error) : NULL;
        g_clear_pointer(&wish.csr, g_bytes_unref);
        if (one == NULL)
            return FALSE;
        json_append(outcomes, one);
    }
    return TRUE;
}

/* One transaction: what is answered is recorded, all of it. */
static Json *
grant_together(const Desk *desk, const Json *wishes, GError **error)
{
    g_autoptr(Json) json = json_object_new();
    Json *outcomes = json_array_new();
    json_set(json, "outcomes", outcomes);
    if (!db_begin(desk->ca->ledger, error))
        return NULL;
    if (grant_all(desk, wishes, outcomes, error) &&
        db_commit(desk->ca->ledger, error))
        return g_steal_pointer(&json);
    db_rollback(desk->ca->ledger);
    return NULL;
}

/* {"requests": [{"id","csr","address","name","days"}]} ->
 * {"outcomes": [{"id","certificate"} | {"id","refused"}]} */
Json *
ca_issue(const Ca *ca, const Json *request, GError **error)
{
    const Json *wishes = json_get_array(request, "requests", error);
    if (wishes == NULL)
        return NULL;
    if (json_array_length(wishes) > BATCH_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                            "sceau-ca: more than 50 requests at once");
        return NULL;
    }
    g_autoptr(LedgerAuthority) authority = ca_authority(ca, error);
    g_autoptr(Cert) issuer =
        authority != NULL ? cert_parse(authority->der, error) : NULL;
    if (issuer == NULL)
        return NULL;
    g_autofree char *source = ca_key_source(ca, authority->key);
    g_autoptr(AuthorityKey) key = authority_key_load(source, error);
    if (key == NULL)
        return NULL;
    const Desk desk = {ca, authority, issuer, key};
    return grant_together(&desk, wishes, error);
}
