/* Revocations, and the list that tells of them. */
#include <string.h>

#include "core/admin/certify_internal.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/net/ca_client.h"
#include "core/pki/cert.h"
#include "core/store/disabled_key.h"
#include "core/store/issued.h"
#include "core/store/notice.h"
#include "core/store/revocation_cache.h"

#define BATCH 200
#define LIST_IS_OLD (24 * 60 * 60)

/* One's own; helpdesk that a key was stolen; administrators for any reason.
 */
static gboolean
may_revoke(const Office *office, const Issued *issued, CertifyReason reason,
           GError **error)
{
    Role least =
        reason == CERTIFY_KEY_COMPROMISE ? ROLE_HELPDESK : ROLE_ADMINISTRATOR;
    const char *at = strrchr(issued->address, '@');
    g_autofree char *domain = g_ascii_strdown(at != NULL ? at + 1 : "", -1);
    if (office->who != NULL && office->who->id == issued->account)
        return TRUE;
    return office_reach(office, least, domain, error);
}

/* A key that somebody else may have signs no more here either. */
static gboolean
disable_key(const Office *office, const Issued *issued, CertifyReason reason,
            GError **error)
{
    return reason != CERTIFY_KEY_COMPROMISE ||
           disabled_key_add(office->db, issued->account, issued->key,
                            "stolen", office->now, error);
}

/* The account may be gone; its certificate is not. */
static gboolean
record(const Office *office, const Issued *issued, CertifyReason reason,
       GError **error)
{
    g_autoptr(Account) account =
        account_load(office->db, issued->account, NULL);
    gboolean own_act =
        office->who != NULL && office->who->id == issued->account;
    return issued_revoke(office->db, issued->serial, reason, office->now,
                         error) &&
           office_note(office, account, issued->address, "certificate-revoke",
                       issued->kid, certify_reason_name(reason), error) &&
           (account == NULL || disable_key(office, issued, reason, error)) &&
           (own_act || account == NULL ||
            notice_add(office->db, account->id, "certificate-revoked", NULL,
                       office->actor, office->now, error));
}

static gboolean
record_alone(const Office *office, const Issued *issued, CertifyReason reason,
             GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    if (record(office, issued, reason, error) && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

gboolean
certify_revoke(const Office *office, const char *kid, CertifyReason reason,
               gboolean *local, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Issued) issued = issued_find(office->db, kid, &why);
    *local = issued != NULL;
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (issued == NULL)
        return TRUE;
    if (!may_revoke(office, issued, reason, error))
        return FALSE;
    if (issued->revoked == 0 && !record_alone(office, issued, reason, error))
        return FALSE;
    /* Recorded: that sceau-ca is away delays the list and stops nothing. */
    if (!issued->published && !certify_publish(office, &why))
        log_error("certify-publish", why);
    return TRUE;
}

static Json *
ask_to_revoke(const GPtrArray *revoked)
{
    Json *json = certify_ask("revoke");
    Json *list = json_array_new();
    json_set(json, "certificates", list);
    for (guint i = 0; i < revoked->len; i++) {
        const Issued *issued = g_ptr_array_index(revoked, i);
        Json *item = json_object_new();
        json_set_text(item, "serial", issued->serial);
        json_set_int(item, "reason", issued->reason);
        json_set_int(item, "at", issued->revoked);
        json_append(list, item);
    }
    return json;
}

static gboolean
mark_published(const Office *office, const GPtrArray *revoked, GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    gboolean fine = TRUE;
    for (guint i = 0; fine && i < revoked->len; i++) {
        const Issued *issued = g_ptr_array_index(revoked, i);
        fine = issued_published(office->db, issued->serial, error);
    }
    if (fine && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

/* In this order: sceau-ca's ledger and list, the list here, and only then
 * "published". A crash in between asks again, which changes nothing there. */
static gboolean
publish_batch(const Office *office, gboolean *more, GError **error)
{
    g_autoptr(GPtrArray) revoked =
        issued_unpublished(office->db, BATCH, error);
    *more = FALSE;
    if (revoked == NULL || revoked->len == 0)
        return revoked != NULL;
    g_autoptr(Json) ask = ask_to_revoke(revoked);
    g_autoptr(Json) answer = certify_send(office, ask, error);
    if (answer == NULL || !certify_take_list(office, FALSE, error))
        return FALSE;
    *more = TRUE;
    return mark_published(office, revoked, error);
}

gboolean
certify_publish(const Office *office, GError **error)
{
    gboolean more = TRUE;
    while (more) {
        if (!publish_batch(office, &more, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
keep_list(const Office *office, const LocalAuthority *authority,
          const CaList *list, GError **error)
{
    g_autofree char *number =
        g_strdup_printf("%" G_GINT64_MODIFIER "x", list->number);
    g_autoptr(Cert) cert = cert_parse(authority->der, error);
    if (cert == NULL)
        return FALSE;
    RevocationCached cached = {
        .issuer = (char *)(guintptr)cert_fingerprint(cert),
        .kind = (char *)(guintptr)REVOCATION_CRL,
        .slot = (char *)(guintptr) "",
        .der = list->der,
        .this_update = list->this_update,
        .next_update = list->next_update,
        .number = number,
    };
    return local_authority_set_crl(office->db, list->der, list->number,
                                   list->this_update, list->next_update,
                                   error) &&
           revocation_cache_save(office->db, &cached, office->now, error);
}

gboolean
certify_take_list(const Office *office, gboolean anew, GError **error)
{
    g_autoptr(LocalAuthority) authority = certify_authority(office, error);
    g_autoptr(CaList) list =
        authority != NULL
            ? ca_client_list(office->config->ca_socket, anew, error)
            : NULL;
    if (list == NULL || !db_begin(office->db, error))
        return FALSE;
    if (keep_list(office, authority, list, error) &&
        db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

/* A list that grows old is made anew, revocations or none. */
static gboolean
refresh_list(const Office *office, GError **error)
{
    g_autoptr(LocalAuthority) authority = certify_authority(office, error);
    if (authority == NULL)
        return FALSE;
    if (authority->crl_number > 0 &&
        authority->crl_this > office->now - LIST_IS_OLD)
        return TRUE;
    return certify_take_list(office, TRUE, error);
}

gboolean
certify_resume(const Office *office, CertifyCount *count, GError **error)
{
    *count = (CertifyCount){0};
    g_autoptr(LocalAuthority) authority = certify_authority(office, error);
    return authority != NULL &&
           certify_issue_approved(office, count, error) &&
           certify_publish(office, error) && refresh_list(office, error);
}

void
certify_catch_up(const Office *office)
{
    CertifyCount count = {0};
    g_autoptr(GError) why = NULL;
    Office own = *office;
    own.who = NULL;
    own.actor = own.source = "sceau-ca";
    if (!certify_issue_approved(&own, &count, &why) ||
        !certify_publish(&own, &why))
        log_error("certify", why);
}
