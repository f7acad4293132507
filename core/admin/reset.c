#include "core/admin/reset.h"

#include <string.h>

#include "core/admin/accounts.h"
#include "core/admin/certify_internal.h"
#include "core/admin/reset_export.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/cert.h"
#include "core/store/issued.h"
#include "core/store/revocation_cache.h"
#include "core/store/third_party.h"
#include "core/store/trust_cert.h"

const char *
reset_word(const Config *config)
{
    const char *host = strstr(config->origin, "://");
    if (config->organisation != NULL && *config->organisation != '\0')
        return config->organisation;
    return host != NULL ? host + 3 : config->origin;
}

static gboolean
check_word(const Office *office, const char *typed, GError **error)
{
    g_autofree char *word = g_strdup(typed != NULL ? typed : "");
    g_strstrip(word);
    if (strcmp(word, reset_word(office->config)) == 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "reset: the word is not the one shown");
    return FALSE;
}

/* sceau-ca keeps the key under another name. That it has no authority is what
 * is wanted. */
static gboolean
retire(const Office *office, const LocalAuthority *authority, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *id = authority != NULL
                              ? g_strconcat("reset-", authority->id, NULL)
                              : certify_id_new();
    g_autoptr(Json) ask = certify_ask("retire");
    json_set_text(ask, "id", id);
    g_autoptr(Json) answer = certify_send(office, ask, &why);
    if (answer != NULL ||
        g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND))
        return TRUE;
    /* A site without an authority may have no sceau-ca either. */
    if (authority == NULL &&
        g_error_matches(why, APP_ERROR, APP_ERROR_UNREACHABLE))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

static gboolean
withdraw_trust(const Office *office, const LocalAuthority *authority,
               GError **error)
{
    if (authority == NULL || authority->der == NULL)
        return TRUE;
    g_autoptr(Cert) cert = cert_parse(authority->der, error);
    if (cert == NULL)
        return FALSE;
    const char *kid = cert_fingerprint(cert);
    g_autoptr(TrustCert) anchor = trust_cert_find(office->db, kid, NULL);
    if (anchor != NULL && anchor->withdrawn == 0 &&
        !trust_cert_withdraw(office->db, kid, office->now, error))
        return FALSE;
    return revocation_cache_forget(office->db, kid, REVOCATION_CRL, error);
}

/* That all of them go was decided by whoever reset the site; who resumes it
 * may reach fewer. */
static gboolean
forbid_all(const Office *office, guint *count, GError **error)
{
    Office decided = *office;
    decided.who = NULL;
    g_autoptr(GPtrArray) accounts = account_list(office->db, error);
    if (accounts == NULL)
        return FALSE;
    for (guint i = 0; i < accounts->len; i++) {
        const Account *account = g_ptr_array_index(accounts, i);
        if (!account->allowed)
            continue;
        if (!accounts_set_option(&decided, account, "forbidden", error))
            return FALSE;
        (*count)++;
    }
    return TRUE;
}

static gboolean
remove_all(const Office *office, const LocalAuthority *authority,
           const char *exported, GError **error)
{
    gint64 removed = 0, issued = 0, revoked = 0;
    guint accounts = 0;
    if (!issued_count(office->db, &issued, &revoked, error) ||
        !withdraw_trust(office, authority, error) ||
        !local_authority_delete(office->db, error) ||
        !cert_request_delete_all(office->db, error) ||
        !issued_delete_all(office->db, error) ||
        !third_party_delete_all(office->db, &removed, error) ||
        !forbid_all(office, &accounts, error))
        return FALSE;
    g_autofree char *before =
        g_strdup_printf("issued %" G_GINT64_FORMAT
                        ", third-party %" G_GINT64_FORMAT ", accounts %u",
                        issued, removed, accounts);
    return office_note(office, NULL,
                       authority != NULL ? authority->name : "site", "reset",
                       before, exported, error);
}

static gboolean
end(const Office *office, const LocalAuthority *authority,
    const char *exported, GError **error)
{
    if (!retire(office, authority, error) || !db_begin(office->db, error))
        return FALSE;
    if (remove_all(office, authority, exported, error) &&
        db_commit(office->db, error)) {
        log_event("reset", "by", office->actor, "export", exported, NULL);
        return TRUE;
    }
    db_rollback(office->db);
    return FALSE;
}

/* From here on the authority issues nothing, and resuming ends the reset. */
static gboolean
begin(const Office *office, const LocalAuthority *authority,
      const char *exported, GError **error)
{
    if (authority == NULL)
        return TRUE;
    if (!db_begin(office->db, error))
        return FALSE;
    if (local_authority_set_resetting(office->db, exported, error) &&
        office_note(office, NULL, authority->name, "reset-begin", NULL,
                    exported, error) &&
        db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

gboolean
reset_site(const Office *office, const char *typed, char **exported,
           GError **error)
{
    g_autoptr(GError) why = NULL;
    *exported = NULL;
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error) ||
        !check_word(office, typed, error))
        return FALSE;
    g_autoptr(LocalAuthority) authority =
        local_authority_find(office->db, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    *exported = reset_export(office, error);
    return *exported != NULL && begin(office, authority, *exported, error) &&
           end(office, authority, *exported, error);
}

gboolean
reset_resume(const Office *office, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(LocalAuthority) authority =
        local_authority_find(office->db, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (authority == NULL ||
        strcmp(authority->state, AUTHORITY_RESETTING) != 0)
        return TRUE;
    return end(office, authority, authority->exported, error);
}
