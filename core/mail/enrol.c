#include "core/mail/enrol.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/mail/addressee_judge.h"
#include "core/mail/signer.h"
#include "core/pki/cert_export.h"
#include "core/pki/signing.h"
#include "core/store/issued.h"
#include "core/store/own_cert.h"
#include "core/store/policy.h"

#define CHAIN_MAX 8

static gboolean
check_floor(const World *world, const Cert *cert, GError **error)
{
    g_autoptr(Policy) policy =
        policy_effective(world->db, world->account, error);
    if (policy == NULL)
        return FALSE;
    guint floor = 0;
    switch (cert_key_kind(cert)) {
    case KEY_RSA:
    case KEY_RSA_PSS:
    case KEY_DSA:
        floor = policy_bits(world->config->floor_rsa_bits,
                            policy->floor_rsa_bits);
        break;
    case KEY_EC:
        floor =
            policy_bits(world->config->floor_ec_bits, policy->floor_ec_bits);
        break;
    case KEY_ED25519:
    case KEY_X25519:
    case KEY_OTHER:
        break;
    }
    if (cert_key_bits(cert) >= floor)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                "certificate: a key of %u bits is below the limit of %u",
                cert_key_bits(cert), floor);
    return FALSE;
}

/* The chain as PEM, without roots: who trusts one has it already. */
static GBytes *
chain_pem(GPtrArray *chain, GError **error)
{
    if (chain->len > CHAIN_MAX) {
        g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                    "certificate: a chain of more than %d", CHAIN_MAX);
        return NULL;
    }
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < chain->len; i++) {
        g_autoptr(Cert) cert = cert_parse(g_ptr_array_index(chain, i), error);
        if (cert == NULL) {
            g_prefix_error(error, "chain: ");
            g_string_free(out, TRUE);
            return NULL;
        }
        if (strcmp(cert_subject(cert), cert_issuer(cert)) != 0)
            cert_append_pem(out, cert);
    }
    return g_string_free_to_bytes(out);
}

static void
set_problems(Json *json, char **problems)
{
    Json *list = json_array_new();
    for (char **p = problems; *p != NULL; p++)
        json_append_text(list, *p);
    json_set(json, "problems", list);
    json_set_bool(json, "can_sign", signing_refusal(problems) == NULL);
}

char *
enrol_certificate(const World *world, GBytes *certificate, GPtrArray *chain,
                  GError **error)
{
    if (!account_need_secure(world->account, error))
        return NULL;
    g_autoptr(Cert) cert = cert_parse(certificate, error);
    if (cert == NULL || !check_floor(world, cert, error))
        return NULL;
    g_autoptr(GBytes) pem = chain_pem(chain, error);
    if (pem == NULL)
        return NULL;

    g_autoptr(GPtrArray) kept = cert_chain_read(pem);
    g_auto(GStrv) problems = signer_problems(world, cert, kept, error);
    if (problems == NULL)
        return NULL;

    const char *kid = cert_fingerprint(cert);
    if (!own_cert_save(world->db, world->account->id, kid, cert_der(cert),
                       pem, world->now, error))
        return NULL;
    log_event("certificate-enrolled", "account", world->account->login, "kid",
              kid, NULL);

    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "kid", kid);
    set_problems(json, problems);
    return json_write(json);
}

/* One of the account's own, read and judged. */
typedef struct {
    const OwnCert *row;
    Cert *cert;
    char **problems;
} Held;

static void
held_free(gpointer data)
{
    Held *held = data;
    cert_unref(held->cert);
    g_strfreev(held->problems);
    g_free(held);
}

/* rows must outlive what is returned. */
static GPtrArray *
read_all(const World *world, const GPtrArray *rows, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(held_free);
    for (guint i = 0; i < rows->len; i++) {
        Held *held = g_new0(Held, 1);
        g_ptr_array_add(all, held);
        held->row = g_ptr_array_index(rows, i);
        held->cert = cert_parse(held->row->der, error);
        if (held->cert == NULL)
            return NULL;
        g_autoptr(GPtrArray) chain = cert_chain_read(held->row->chain);
        held->problems = signer_problems(world, held->cert, chain, error);
        if (held->problems == NULL)
            return NULL;
    }
    return g_steal_pointer(&all);
}

/* From the same issuer, for the same address, later, and good for all that
 * this one does. */
static gboolean
renews(const Cert *next, const Cert *cert)
{
    const char *const *addresses = cert_addresses(cert);
    return cert_same_issuer(next, cert) &&
           cert_not_before(next) > cert_not_before(cert) &&
           cert_not_after(next) > cert_not_after(cert) &&
           addresses[0] != NULL && cert_has_address(next, addresses[0]) &&
           cert_may_sign_mail(next) >= cert_may_sign_mail(cert) &&
           cert_may_encrypt_mail(next) >= cert_may_encrypt_mail(cert);
}

static gboolean
is_renewed(const Held *held, const GPtrArray *all)
{
    for (guint i = 0; i < all->len; i++) {
        const Held *next = g_ptr_array_index(all, i);
        if (next->problems[0] == NULL && renews(next->cert, held->cert))
            return TRUE;
    }
    return FALSE;
}

/* What it is made for; a key for both is one that is lost for both. */
static Json *
uses_json(const Cert *cert)
{
    Json *list = json_array_new();
    if (cert_may_sign_mail(cert))
        json_append_text(list, "sign");
    if (cert_may_encrypt_mail(cert))
        json_append_text(list, "encrypt");
    return list;
}

static Json *
describe(const World *world, const Held *held, const GPtrArray *all)
{
    const Cert *cert = held->cert;
    const char *kid = held->row->kid;
    g_autoptr(Issued) issued = issued_find(world->db, kid, NULL);
    Json *addresses = json_array_new();
    for (const char *const *p = cert_addresses(cert); *p != NULL; p++)
        json_append_text(addresses, *p);

    Json *json = json_object_new();
    json_set_text(json, "kid", kid);
    json_set_text(json, "name", cert_name(cert));
    json_set_text(json, "issuer", cert_issuer_name(cert));
    json_set(json, "addresses", addresses);
    json_set_time(json, "not_before", cert_not_before(cert));
    json_set_time(json, "not_after", cert_not_after(cert));
    json_set_text(json, "algorithm", cert_algorithm(cert));
    json_set(json, "uses", uses_json(cert));
    json_set_bool(json, "local", issued != NULL);
    json_set_bool(json, "renewed", is_renewed(held, all));
    set_problems(json, held->problems);
    return json;
}

gboolean
enrol_end(const World *world, gint64 *end, GError **error)
{
    g_autoptr(GPtrArray) rows =
        own_cert_list(world->db, world->account->id, error);
    /* Asked for every list of mail: no path to an anchor is looked for. */
    World plain = *world;
    plain.trust = NULL;
    g_autoptr(GPtrArray) all =
        rows != NULL ? read_all(&plain, rows, error) : NULL;
    if (all == NULL)
        return FALSE;
    *end = 0;
    for (guint i = 0; i < all->len; i++) {
        const Held *held = g_ptr_array_index(all, i);
        if (held->problems[0] == NULL)
            *end = MAX(*end, cert_not_after(held->cert));
    }
    return TRUE;
}

char *
enrol_list(const World *world, GError **error)
{
    g_autoptr(GPtrArray) rows =
        own_cert_list(world->db, world->account->id, error);
    g_autoptr(GPtrArray) all =
        rows != NULL ? read_all(world, rows, error) : NULL;
    if (all == NULL)
        return NULL;

    g_autoptr(Json) json = json_object_new();
    Json *list = json_array_new();
    json_set(json, "certificates", list);
    for (guint i = 0; i < all->len; i++)
        json_append(list, describe(world, g_ptr_array_index(all, i), all));
    return json_write(json);
}

gboolean
enrol_remove(const World *world, const char *kid, GError **error)
{
    return own_cert_delete(world->db, world->account->id, kid, error);
}

GBytes *
enrol_export(const World *world, const char *kid, const char *format,
             const char *password, char **name, GError **error)
{
    CertFormat wanted;
    if (!cert_format_from_name(format, &wanted, error))
        return NULL;
    g_autoptr(OwnCert) own =
        own_cert_get(world->db, world->account->id, kid, error);
    g_autoptr(Cert) cert = own != NULL ? cert_parse(own->der, error) : NULL;
    if (cert == NULL)
        return NULL;
    g_autoptr(GPtrArray) chain = cert_chain_read(own->chain);
    GBytes *bytes = cert_export(cert, chain, wanted, password, error);
    if (bytes != NULL)
        *name = addressee_file_name(world->account->address,
                                    cert_format_name(wanted));
    return bytes;
}
