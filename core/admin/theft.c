#include "core/admin/theft.h"

#include <string.h>

#include "core/admin/certify.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/cert.h"
#include "core/store/disabled_key.h"
#include "core/store/notice.h"
#include "core/store/own_cert.h"

/* One's own, or helpdesk's to be told of. */
static gboolean
may_report(const Office *office, const Account *account, GError **error)
{
    if (office->who != NULL && office->who->id == account->id)
        return TRUE;
    return office_reach(office, ROLE_HELPDESK, account->domain, error);
}

/* OwnCert: the one of kid, or all. */
static GPtrArray *
certificates(const Office *office, const Account *account, const char *kid,
             GError **error)
{
    GPtrArray *all = NULL;
    if (kid == NULL) {
        all = own_cert_list(office->db, account->id, error);
    } else {
        OwnCert *one = own_cert_get(office->db, account->id, kid, error);
        if (one == NULL)
            return NULL;
        all = g_ptr_array_new_with_free_func((GDestroyNotify)own_cert_free);
        g_ptr_array_add(all, one);
    }
    if (all == NULL || all->len > 0)
        return all;
    g_ptr_array_unref(all);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "this account has no certificate");
    return NULL;
}

static char *
key_of(const OwnCert *own, GError **error)
{
    g_autoptr(Cert) cert = cert_parse(own->der, error);
    return cert != NULL ? cert_key_print(cert) : NULL;
}

/* The day it ends is what a person knows a certificate by. */
static char *
day_of(const OwnCert *own)
{
    g_autoptr(Cert) cert = cert_parse(own->der, NULL);
    g_autoptr(GDateTime) end =
        cert != NULL ? g_date_time_new_from_unix_utc(cert_not_after(cert))
                     : NULL;
    return end != NULL ? g_date_time_format(end, "%Y-%m-%d") : NULL;
}

static gboolean
disable(const Office *office, const Account *account, const OwnCert *own,
        GError **error)
{
    gint64 since = 0;
    g_autofree char *key = key_of(own, error);
    if (key == NULL || !disabled_key_since(office->db, account->id, key,
                                           &since, NULL, error))
        return FALSE;
    if (since != 0)
        return TRUE;
    g_autofree char *day = day_of(own);
    gboolean own_word = office->who != NULL && office->who->id == account->id;
    return disabled_key_add(office->db, account->id, key, "stolen",
                            office->now, error) &&
           office_note(office, account, NULL, "key-stolen", NULL, own->kid,
                       error) &&
           (own_word || notice_add(office->db, account->id, "stolen-marked",
                                   day, office->actor, office->now, error));
}

/* In one transaction, before anybody else is asked: signing ends here. */
static gboolean
disable_all(const Office *office, const Account *account,
            const GPtrArray *certs, GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    gboolean good = TRUE;
    for (guint i = 0; good && i < certs->len; i++)
        good = disable(office, account, g_ptr_array_index(certs, i), error);
    if (good && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

/* That the authority does not answer stops nothing: the key is refused here
 * already, and reporting it again asks once more. */
static void
revoke_one(const Office *office, const OwnCert *own, TheftOutcome *out)
{
    gboolean local = FALSE;
    g_autoptr(GError) why = NULL;
    if (!certify_revoke(office, own->kid, CERTIFY_KEY_COMPROMISE, &local,
                        &why)) {
        log_error("theft-revoke", why);
        out->local = TRUE;
        out->revoked = FALSE;
        out->instructions = "later";
        return;
    }
    out->local = out->local || local;
    if (!local && out->instructions == NULL)
        out->instructions = "other-authority";
}

gboolean
theft_report(const Office *office, const Account *account, const char *kid,
             TheftOutcome *out, GError **error)
{
    *out = (TheftOutcome){.revoked = TRUE};
    if (!may_report(office, account, error))
        return FALSE;
    g_autoptr(GPtrArray) certs = certificates(office, account, kid, error);
    if (certs == NULL || !disable_all(office, account, certs, error))
        return FALSE;
    log_event("key-stolen", "account", account->login, "by", office->actor,
              NULL);
    for (guint i = 0; i < certs->len; i++)
        revoke_one(office, g_ptr_array_index(certs, i), out);
    out->revoked = out->revoked && out->local;
    return TRUE;
}

static gboolean
enable(const Office *office, const Account *account, const OwnCert *own,
       GError **error)
{
    gboolean removed = FALSE;
    g_autofree char *key = key_of(own, error);
    if (key == NULL ||
        !disabled_key_remove(office->db, account->id, key, &removed, error))
        return FALSE;
    if (!removed) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                            "this key was not reported stolen");
        return FALSE;
    }
    g_autofree char *day = day_of(own);
    return office_note(office, account, NULL, "key-stolen-withdrawn",
                       own->kid, NULL, error) &&
           notice_add(office->db, account->id, "stolen-withdrawn", day,
                      office->actor, office->now, error);
}

gboolean
theft_withdraw(const Office *office, const Account *account, const char *kid,
               GError **error)
{
    if (!office_reach(office, ROLE_ADMINISTRATOR, account->domain, error))
        return FALSE;
    g_autoptr(OwnCert) own =
        own_cert_get(office->db, account->id, kid, error);
    if (own == NULL || !db_begin(office->db, error))
        return FALSE;
    if (enable(office, account, own, error) && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}
