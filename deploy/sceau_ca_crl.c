/* Revocations, and the lists that tell of them. */
#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/authority.h"
#include "deploy/sceau_ca.h"

#define DAY 86400
#define BATCH_MAX 500
#define PART_SIZE (512 * 1024)

static void
clear_revoked(gpointer data)
{
    g_free(((AuthorityRevoked *)data)->serial);
}

/* RFC 5280 §3.3: a revoked one is on a list after its end at least once. */
static GArray *
revoked_list(const Ca *ca, const LedgerAuthority *authority, GError **error)
{
    g_autoptr(GPtrArray) certs =
        ledger_revoked(ca->ledger, authority->id, ca->now - 60 * DAY, error);
    if (certs == NULL)
        return NULL;
    GArray *list = g_array_new(FALSE, FALSE, sizeof(AuthorityRevoked));
    g_array_set_clear_func(list, clear_revoked);
    for (guint i = 0; i < certs->len; i++) {
        const LedgerCert *cert = g_ptr_array_index(certs, i);
        AuthorityRevoked one = {g_strdup(cert->serial), cert->revoked,
                                (gint)cert->reason};
        g_array_append_val(list, one);
    }
    return list;
}

/* The next list, inside the caller's transaction. */
static gboolean
next_crl(const Ca *ca, LedgerAuthority *authority, GError **error)
{
    g_autofree char *source = ca_key_source(ca, authority->key);
    g_autoptr(Cert) issuer = cert_parse(authority->der, error);
    g_autoptr(AuthorityKey) key =
        issuer != NULL ? authority_key_load(source, error) : NULL;
    g_autoptr(GArray) list =
        key != NULL ? revoked_list(ca, authority, error) : NULL;
    if (list == NULL)
        return FALSE;
    gint64 next = ca->now + (gint64)ca->config->crl_days * DAY;
    gint64 number = authority->crl_number + 1;
    g_autoptr(GBytes) der =
        authority_make_crl(key, issuer, list, number, ca->now, next, error);
    if (der == NULL || !ledger_set_crl(ca->ledger, authority->id, number, der,
                                       ca->now, next, error))
        return FALSE;
    authority->crl_number = number;
    authority->crl_this = ca->now;
    authority->crl_next = next;
    g_clear_pointer(&authority->crl, g_bytes_unref);
    authority->crl = g_steal_pointer(&der);
    return TRUE;
}

static gboolean
revoke_each(const Ca *ca, const LedgerAuthority *authority, const Json *list,
            gboolean *any, GError **error)
{
    for (gsize i = 0; i < json_array_length(list); i++) {
        const Json *item = json_array_item(list, i);
        const char *serial = json_get_text(item, "serial", error);
        gboolean changed = FALSE;
        gint64 reason = 0, when = 0;
        if (serial == NULL)
            return FALSE;
        if (!json_int(json_member(item, "reason"), &reason) || reason < 0 ||
            reason > 10 || reason == 6 || reason == 7 || reason == 8)
            reason = 0;
        if (!json_int(json_member(item, "at"), &when) || when > ca->now)
            when = ca->now;
        if (!ledger_cert_revoke(ca->ledger, authority->id, serial, reason,
                                when, &changed, error))
            return FALSE;
        if (changed)
            log_event("ca-revoked", "serial", serial, NULL);
        *any |= changed;
    }
    return TRUE;
}

static Json *
number_json(const LedgerAuthority *authority)
{
    Json *json = json_object_new();
    json_set_int(json, "crl_number", authority->crl_number);
    json_set_int(json, "crl_this", authority->crl_this);
    json_set_int(json, "crl_next", authority->crl_next);
    return json;
}

/* {"certificates": [{"serial","reason","at"}]}: rows and the list that tells
 * of them are one transaction; a second time makes no other list. */
Json *
ca_revoke(const Ca *ca, const Json *request, GError **error)
{
    gboolean any = FALSE;
    const Json *list = json_get_array(request, "certificates", error);
    if (list == NULL)
        return NULL;
    if (json_array_length(list) > BATCH_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                            "sceau-ca: more than 500 at once");
        return NULL;
    }
    g_autoptr(LedgerAuthority) authority = ca_authority(ca, error);
    if (authority == NULL || !db_begin(ca->ledger, error))
        return NULL;
    if (revoke_each(ca, authority, list, &any, error) &&
        (!any || next_crl(ca, authority, error)) &&
        db_commit(ca->ledger, error))
        return number_json(authority);
    db_rollback(ca->ledger);
    return NULL;
}

static gboolean
refresh(const Ca *ca, LedgerAuthority *authority, GError **error)
{
    if (!db_begin(ca->ledger, error))
        return FALSE;
    if (next_crl(ca, authority, error) && db_commit(ca->ledger, error))
        return TRUE;
    db_rollback(ca->ledger);
    return FALSE;
}

/* {"refresh": bool, "offset", "number"}: a piece of the newest list, made
 * anew first when asked; one that changed meanwhile is a conflict. */
Json *
ca_crl(const Ca *ca, const Json *request, GError **error)
{
    gint64 offset = 0, number = 0;
    g_autoptr(LedgerAuthority) authority = ca_authority(ca, error);
    if (authority == NULL)
        return NULL;
    gboolean anew = json_bool(json_member(request, "refresh"));
    if ((anew || authority->crl == NULL) && !refresh(ca, authority, error))
        return NULL;
    if (!json_int(json_member(request, "offset"), &offset))
        offset = 0;
    gsize size = g_bytes_get_size(authority->crl);
    if (offset < 0 || (gsize)offset > size ||
        (json_int(json_member(request, "number"), &number) && number != 0 &&
         number != authority->crl_number)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                            "authority: there is a newer list");
        return NULL;
    }
    g_autoptr(GBytes) part = g_bytes_new_from_bytes(
        authority->crl, (gsize)offset, MIN(size - (gsize)offset, PART_SIZE));
    Json *json = number_json(authority);
    json_set_int(json, "size", (gint64)size);
    json_set_bytes(json, "part", part);
    return json;
}
