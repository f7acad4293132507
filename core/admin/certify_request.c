/* A person's own request: judged here first, so that an answer names what is
 * wrong; sceau-ca judges again by its own rules. */
#include <string.h>

#include "core/admin/certify_internal.h"
#include "core/base/error.h"
#include "core/pki/csr.h"
#include "core/store/disabled_key.h"
#include "core/store/issued.h"
#include "core/store/notice.h"
#include "core/store/own_cert.h"
#include "core/store/policy.h"

#define LIST_MAX 20
#define WAITING_MAX 5
#define AUTHORITY_MIN_RSA 2048

/* RSA and the two curves that every mail program can use. */
static gboolean
is_strong(const Office *office, const Csr *csr, const Policy *policy)
{
    guint rsa =
        policy_bits(office->config->min_rsa_bits, policy->min_rsa_bits);
    guint ec = policy_bits(office->config->min_ec_bits, policy->min_ec_bits);
    if (csr->kind == KEY_RSA)
        return csr->bits >= MAX(rsa, AUTHORITY_MIN_RSA);
    return csr->kind == KEY_EC && csr->bits >= ec &&
           (csr->bits == 256 || csr->bits == 384);
}

/* A kid of this account's own certificates, or none. */
static gboolean
may_renew(const Office *office, const char *renews)
{
    if (*renews == '\0')
        return TRUE;
    g_autoptr(OwnCert) own =
        own_cert_get(office->db, office->who->id, renews, NULL);
    return own != NULL;
}

/* What the request itself is refused for; NULL: nothing; static. */
static const char *
fault_of(const Office *office, const Csr *csr, const char *renews,
         const Policy *policy)
{
    if (!is_strong(office, csr, policy))
        return "weak";
    if (!csr->proved)
        return "proof";
    if (!csr_is_for(csr, office->who->address))
        return "address";
    return may_renew(office, renews) ? NULL : "policy";
}

/* A key that was stolen is certified no more. */
static gboolean
key_fault(const Office *office, const Csr *csr, const char **fault,
          GError **error)
{
    gint64 since = 0, waiting = 0;
    g_autoptr(GPtrArray) own =
        cert_request_list(office->db, office->who->id, LIST_MAX, error);
    if (own == NULL || !disabled_key_since(office->db, office->who->id,
                                           csr->key, &since, NULL, error))
        return FALSE;
    for (guint i = 0; i < own->len; i++) {
        const CertRequest *one = g_ptr_array_index(own, i);
        waiting += strcmp(one->state, REQUEST_WAITING) == 0;
    }
    if (since != 0)
        *fault = "policy";
    else if (waiting >= WAITING_MAX)
        *fault = "duplicate";
    return TRUE;
}

static Json *
bytes_list(GBytes *bytes)
{
    Json *list = json_array_new();
    if (bytes == NULL)
        return list;
    gsize size;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    g_autofree char *text = g_base64_encode(data, size);
    json_append_text(list, text);
    return list;
}

static Json *
answer_new(const char *id, const char *state, const char *reason)
{
    Json *json = json_object_new();
    json_set_text(json, "id", id);
    json_set_text(json, "state", state);
    json_set_text(json, "reason", reason);
    return json;
}

/* "approved" is the machine's affair: to the person it waits. */
static Json *
request_json(const Office *office, const CertRequest *request,
             const LocalAuthority *authority)
{
    gboolean approved = strcmp(request->state, REQUEST_APPROVED) == 0;
    Json *json =
        answer_new(request->id, approved ? REQUEST_WAITING : request->state,
                   request->reason);
    g_autoptr(Issued) issued =
        request->kid != NULL ? issued_find(office->db, request->kid, NULL)
                             : NULL;
    if (issued != NULL)
        json_set_bytes(json, "certificate", issued->der);
    else
        json_set_text(json, "certificate", NULL);
    json_set(json, "chain",
             bytes_list(issued != NULL && authority != NULL ? authority->der
                                                            : NULL));
    json_set_time(json, "created", request->created);
    json_set_text(json, "renews", request->renews);
    json_set_text(json, "kid", request->kid);
    json_set_text(json, "key", request->key);
    json_set_bool(json, "can_cancel",
                  strcmp(request->state, REQUEST_WAITING) == 0);
    return json;
}

/* Refused on the spot: nothing is kept but the row of the audit. */
static char *
refused_at_once(const Office *office, const char *reason, GError **error)
{
    g_autoptr(Json) json = answer_new("", REQUEST_REFUSED, reason);
    json_set_text(json, "certificate", NULL);
    json_set(json, "chain", json_array_new());
    if (!db_begin(office->db, error))
        return NULL;
    if (office_note(office, office->who, NULL, "certificate-request", NULL,
                    reason, error) &&
        db_commit(office->db, error))
        return json_write(json);
    db_rollback(office->db);
    return NULL;
}

/* The rule: for everybody, or for those of some domains. */
static gboolean
is_automatic(const LocalAuthority *authority, const Account *account)
{
    if (!authority->automatic)
        return FALSE;
    g_auto(GStrv) domains = g_strsplit(authority->domains, " ", -1);
    return domains[0] == NULL || *domains[0] == '\0' ||
           g_strv_contains((const char *const *)domains, account->domain);
}

static gboolean
create(const Office *office, const Csr *csr, const char *id,
       const char *renews, gboolean automatic, GError **error)
{
    CertRequest request = {
        .id = (char *)(guintptr)id,
        .account = office->who->id,
        .key = csr->key,
        .algorithm = csr->algorithm,
        .csr = csr->der,
        .renews = (char *)(guintptr)renews,
        .state = (char *)(guintptr)(automatic ? REQUEST_APPROVED
                                              : REQUEST_WAITING),
        .decided_by = (char *)(guintptr)(automatic ? "rule" : NULL),
        .decided = automatic ? office->now : 0,
        .created = office->now,
    };
    return cert_request_create(office->db, &request, error) &&
           notice_settle(office->db, office->who->id, "request-refused", NULL,
                         error) &&
           office_note(office, office->who, NULL, "certificate-request", NULL,
                       id, error);
}

static gboolean
create_alone(const Office *office, const Csr *csr, const char *id,
             const char *renews, gboolean automatic, GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    if (create(office, csr, id, renews, automatic, error) &&
        db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

static char *
as_it_stands(const Office *office, const char *id,
             const LocalAuthority *authority, GError **error)
{
    g_autoptr(CertRequest) request = cert_request_load(office->db, id, error);
    if (request == NULL)
        return NULL;
    g_autoptr(Json) json = request_json(office, request, authority);
    return json_write(json);
}

/* Sceau-ca being away or broken is no reason to lose the request: it stays
 * approved, and is looked at again by certify_resume. */
static char *
take(const Office *office, const LocalAuthority *authority, const Csr *csr,
     const char *renews, GError **error)
{
    CertifyCount count = {0};
    g_autoptr(GError) why = NULL;
    g_autofree char *id = certify_id_new();
    gboolean automatic = is_automatic(authority, office->who);
    if (!create_alone(office, csr, id, renews, automatic, error))
        return NULL;
    if (automatic)
        certify_issue_approved(office, &count, &why);
    return as_it_stands(office, id, authority, error);
}

/* The same key again: the request that is there is the answer, unless it is
 * a renewal of what came of it. */
static gboolean
is_repeated(const Office *office, const CertRequest *known,
            const char *renews)
{
    return known->account == office->who->id &&
           (strcmp(known->state, REQUEST_ISSUED) != 0 || *renews == '\0');
}

static char *
request_of(const Office *office, const LocalAuthority *authority,
           const Csr *csr, const char *renews, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Policy) policy =
        policy_effective(office->db, office->who, error);
    if (policy == NULL)
        return NULL;
    const char *fault = fault_of(office, csr, renews, policy);
    if (fault != NULL)
        return refused_at_once(office, fault, error);
    g_autoptr(CertRequest) known =
        cert_request_of_key(office->db, csr->key, &why);
    if (why == NULL && known != NULL && is_repeated(office, known, renews))
        return as_it_stands(office, known->id, authority, error);
    if (why == NULL && known != NULL && known->account != office->who->id)
        fault = "duplicate";
    if (why != NULL ||
        (fault == NULL && !key_fault(office, csr, &fault, &why))) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    if (fault != NULL)
        return refused_at_once(office, fault, error);
    return take(office, authority, csr, renews, error);
}

char *
certify_request(const Office *office, GBytes *der, const char *renews,
                GError **error)
{
    g_autoptr(GError) why = NULL;
    g_assert(office->who != NULL);
    if (!account_need_secure(office->who, error))
        return NULL;
    g_autoptr(LocalAuthority) authority = certify_authority(office, &why);
    if (g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND))
        return refused_at_once(office, "no-authority", error);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    g_autoptr(Csr) csr = csr_parse(der, NULL);
    if (csr == NULL)
        return refused_at_once(office, "malformed", error);
    return request_of(office, authority, csr, renews, error);
}

static gboolean
cancel(const Office *office, const CertRequest *request, GError **error)
{
    return cert_request_decide(office->db, request->id, REQUEST_WAITING,
                               REQUEST_CANCELLED, NULL, office->actor,
                               office->now, error) &&
           office_note(office, office->who, NULL, "certificate-cancel",
                       request->algorithm, request->id, error);
}

gboolean
certify_cancel(const Office *office, const char *id, GError **error)
{
    g_autoptr(CertRequest) request = cert_request_load(office->db, id, error);
    if (request == NULL)
        return FALSE;
    if (request->account != office->who->id) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "certificate request: it is another's");
        return FALSE;
    }
    if (!db_begin(office->db, error))
        return FALSE;
    if (cancel(office, request, error) && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

static Json *
authority_json(const Office *office, const LocalAuthority *authority)
{
    static const char *const algorithms[] = {"rsa-2048", "rsa-3072", "p-256",
                                             "p-384"};
    Json *list = json_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++)
        json_append_text(list, algorithms[i]);
    Json *json = json_object_new();
    json_set_text(json, "name", authority->name);
    json_set(json, "algorithms", list);
    json_set_bool(json, "automatic", is_automatic(authority, office->who));
    return json;
}

static gboolean
any_approved(const GPtrArray *requests)
{
    for (guint i = 0; i < requests->len; i++) {
        const CertRequest *one = g_ptr_array_index(requests, i);
        if (strcmp(one->state, REQUEST_APPROVED) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The person's, the last ones. One that was approved while sceau-ca was away
 * is issued as soon as it answers. */
static GPtrArray *
own_requests(const Office *office, const LocalAuthority *authority,
             GError **error)
{
    g_autoptr(GPtrArray) requests =
        cert_request_list(office->db, office->who->id, LIST_MAX, error);
    if (requests == NULL || authority == NULL || !any_approved(requests))
        return g_steal_pointer(&requests);
    g_autoptr(Json) there = certify_look(office);
    if (there == NULL)
        return g_steal_pointer(&requests);
    certify_catch_up(office);
    return cert_request_list(office->db, office->who->id, LIST_MAX, error);
}

char *
certify_requests_json(const Office *office, GError **error)
{
    g_autoptr(LocalAuthority) authority = certify_authority(office, NULL);
    g_autoptr(GPtrArray) requests = own_requests(office, authority, error);
    if (requests == NULL)
        return NULL;
    g_autoptr(Json) json = json_object_new();
    if (authority != NULL)
        json_set(json, "authority", authority_json(office, authority));
    else
        json_set_text(json, "authority", NULL);
    Json *list = json_array_new();
    json_set(json, "requests", list);
    for (guint i = 0; i < requests->len; i++)
        json_append(list, request_json(office, g_ptr_array_index(requests, i),
                                       authority));
    return json_write(json);
}
