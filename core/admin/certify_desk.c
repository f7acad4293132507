#include "core/admin/certify_desk.h"

#include <string.h>

#include "core/admin/certify_internal.h"
#include "core/base/error.h"
#include "core/pki/cert_export.h"
#include "core/pki/strength.h"
#include "core/store/notice.h"
#include "core/store/own_cert.h"

static gint64
scope_of(const Office *office)
{
    return office->who != NULL ? office->who->id : 0;
}

GPtrArray *
certify_waiting(const Office *office, guint limit, GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    return cert_request_in_state(office->db, REQUEST_WAITING,
                                 scope_of(office), limit, error);
}

GPtrArray *
certify_issued(const Office *office, const char *words, guint offset,
               guint limit, GError **error)
{
    g_autofree char *lower = g_ascii_strdown(words != NULL ? words : "", -1);
    const IssuedQuery query = {
        .words = g_strstrip(lower),
        .scope = scope_of(office),
        .offset = offset,
        .limit = limit,
    };
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    return issued_list(office->db, &query, error);
}

static gboolean
is_within_reach(const Office *office, const Issued *issued)
{
    const char *at = strrchr(issued->address, '@');
    g_autofree char *domain = g_ascii_strdown(at != NULL ? at + 1 : "", -1);
    return office_reach(office, ROLE_ADMINISTRATOR, domain, NULL);
}

Issued *
certify_issued_get(const Office *office, const char *kid, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    g_autoptr(Issued) issued = issued_find(office->db, kid, &why);
    if (issued != NULL && is_within_reach(office, issued))
        return g_steal_pointer(&issued);
    if (why == NULL)
        g_set_error_literal(&why, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "no such certificate");
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

/* The authority alone is the chain of what it issued. */
static GPtrArray *
chain_of(const LocalAuthority *authority)
{
    GPtrArray *chain =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    Cert *cert = authority != NULL ? cert_parse(authority->der, NULL) : NULL;
    if (cert != NULL)
        g_ptr_array_add(chain, cert);
    return chain;
}

GBytes *
certify_export(const Office *office, const char *kid, const char *format,
               const char *password, char **name, GError **error)
{
    CertFormat wanted;
    g_autoptr(Issued) issued = NULL;
    g_autoptr(LocalAuthority) authority =
        certify_authority(office, kid == NULL ? error : NULL);
    if (!office_need(office, ROLE_ADMINISTRATOR, error) ||
        !cert_format_from_name(format, &wanted, error))
        return NULL;
    if (kid != NULL)
        issued = certify_issued_get(office, kid, error);
    if (kid != NULL ? issued == NULL : authority == NULL)
        return NULL;
    g_autoptr(Cert) cert =
        cert_parse(kid != NULL ? issued->der : authority->der, error);
    if (cert == NULL)
        return NULL;
    g_autoptr(GPtrArray) chain = chain_of(kid != NULL ? authority : NULL);
    GBytes *bytes = cert_export(cert, chain, wanted, password, error);
    if (bytes != NULL)
        *name = g_strdup_printf(
            "%s.%s", kid != NULL ? issued->address : authority->name,
            cert_format_name(wanted));
    return bytes;
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                "uploaded certificate: %s", what);
    return FALSE;
}

/* The account of one of its addresses, within reach. */
static Account *
holder_of(const Office *office, const Cert *cert, GError **error)
{
    for (const char *const *own = cert_addresses(cert); *own != NULL; own++) {
        g_autofree char *lower = cert_address_key(*own);
        if (lower == NULL)
            continue;
        Account *account =
            office_find(office, ROLE_ADMINISTRATOR, lower, NULL);
        if (account != NULL && cert_has_address(cert, account->address))
            return account;
        account_free(account);
    }
    refuse(error, "it names no account here");
    return NULL;
}

static gboolean
check(const Office *office, const Cert *cert, GError **error)
{
    const TrustPolicy policy = {
        .min_rsa_bits = office->config->min_rsa_bits,
        .floor_rsa_bits = office->config->floor_rsa_bits,
        .min_ec_bits = office->config->min_ec_bits,
        .floor_ec_bits = office->config->floor_ec_bits,
    };
    if (cert_is_authority(cert))
        return refuse(error, "it is one of an authority");
    if (strength_of_key(cert_key_kind(cert), cert_key_bits(cert), &policy) ==
        STRENGTH_BELOW_FLOOR)
        return refuse(error, "its key is too weak");
    if (cert_missing_usage(cert) != NULL && !cert_may_encrypt_mail(cert))
        return refuse(error, "it is not made for mail");
    return TRUE;
}

/* The first is the person's; the rest, without roots, its chain. */
static GBytes *
chain_pem(const GPtrArray *certs)
{
    GString *out = g_string_new(NULL);
    for (guint i = 1; i < MIN(certs->len, 8U); i++) {
        const Cert *cert = g_ptr_array_index(certs, i);
        if (strcmp(cert_subject(cert), cert_issuer(cert)) != 0)
            cert_append_pem(out, cert);
    }
    return g_string_free_to_bytes(out);
}

static gboolean
keep(const Office *office, const Account *account, const GPtrArray *certs,
     GError **error)
{
    const Cert *cert = g_ptr_array_index(certs, 0);
    const char *kid = cert_fingerprint(cert);
    g_autoptr(GBytes) chain = chain_pem(certs);
    return own_cert_save(office->db, account->id, kid, cert_der(cert), chain,
                         office->now, error) &&
           office_note(office, account, NULL, "certificate-upload", NULL, kid,
                       error) &&
           notice_add(office->db, account->id, "certificate-issued", NULL,
                      office->actor, office->now, error);
}

gboolean
certify_upload(const Office *office, GBytes *file, char **address,
               GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return FALSE;
    g_autoptr(GPtrArray) certs = cert_parse_file(file, NULL);
    if (certs == NULL || certs->len == 0)
        return refuse(error, "the file holds none");
    const Cert *cert = g_ptr_array_index(certs, 0);
    if (!check(office, cert, error))
        return FALSE;
    g_autoptr(Account) account = holder_of(office, cert, error);
    if (account == NULL || !db_begin(office->db, error))
        return FALSE;
    if (keep(office, account, certs, error) && db_commit(office->db, error)) {
        *address = g_strdup(account->address);
        return TRUE;
    }
    db_rollback(office->db);
    return FALSE;
}
