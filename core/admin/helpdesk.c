#include "core/admin/helpdesk.h"

#include <string.h>

#include "core/base/error.h"
#include "core/pki/signing.h"
#include "core/store/account_search.h"
#include "core/store/contact_cert.h"
#include "core/store/disabled_key.h"
#include "core/store/notice.h"
#include "core/store/own_cert.h"
#include "core/store/policy.h"

static void
certificate_free(gpointer data)
{
    HelpdeskCertificate *certificate = data;
    g_free(certificate->kid);
    g_strfreev(certificate->problems);
    g_free(certificate);
}

void
helpdesk_view_free(HelpdeskView *view)
{
    if (view == NULL)
        return;
    account_free(view->account);
    g_clear_pointer(&view->certificates, g_ptr_array_unref);
    g_clear_pointer(&view->codes, g_ptr_array_unref);
    g_free(view);
}

GPtrArray *
helpdesk_find(const Office *office, const char *words, GError **error)
{
    gint64 scope = 0;
    if (!office_need(office, ROLE_HELPDESK, error) ||
        !office_scope(office, &scope, error))
        return NULL;
    const AccountQuery query = {
        .words = words, .scope = scope, .limit = HELPDESK_FOUND_MAX};
    g_autoptr(AccountPage) page = account_search(office->db, &query, error);
    return page != NULL ? g_ptr_array_ref(page->accounts) : NULL;
}

static char **
problems_of(const Office *office, const Account *account,
            const Policy *policy, const Cert *cert, GPtrArray *chain,
            gboolean stolen)
{
    guint rsa = office->config != NULL ? office->config->min_rsa_bits : 0;
    guint ec = office->config != NULL ? office->config->min_ec_bits : 0;
    const SigningRules rules = {
        .address = account->address,
        .now = office->now,
        .min_rsa_bits = policy_bits(rsa, policy->min_rsa_bits),
        .min_ec_bits = policy_bits(ec, policy->min_ec_bits),
        .stolen = stolen,
    };
    return signing_problems(office->trust, cert, chain, &rules);
}

static HelpdeskCertificate *
certificate_of(const Office *office, const Account *account,
               const Policy *policy, const OwnCert *own, GError **error)
{
    gint64 since = 0;
    g_autoptr(Cert) cert = cert_parse(own->der, error);
    if (cert == NULL)
        return NULL;
    g_autofree char *key = cert_key_print(cert);
    if (!disabled_key_since(office->db, account->id, key, &since, NULL,
                            error))
        return NULL;
    HelpdeskCertificate *certificate = g_new0(HelpdeskCertificate, 1);
    certificate->kid = g_strdup(own->kid);
    certificate->not_before = cert_not_before(cert);
    certificate->not_after = cert_not_after(cert);
    certificate->stolen = since;
    g_autoptr(GPtrArray) chain = cert_chain_read(own->chain);
    certificate->problems =
        problems_of(office, account, policy, cert, chain, since != 0);
    certificate->can_sign = signing_refusal(certificate->problems) == NULL;
    return certificate;
}

static GPtrArray *
certificates_of(const Office *office, const Account *account, GError **error)
{
    g_autoptr(Policy) policy = policy_effective(office->db, account, error);
    g_autoptr(GPtrArray) rows =
        policy != NULL ? own_cert_list(office->db, account->id, error) : NULL;
    if (rows == NULL)
        return NULL;
    g_autoptr(GPtrArray) list =
        g_ptr_array_new_with_free_func(certificate_free);
    for (guint i = 0; i < rows->len; i++) {
        HelpdeskCertificate *one = certificate_of(
            office, account, policy, g_ptr_array_index(rows, i), error);
        if (one == NULL)
            return NULL;
        g_ptr_array_add(list, one);
    }
    return g_steal_pointer(&list);
}

HelpdeskView *
helpdesk_view(const Office *office, gint64 account, GError **error)
{
    g_autoptr(HelpdeskView) view = g_new0(HelpdeskView, 1);
    view->account = office_account(office, ROLE_HELPDESK, account, error);
    if (view->account == NULL)
        return NULL;
    view->certificates = certificates_of(office, view->account, error);
    view->codes = support_code_list(office->db, account, HELPDESK_CODES_MAX,
                                    office->now, error);
    if (view->certificates == NULL || view->codes == NULL)
        return NULL;
    return g_steal_pointer(&view);
}

static SupportCode *
not_there(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "no such support code, or no longer");
    return NULL;
}

/* FALSE without an error when it is out of reach. */
static gboolean
load_reached(const Office *office, gint64 id, Account **account,
             GError **error)
{
    g_autoptr(GError) why = NULL;
    *account = office_account(office, ROLE_HELPDESK, id, &why);
    if (*account == NULL &&
        !g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND))
        g_propagate_error(error, g_steal_pointer(&why));
    return *account != NULL;
}

SupportCode *
helpdesk_decode(const Office *office, const char *code, Account **account,
                GError **error)
{
    *account = NULL;
    if (!office_need(office, ROLE_HELPDESK, error))
        return NULL;
    g_autofree char *text = support_code_read(code, error);
    if (text == NULL)
        return NULL;
    g_autoptr(GError) why = NULL;
    g_autoptr(SupportCode) found =
        support_code_find(office->db, text, office->now, &why);
    if (found != NULL && found->account != 0 &&
        !load_reached(office, found->account, account, &why))
        g_clear_pointer(&found, support_code_free);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    return found != NULL ? g_steal_pointer(&found) : not_there(error);
}

/* An act on one account within reach, all of it or nothing. */
typedef gboolean (*Act)(const Office *office, const Account *account,
                        gconstpointer more, GError **error);

static gboolean
perform(const Office *office, gint64 id, Act act, gconstpointer more,
        GError **error)
{
    g_autoptr(Account) account =
        office_account(office, ROLE_HELPDESK, id, error);
    if (account == NULL || !db_begin(office->db, error))
        return FALSE;
    if (act(office, account, more, error) && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

static gboolean
tell(const Office *office, const Account *account, const char *code,
     const char *detail, GError **error)
{
    return notice_add(office->db, account->id, code, detail, office->actor,
                      office->now, error);
}

static gboolean
reset(const Office *office, const Account *account, gconstpointer more,
      GError **error)
{
    return account_set_preference(office->db, account->id, "auto", error) &&
           account_set_choice(office->db, account->id, NULL, error) &&
           office_note(office, account, NULL, "preference-reset",
                       account->preference, "auto", error) &&
           tell(office, account, "preference-reset", NULL, error);
}

gboolean
helpdesk_reset_preferences(const Office *office, gint64 account,
                           GError **error)
{
    return perform(office, account, reset, NULL, error);
}

static gboolean
guide(const Office *office, const Account *account, gconstpointer more,
      GError **error)
{
    return office_note(office, account, NULL, "first-guide", NULL, NULL,
                       error) &&
           tell(office, account, "first-guide", NULL, error);
}

gboolean
helpdesk_guide(const Office *office, gint64 account, GError **error)
{
    return perform(office, account, guide, NULL, error);
}

/* Of the audit and of helpdesk only the code is known; the person is told
 * whose certificate it was. */
static gboolean
invalidate(const Office *office, const Account *account, gconstpointer more,
           GError **error)
{
    const SupportCode *code = more;
    g_autofree char *whose = NULL;
    if (!contact_cert_forget(office->db, account->id, code->kid, &whose,
                             error))
        return FALSE;
    if (whose == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                            "this certificate is kept no longer");
        return FALSE;
    }
    return office_note(office, account, NULL, "peer-invalidated", NULL,
                       code->code, error) &&
           tell(office, account, "peer-invalidated", whose, error);
}

gboolean
helpdesk_invalidate(const Office *office, const char *code, GError **error)
{
    g_autoptr(Account) account = NULL;
    g_autoptr(SupportCode) found =
        helpdesk_decode(office, code, &account, error);
    if (found == NULL)
        return FALSE;
    if (account == NULL || found->kid == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "this code is about no certificate");
        return FALSE;
    }
    return perform(office, account->id, invalidate, found, error);
}
