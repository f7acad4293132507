#include "core/admin/certify.h"

#include <string.h>

#include "core/admin/certify_internal.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/net/ca_client.h"
#include "core/store/notice.h"

static const struct {
    CertifyReason reason;
    const char *name;
} reasons[] = {
    {CERTIFY_UNSPECIFIED, "unspecified"},
    {CERTIFY_KEY_COMPROMISE, "key-compromise"},
    {CERTIFY_AFFILIATION, "affiliation"},
    {CERTIFY_SUPERSEDED, "superseded"},
    {CERTIFY_CESSATION, "cessation"},
    {CERTIFY_PRIVILEGE_WITHDRAWN, "privilege"},
};

const char *
certify_reason_name(CertifyReason reason)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
        if (reasons[i].reason == reason)
            return reasons[i].name;
    }
    return reasons[0].name;
}

gboolean
certify_reason_from_name(const char *name, CertifyReason *out, GError **error)
{
    for (gsize i = 0; name != NULL && i < G_N_ELEMENTS(reasons); i++) {
        if (strcmp(reasons[i].name, name) == 0) {
            *out = reasons[i].reason;
            return TRUE;
        }
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "certificate: no such reason to revoke");
    return FALSE;
}

char *
certify_id_new(void)
{
    guint8 raw[16];
    secret_random(raw, sizeof raw);
    GString *hex = g_string_sized_new(33);
    for (gsize i = 0; i < sizeof raw; i++)
        g_string_append_printf(hex, "%02x", raw[i]);
    return g_string_free(hex, FALSE);
}

LocalAuthority *
certify_authority(const Office *office, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(LocalAuthority) one = local_authority_find(office->db, &why);
    if (one != NULL && strcmp(one->state, AUTHORITY_ACTIVE) == 0)
        return g_steal_pointer(&one);
    if (why == NULL)
        g_set_error_literal(&why, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "authority: there is none that certifies");
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

Json *
certify_ask(const char *operation)
{
    Json *request = json_object_new();
    json_set_text(request, "op", operation);
    return request;
}

Json *
certify_send(const Office *office, const Json *request, GError **error)
{
    return ca_client_ask(office->config->ca_socket, request, error);
}

Json *
certify_look(const Office *office)
{
    g_autoptr(Json) request = certify_ask("show");
    return ca_client_ask_soon(office->config->ca_socket, request, NULL);
}

typedef gboolean (*Decision)(const Office *office, const CertRequest *request,
                             const Account *account, const char *reason,
                             GError **error);

static gboolean
approve_one(const Office *office, const CertRequest *request,
            const Account *account, const char *reason, GError **error)
{
    return cert_request_decide(office->db, request->id, REQUEST_WAITING,
                               REQUEST_APPROVED, NULL, office->actor,
                               office->now, error) &&
           office_note(office, account, NULL, "certificate-approve",
                       request->algorithm, request->id, error);
}

static gboolean
refuse_one(const Office *office, const CertRequest *request,
           const Account *account, const char *reason, GError **error)
{
    return cert_request_decide(office->db, request->id, REQUEST_WAITING,
                               REQUEST_REFUSED, reason, office->actor,
                               office->now, error) &&
           office_note(office, account, NULL, "certificate-refuse",
                       request->algorithm, reason, error) &&
           notice_add(office->db, account->id, "request-refused", NULL,
                      office->actor, office->now, error);
}

/* The administrator's word on one request of an account within reach. */
static gboolean
decide_one(const Office *office, const char *id, const char *reason,
           Decision decide, GError **error)
{
    g_autoptr(CertRequest) request = cert_request_load(office->db, id, error);
    g_autoptr(Account) account =
        request != NULL ? office_account(office, ROLE_ADMINISTRATOR,
                                         request->account, error)
                        : NULL;
    return account != NULL && decide(office, request, account, reason, error);
}

/* All of them or none. */
static gboolean
decide_all(const Office *office, const char *const *ids, const char *reason,
           Decision decide, GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error) ||
        !db_begin(office->db, error))
        return FALSE;
    gboolean fine = TRUE;
    for (; fine && *ids != NULL; ids++)
        fine = decide_one(office, *ids, reason, decide, error);
    if (fine && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

gboolean
certify_approve(const Office *office, const char *const *ids,
                CertifyCount *count, GError **error)
{
    *count = (CertifyCount){0};
    g_autoptr(LocalAuthority) authority = certify_authority(office, error);
    return authority != NULL &&
           decide_all(office, ids, NULL, approve_one, error) &&
           certify_issue_approved(office, count, error);
}

gboolean
certify_refuse(const Office *office, const char *const *ids,
               const char *reason, GError **error)
{
    return decide_all(office, ids, reason, refuse_one, error);
}
