/* Which operation is asked for, and the state of all. */
#include <string.h>

#include "core/base/error.h"
#include "core/pki/authority.h"
#include "deploy/sceau_ca.h"

static const struct {
    const char *name;
    Json *(*run)(const Ca *ca, const Json *request, GError **error);
} operations[] = {
    {"show", ca_show},     {"init", ca_init}, {"issue", ca_issue},
    {"revoke", ca_revoke}, {"crl", ca_crl},   {"retire", ca_retire},
};

Json *
ca_act(const Ca *ca, const Json *request, GError **error)
{
    const char *name = json_get_text(request, "op", error);
    if (name == NULL)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(operations); i++) {
        if (strcmp(operations[i].name, name) == 0)
            return operations[i].run(ca, request, error);
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "sceau-ca: no such operation");
    return NULL;
}

LedgerAuthority *
ca_authority(const Ca *ca, GError **error)
{
    g_autoptr(GError) why = NULL;
    LedgerAuthority *authority = ledger_authority_find(ca->ledger, &why);
    if (authority == NULL && why == NULL)
        g_set_error_literal(&why, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "authority: none is in use");
    if (authority == NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return authority;
}

char *
ca_key_source(const Ca *ca, const char *key)
{
    return g_str_has_prefix(key, "pkcs11:")
               ? g_strdup(key)
               : g_build_filename(ca->config->folder, key, NULL);
}

static gboolean
describe(const Ca *ca, const LedgerAuthority *authority, Json *to,
         GError **error)
{
    gint64 issued = 0, revoked = 0;
    if (!ledger_count(ca->ledger, authority->id, &issued, &revoked, error))
        return FALSE;
    g_autofree char *source = ca_key_source(ca, authority->key);
    g_autoptr(AuthorityKey) key = authority_key_load(source, NULL);
    json_set_text(to, "name", authority->name);
    json_set_text(to, "crl_url", authority->crl_url);
    json_set_bytes(to, "certificate", authority->der);
    json_set_bool(to, "key", key != NULL);
    json_set_int(to, "issued", issued);
    json_set_int(to, "revoked", revoked);
    json_set_int(to, "crl_number", authority->crl_number);
    json_set_int(to, "crl_this", authority->crl_this);
    json_set_int(to, "crl_next", authority->crl_next);
    return TRUE;
}

/* {"authority": null|{…}, "domains", "days"} */
Json *
ca_show(const Ca *ca, const Json *request, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Json) json = json_object_new();
    Json *domains = json_array_new();
    json_set(json, "domains", domains);
    for (char **p = ca->config->domains; *p != NULL; p++)
        json_append_text(domains, *p);
    json_set_int(json, "days", ca->config->days);

    g_autoptr(LedgerAuthority) authority =
        ledger_authority_find(ca->ledger, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    if (authority == NULL) {
        json_set_text(json, "authority", NULL);
        return g_steal_pointer(&json);
    }
    Json *one = json_object_new();
    json_set(json, "authority", one);
    if (!describe(ca, authority, one, error))
        return NULL;
    return g_steal_pointer(&json);
}
