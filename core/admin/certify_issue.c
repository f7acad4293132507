/* Approved requests become certificates, fifty at a time. */
#include <string.h>

#include "core/admin/certify_internal.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/cert.h"
#include "core/store/issued.h"
#include "core/store/notice.h"
#include "core/store/own_cert.h"
#include "core/store/tally.h"

#define BATCH 50

static Json *
ask_for(const GPtrArray *requests)
{
    Json *json = certify_ask("issue");
    Json *list = json_array_new();
    json_set(json, "requests", list);
    for (guint i = 0; i < requests->len; i++) {
        const CertRequest *request = g_ptr_array_index(requests, i);
        const char *person = request->person;
        Json *item = json_object_new();
        json_set_text(item, "id", request->id);
        json_set_bytes(item, "csr", request->csr);
        json_set_text(item, "address", request->address);
        json_set_text(item, "name", person != NULL ? person : "");
        json_append(list, item);
    }
    return json;
}

/* What sceau-ca gave is what was asked for, or it is not taken. */
static Cert *
certificate_for(const CertRequest *request, GBytes *der, GError **error)
{
    g_autoptr(Cert) cert = cert_parse(der, error);
    if (cert == NULL)
        return NULL;
    g_autofree char *key = cert_key_print(cert);
    if (strcmp(key, request->key) == 0 &&
        cert_has_address(cert, request->address))
        return g_steal_pointer(&cert);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                        "sceau-ca: another certificate than asked for");
    return NULL;
}

static gboolean
record(const Office *office, const CertRequest *request, const Cert *cert,
       GError **error)
{
    Issued issued = {
        .serial = (char *)(guintptr)cert_serial(cert),
        .kid = (char *)(guintptr)cert_fingerprint(cert),
        .request = request->id,
        .account = request->account,
        .address = request->address,
        .key = request->key,
        .algorithm = request->algorithm,
        .der = cert_der(cert),
        .not_after = cert_not_after(cert),
        .created = office->now,
    };
    return issued_create(office->db, &issued, error);
}

/* The person finds it among their certificates; the root is no part of a
 * chain. */
static gboolean
hand_over(const Office *office, const CertRequest *request, const Cert *cert,
          GError **error)
{
    const char *kid = cert_fingerprint(cert);
    g_autoptr(GBytes) no_chain = g_bytes_new(NULL, 0);
    g_autoptr(Account) account =
        account_load(office->db, request->account, error);
    gboolean own_act =
        office->who != NULL && office->who->id == request->account;
    return account != NULL &&
           own_cert_save(office->db, account->id, kid, cert_der(cert),
                         no_chain, office->now, error) &&
           cert_request_issued(office->db, request->id, kid, office->now,
                               error) &&
           office_note(office, account, NULL, "certificate-issue", NULL, kid,
                       error) &&
           tally_add(office->db, "certificate-issued", office->now, error) &&
           (own_act ||
            notice_add(office->db, account->id, "certificate-issued", NULL,
                       office->actor, office->now, error));
}

static gboolean
keep_issued(const Office *office, const CertRequest *request, GBytes *der,
            GError **error)
{
    g_autoptr(Cert) cert = certificate_for(request, der, error);
    return cert != NULL && record(office, request, cert, error) &&
           hand_over(office, request, cert, error);
}

static gboolean
keep_refused(const Office *office, const CertRequest *request,
             const char *reason, GError **error)
{
    g_autoptr(Account) account =
        account_load(office->db, request->account, error);
    return account != NULL &&
           cert_request_decide(office->db, request->id, REQUEST_APPROVED,
                               REQUEST_REFUSED, reason, "sceau-ca",
                               office->now, error) &&
           office_note(office, account, NULL, "certificate-refuse",
                       request->algorithm, reason, error) &&
           notice_add(office->db, account->id, "request-refused", NULL,
                      office->actor, office->now, error);
}

/* Another process may have been first with the same answer. */
static gboolean
keep_outcome(const Office *office, const Json *outcome, CertifyCount *count,
             GError **error)
{
    const char *id = json_get_text(outcome, "id", error);
    g_autoptr(CertRequest) request =
        id != NULL ? cert_request_load(office->db, id, error) : NULL;
    if (request == NULL)
        return FALSE;
    if (strcmp(request->state, REQUEST_APPROVED) != 0)
        return TRUE;
    const char *refused = json_text(json_member(outcome, "refused"));
    if (refused != NULL) {
        count->refused++;
        return keep_refused(office, request, refused, error);
    }
    count->issued++;
    g_autoptr(GBytes) der = json_get_bytes(outcome, "certificate", error);
    return der != NULL && keep_issued(office, request, der, error);
}

static gboolean
keep_outcomes(const Office *office, const Json *outcomes, CertifyCount *count,
              GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    gboolean fine = TRUE;
    for (gsize i = 0; fine && i < json_array_length(outcomes); i++)
        fine =
            keep_outcome(office, json_array_item(outcomes, i), count, error);
    if (fine && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

/* *more: there was something, and all of it was answered. */
static gboolean
issue_batch(const Office *office, CertifyCount *count, gboolean *more,
            GError **error)
{
    g_autoptr(GPtrArray) requests =
        cert_request_in_state(office->db, REQUEST_APPROVED, 0, BATCH, error);
    *more = FALSE;
    if (requests == NULL || requests->len == 0)
        return requests != NULL;
    g_autoptr(Json) ask = ask_for(requests);
    g_autoptr(Json) answer = certify_send(office, ask, error);
    const Json *outcomes =
        answer != NULL ? json_get_array(answer, "outcomes", error) : NULL;
    if (outcomes == NULL)
        return FALSE;
    *more = json_array_length(outcomes) == requests->len;
    return keep_outcomes(office, outcomes, count, error);
}

static gboolean
count_waiting(const Office *office, CertifyCount *count, GError **error)
{
    gint64 waiting = 0;
    if (!cert_request_count(office->db, REQUEST_APPROVED, 0, &waiting, error))
        return FALSE;
    count->waiting = (guint)waiting;
    return TRUE;
}

gboolean
certify_issue_approved(const Office *office, CertifyCount *count,
                       GError **error)
{
    gboolean more = TRUE;
    g_autoptr(GError) why = NULL;
    while (more && issue_batch(office, count, &more, &why))
        ;
    if (why != NULL &&
        !g_error_matches(why, APP_ERROR, APP_ERROR_UNREACHABLE)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (why != NULL)
        log_error("certify", why);
    return count_waiting(office, count, error);
}
