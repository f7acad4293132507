/* How the authority stands: what is known here, and what sceau-ca says. */
#include <string.h>

#include "core/admin/certify_internal.h"
#include "core/admin/local_ca.h"
#include "core/base/error.h"
#include "core/pki/cert.h"
#include "core/store/issued.h"

static gint64
scope_of(const Office *office)
{
    return office->who != NULL ? office->who->id : 0;
}

static gboolean
set_counts(const Office *office, Json *to, GError **error)
{
    gint64 issued = 0, revoked = 0, waiting = 0, approved = 0;
    if (!issued_count(office->db, &issued, &revoked, error) ||
        !cert_request_count(office->db, REQUEST_WAITING, scope_of(office),
                            &waiting, error) ||
        !cert_request_count(office->db, REQUEST_APPROVED, scope_of(office),
                            &approved, error))
        return FALSE;
    json_set_int(to, "issued", issued);
    json_set_int(to, "revoked", revoked);
    json_set_int(to, "waiting", waiting);
    json_set_int(to, "approved", approved);
    return TRUE;
}

static gboolean
set_certificate(const LocalAuthority *authority, Json *to, GError **error)
{
    if (authority->der == NULL)
        return TRUE;
    g_autoptr(Cert) cert = cert_parse(authority->der, error);
    if (cert == NULL)
        return FALSE;
    json_set_text(to, "subject", cert_subject(cert));
    json_set_text(to, "key", cert_algorithm(cert));
    json_set_text(to, "fingerprint", cert_fingerprint(cert));
    json_set_time(to, "not_before", cert_not_before(cert));
    json_set_time(to, "not_after", cert_not_after(cert));
    return TRUE;
}

static void
set_list(const LocalAuthority *authority, Json *to)
{
    json_set_text(to, "crl_url", authority->crl_url);
    json_set_int(to, "crl_number", authority->crl_number);
    if (authority->crl_number == 0)
        return;
    json_set_time(to, "crl_this", authority->crl_this);
    json_set_time(to, "crl_next", authority->crl_next);
}

static Json *
authority_json(const Office *office, const LocalAuthority *authority,
               GError **error)
{
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "state", authority->state);
    json_set_text(json, "name", authority->name);
    json_set_text(json, "organisation", authority->organisation);
    json_set_text(json, "algorithm", authority->algorithm);
    json_set_text(json, "file", authority->file);
    json_set_bool(json, "automatic", authority->automatic);
    json_set_text(json, "domains", authority->domains);
    json_set_text(json, "exported", authority->exported);
    set_list(authority, json);
    if (!set_certificate(authority, json, error) ||
        !set_counts(office, json, error))
        return NULL;
    return g_steal_pointer(&json);
}

/* Both know the same authority, and its key is there. */
static const char *
problem_of(const LocalAuthority *here, const Json *ca)
{
    const Json *there = json_member(ca, "authority");
    gboolean has_one = json_kind(there) == JSON_KIND_OBJECT;
    gboolean made = here != NULL && here->der != NULL;
    if (has_one && made) {
        g_autoptr(GBytes) der = json_get_bytes(there, "certificate", NULL);
        if (der == NULL || !g_bytes_equal(der, here->der))
            return "other";
        return json_bool(json_member(there, "key")) ? NULL : "key-gone";
    }
    if (here != NULL && !made)
        return NULL;
    return has_one != made ? "other" : NULL;
}

static void
set_object(Json *to, const char *name, Json *object)
{
    if (object != NULL)
        json_set(to, name, object);
    else
        json_set_text(to, name, NULL);
}

/* Looking is enough: what was decided while sceau-ca was away is done. What
 * is known here may then be another list. */
static void
finish(const Office *office, LocalAuthority **here, GError **error)
{
    if (*here == NULL || strcmp((*here)->state, AUTHORITY_ACTIVE) != 0)
        return;
    certify_catch_up(office);
    local_authority_free(*here);
    *here = local_authority_find(office->db, error);
}

Json *
local_ca_show(const Office *office, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    g_autoptr(LocalAuthority) here = local_authority_find(office->db, &why);
    g_autoptr(Json) ca = why == NULL ? certify_look(office) : NULL;
    const char *problem = ca != NULL ? problem_of(here, ca) : "unreachable";
    if (problem == NULL)
        finish(office, &here, &why);
    g_autoptr(Json) authority =
        here != NULL ? authority_json(office, here, &why) : NULL;
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    Json *json = json_object_new();
    set_object(json, "authority", g_steal_pointer(&authority));
    json_set_text(json, "problem", problem);
    set_object(json, "ca", g_steal_pointer(&ca));
    return json;
}
