#include "core/mail/addressee.h"

#include "core/cms/capabilities.h"
#include "core/mail/addressee_judge.h"
#include "core/mail/contacts_choice.h"
#include "core/mail/signer.h"
#include "core/store/disabled_key.h"
#include "core/store/own_cert.h"

void
addressee_free(Addressee *addressee)
{
    if (addressee == NULL)
        return;
    g_free(addressee->address);
    g_free(addressee->name);
    g_free(addressee->kid);
    cert_unref(addressee->cert);
    g_free(addressee);
}

static Addressee *
addressee_new(const char *address, const char *problem)
{
    Addressee *addressee = g_new0(Addressee, 1);
    addressee->address = g_strdup(address);
    addressee->problem = problem;
    return addressee;
}

static void
read_capabilities(Addressee *addressee, GBytes *bytes)
{
    if (bytes == NULL)
        return;
    Capabilities capabilities = capabilities_read(span_of(bytes));
    addressee->gcm = capabilities.aes256_gcm;
    addressee->oaep = capabilities.oaep;
}

static Addressee *
of_contact(const World *world, const char *address, const Contact *contact,
           GError **error)
{
    g_autoptr(ContactChoice) choice =
        contact_choice_make(world, contact, error);
    if (choice == NULL)
        return NULL;

    gint64 stolen = 0;
    if (!given_key_to_tell(world->db, world->account->id, contact->match,
                           &stolen, error))
        return NULL;
    Addressee *addressee = addressee_new(address, choice->problem);
    addressee->to_tell = stolen;
    if (*contact->name != '\0')
        addressee->name = g_strdup(contact->name);
    if (choice->best != NULL) {
        addressee->not_after = cert_not_after(choice->best->cert);
        addressee->kid = g_strdup(choice->best->row->kid);
    }
    if (choice->used == NULL)
        return addressee;
    addressee->cert = cert_ref(choice->used->cert);
    read_capabilities(addressee, choice->used->row->capabilities);
    return addressee;
}

typedef struct {
    Cert *cert;
    const char *problem;
} Own;

/* What ended tells a person more than what never was for this. */
static guint
rank_of(const char *problem)
{
    static const char *const passing[] = {"expired", "not-yet-valid", NULL};
    if (problem == NULL)
        return 0;
    return g_strv_contains(passing, problem) ? 1 : 2;
}

static gboolean
own_is_better(const Own *own, const Own *than)
{
    if (than->cert == NULL)
        return TRUE;
    if (rank_of(own->problem) != rank_of(than->problem))
        return rank_of(own->problem) < rank_of(than->problem);
    return cert_not_before(own->cert) > cert_not_before(than->cert);
}

/* A thief could read what is encrypted to a stolen key; one of which that
 * cannot be asked is not used either. */
static const char *
own_problem(const World *world, const Cert *cert, GPtrArray *chain)
{
    gboolean stolen = TRUE;
    return signer_is_stolen(world, cert, &stolen, NULL) && !stolen
               ? addressee_own_problem(world, cert, chain)
               : "revoked";
}

/* The newest of the account's own that is good, else the newest; its cert is
 * the caller's. */
static Own
choose_own(const World *world, GPtrArray *rows)
{
    Own best = {NULL, "no-certificate"};
    for (guint i = 0; i < rows->len; i++) {
        const OwnCert *row = g_ptr_array_index(rows, i);
        Own own = {cert_parse(row->der, NULL), NULL};
        if (own.cert == NULL)
            continue;
        g_autoptr(GPtrArray) chain = cert_chain_read(row->chain);
        own.problem = own_problem(world, own.cert, chain);
        if (own_is_better(&own, &best)) {
            cert_unref(best.cert);
            best = own;
        } else {
            cert_unref(own.cert);
        }
    }
    return best;
}

/* What is encrypted to oneself is read here: all that is written is. */
static Addressee *
of_account(const World *world, const char *address, GError **error)
{
    g_autoptr(GPtrArray) rows =
        own_cert_list(world->db, world->account->id, error);
    if (rows == NULL)
        return NULL;
    Own own = choose_own(world, rows);
    g_autoptr(Cert) cert = own.cert;
    Addressee *addressee = addressee_new(address, own.problem);
    addressee->name = g_strdup(world->account->name);
    addressee->gcm = addressee->oaep = TRUE;
    if (cert != NULL)
        addressee->not_after = cert_not_after(cert);
    if (own.problem == NULL)
        addressee->cert = g_steal_pointer(&cert);
    return addressee;
}

static gboolean
is_own(const World *world, const char *key)
{
    g_autofree char *own = cert_address_key(world->account->address);
    return g_strcmp0(own, key) == 0;
}

Addressee *
addressee_find(const World *world, const char *address, GError **error)
{
    g_autofree char *key = cert_address_key(address);
    if (key == NULL)
        return addressee_new(address, "no-certificate");
    if (is_own(world, key))
        return of_account(world, address, error);

    g_autoptr(GError) problem = NULL;
    g_autoptr(Contact) contact =
        contact_find(world->db, world->account->id, key, &problem);
    if (problem != NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    return contact != NULL ? of_contact(world, address, contact, error)
                           : addressee_new(address, "no-certificate");
}

GPtrArray *
addressees_find(const World *world, const char *const *addresses,
                GError **error)
{
    g_autoptr(GPtrArray) found =
        g_ptr_array_new_with_free_func((GDestroyNotify)addressee_free);
    for (; *addresses != NULL; addresses++) {
        Addressee *addressee = addressee_find(world, *addresses, error);
        if (addressee == NULL)
            return NULL;
        g_ptr_array_add(found, addressee);
    }
    return g_steal_pointer(&found);
}

GPtrArray *
addressee_self(const World *world, GError **error)
{
    Addressee *self = of_account(world, world->account->address, error);
    if (self == NULL)
        return NULL;
    GPtrArray *found =
        g_ptr_array_new_with_free_func((GDestroyNotify)addressee_free);
    g_ptr_array_add(found, self);
    return found;
}
