#include "core/mail/contacts_keep.h"

#include <string.h>

#include "core/mail/addressee_judge.h"
#include "core/pki/cert_export.h"

#define CHAIN_MAX 4
#define CHAIN_MAX_BYTES 32768
#define CAPABILITIES_MAX_BYTES 4096

/* The issuer of cert among certs by name; no root, and not cert itself. */
static const Cert *
issuer_among(GPtrArray *certs, const Cert *cert)
{
    for (guint i = 0; i < certs->len; i++) {
        const Cert *one = g_ptr_array_index(certs, i);
        if (cert_is_authority(one) && cert_names_issuer(cert, one) &&
            !cert_names_issuer(one, one))
            return one;
    }
    return NULL;
}

/* What is needed besides the administrator's files: the way to the anchor
 * where there is one, else what the names lead to. */
static GBytes *
chain_pem(const Keeping *keeping)
{
    GString *out = g_string_new(NULL);
    if (keeping->path != NULL) {
        for (guint i = 1; i + 1 < keeping->path->len; i++)
            cert_append_pem(out, g_ptr_array_index(keeping->path, i));
    } else {
        const Cert *at = keeping->cert;
        for (guint i = 0; i < CHAIN_MAX; i++) {
            at = issuer_among(keeping->chain, at);
            if (at == NULL)
                break;
            cert_append_pem(out, at);
        }
    }
    if (out->len > CHAIN_MAX_BYTES)
        g_string_truncate(out, 0);
    return g_string_free_to_bytes(out);
}

/* Accepted ones and newer ones are worth more; the pinned one and the new one
 * are not to be had. */
static gboolean
is_more_dispensable(const Candidate *one, const Candidate *than)
{
    gboolean accepted = one->row->standing == STANDING_ACCEPTED;
    if (than == NULL)
        return TRUE;
    if (accepted != (than->row->standing == STANDING_ACCEPTED))
        return !accepted;
    return cert_not_before(one->cert) <= cert_not_before(than->cert);
}

static gboolean
make_room(const World *world, const Contact *contact, const char *kid,
          GError **error)
{
    g_autoptr(GPtrArray) rows =
        contact_cert_list(world->db, contact->id, error);
    if (rows == NULL || rows->len <= CONTACT_CERTS_MAX)
        return rows != NULL;
    g_autoptr(ContactChoice) choice =
        contact_choice_of(world, contact, g_steal_pointer(&rows));
    const Candidate *victim = NULL;
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *one = g_ptr_array_index(choice->candidates, i);
        if (one != choice->used && strcmp(one->row->kid, kid) != 0 &&
            g_strcmp0(one->row->kid, contact->pinned) != 0 &&
            is_more_dispensable(one, victim))
            victim = one;
    }
    return victim == NULL || contact_cert_delete(world->db, contact->id,
                                                 victim->row->kid, error);
}

gboolean
contacts_keep(const World *world, const Contact *contact,
              const Keeping *keeping, GError **error)
{
    g_autoptr(GBytes) chain = chain_pem(keeping);
    GBytes *capabilities = keeping->capabilities;
    if (capabilities != NULL &&
        g_bytes_get_size(capabilities) > CAPABILITIES_MAX_BYTES)
        capabilities = NULL;
    const char *kid = cert_fingerprint(keeping->cert);
    const ContactCert row = {
        .kid = (char *)(guintptr)kid,
        .der = cert_der(keeping->cert),
        .chain = chain,
        .capabilities = capabilities,
        .capabilities_at = keeping->capabilities_at,
        .standing = keeping->standing,
        .source = (char *)(guintptr)keeping->source,
    };
    return contact_cert_save(world->db, contact->id, &row, world->now,
                             error) &&
           make_room(world, contact, kid, error);
}

static gboolean
set_standing(const World *world, const Contact *contact, const char *kid,
             Standing standing, GError **error)
{
    return contact_cert_set_standing(world->db, contact->id, kid, standing,
                                     error);
}

gboolean
contacts_adopt(const World *world, const Contact *contact, const Cert *cert,
               GError **error)
{
    g_autoptr(ContactChoice) choice =
        contact_choice_make(world, contact, error);
    if (choice == NULL)
        return FALSE;
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *one = g_ptr_array_index(choice->candidates, i);
        Standing standing = one->row->standing;
        if (cert_same_issuer(one->cert, cert))
            standing = STANDING_ACCEPTED;
        else if (standing == STANDING_ACCEPTED)
            standing = STANDING_KEPT;
        if (standing != one->row->standing &&
            !set_standing(world, contact, one->row->kid, standing, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
contacts_drop_others(const World *world, const Contact *contact,
                     const char *pinned, GError **error)
{
    g_autoptr(ContactChoice) choice =
        contact_choice_make(world, contact, error);
    if (choice == NULL)
        return FALSE;
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *one = g_ptr_array_index(choice->candidates, i);
        const char *kid = one->row->kid;
        if (cert_has_address(one->cert, contact->address))
            continue;
        if (!contact_cert_delete(world->db, contact->id, kid, error) ||
            (g_strcmp0(kid, pinned) == 0 &&
             !contact_pin(world->db, world->account->id, contact->id, NULL,
                          error)))
            return FALSE;
    }
    return TRUE;
}
