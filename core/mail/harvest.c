#include "core/mail/harvest.h"

#include <string.h>

#include "core/base/log.h"
#include "core/mail/addressee_judge.h"
#include "core/mail/contacts.h"
#include "core/mail/contacts_keep.h"
#include "core/mail/contacts_words.h"
#include "core/mime/headers.h"

/* What a message brings for the address in its From. */
typedef struct {
    const World *world;
    const Judgement *judgement;
    const char *address;
    char *match;
    const Cert *cert; /* borrowed from the judgement */
    GPtrArray *path;
} Harvest;

static void
harvest_clear(Harvest *harvest)
{
    g_clear_pointer(&harvest->match, g_free);
    g_clear_pointer(&harvest->path, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Harvest, harvest_clear)

/* SEC-63: the whole message verified, not just a signature in it. */
static gboolean
is_verified(const Judgement *judgement)
{
    return (strcmp(judgement->state, "verified") == 0 ||
            strcmp(judgement->state, "confidential") == 0) &&
           strcmp(judgement->signature, "verified") == 0 &&
           judgement->signer != NULL && judgement->from != NULL;
}

static gboolean
is_own(const World *world, const char *match)
{
    g_autofree char *own = cert_address_key(world->account->address);
    return g_strcmp0(own, match) == 0;
}

/* Takes cert if it can be encrypted to now. */
static gboolean
try_cert(Harvest *harvest, const Cert *cert)
{
    g_autoptr(GPtrArray) path = NULL;
    if (addressee_problem(harvest->world, cert, harvest->judgement->certs,
                          harvest->address, &path) != NULL)
        return FALSE;
    g_clear_pointer(&harvest->path, g_ptr_array_unref);
    harvest->path = g_steal_pointer(&path);
    harvest->cert = cert;
    return TRUE;
}

/*
 * The signer's own, or, where that one may only sign, the newest that came
 * along for the same address from the same issuer (RFC 8551 §2.5.3).
 */
static gboolean
find_cert(Harvest *harvest)
{
    const Cert *signer = harvest->judgement->signer;
    GPtrArray *certs = harvest->judgement->certs;
    if (cert_may_encrypt_mail(signer))
        return try_cert(harvest, signer);
    for (guint i = 0; certs != NULL && i < certs->len; i++) {
        const Cert *cert = g_ptr_array_index(certs, i);
        if (cert_may_encrypt_mail(cert) && cert_same_issuer(cert, signer) &&
            (harvest->cert == NULL ||
             cert_not_before(cert) > cert_not_before(harvest->cert)))
            try_cert(harvest, cert);
    }
    return harvest->cert != NULL;
}

/* The name that was vouched for; the header's is anybody's (SEC-43). */
static char *
contact_name(const Harvest *harvest)
{
    const char *name = cert_name(harvest->cert);
    if (strcmp(name, cert_subject(harvest->cert)) == 0)
        return NULL;
    return display_name_clean(name);
}

/* Z15. */
static Contact *
create(const Harvest *harvest, GError **error)
{
    const World *world = harvest->world;
    g_autoptr(Contact) contact = g_new0(Contact, 1);
    g_auto(GStrv) words = NULL;
    g_autofree char *name = contact_name(harvest);
    contact->book = g_strdup(book_name(BOOK_EMAILED));
    if (!contact_describe(contact, name, harvest->address, &words, error))
        return NULL;
    contact->id =
        contact_create(world->db, world->account->id, contact,
                       (const char *const *)words, world->now, error);
    return contact->id != 0 ? g_steal_pointer(&contact) : NULL;
}

/* The newest certificate that the contact's identity has. */
static const Candidate *
newest_accepted(const ContactChoice *choice)
{
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *one = g_ptr_array_index(choice->candidates, i);
        if (one->row->standing == STANDING_ACCEPTED)
            return one;
    }
    return NULL;
}

/* DESIGN §4: a renewal is of the same issuer, and begins later. */
static const char *
decide(const Harvest *harvest, const Contact *contact,
       const ContactChoice *choice, Standing *standing)
{
    const Candidate *newest = newest_accepted(choice);
    *standing = STANDING_ACCEPTED;
    if (newest == NULL && contact->pinned == NULL)
        return "added";
    gboolean same =
        newest != NULL && cert_same_issuer(newest->cert, harvest->cert);
    gboolean later = newest != NULL && cert_not_before(harvest->cert) >
                                           cert_not_before(newest->cert);
    if (same && later && contact->pinned == NULL)
        return "renewed";
    /* An older one of the same person, out of old mail. */
    *standing = STANDING_KEPT;
    if (same && !later && choice->used != NULL)
        return "known";
    *standing = STANDING_OFFERED;
    return "offered";
}

static const char *
outcome_of_known(const ContactCert *known)
{
    switch (known->standing) {
    case STANDING_ACCEPTED:
    case STANDING_KEPT:
        return "known";
    case STANDING_OFFERED:
        return "offered";
    case STANDING_DECLINED:
        return NULL;
    }
    g_assert_not_reached();
}

/* The newest word on what the sender's program reads counts. */
static gboolean
has_news(const Harvest *harvest, const ContactCert *known)
{
    const Judgement *judgement = harvest->judgement;
    return judgement->capabilities != NULL &&
           judgement->signing_time > known->capabilities_at &&
           (known->capabilities == NULL ||
            !g_bytes_equal(judgement->capabilities, known->capabilities));
}

static gboolean
update(const Harvest *harvest, const Contact *contact,
       const ContactCert *known, GError **error)
{
    const Judgement *judgement = harvest->judgement;
    return !has_news(harvest, known) ||
           contact_cert_set_capabilities(harvest->world->db, contact->id,
                                         known->kid, judgement->capabilities,
                                         judgement->signing_time, error);
}

static gboolean
keep(const Harvest *harvest, const Contact *contact, Standing standing,
     GError **error)
{
    const Judgement *judgement = harvest->judgement;
    const Keeping keeping = {
        .cert = harvest->cert,
        .chain = judgement->certs,
        .path = harvest->path,
        .standing = standing,
        .source = "harvest",
        .capabilities = judgement->capabilities,
        .capabilities_at = judgement->signing_time,
    };
    return contacts_keep(harvest->world, contact, &keeping, error);
}

/* Inside a transaction: two readers of one message are one after the other.
 */
static gboolean
store(const Harvest *harvest, const char **outcome, gint64 *id,
      GError **error)
{
    const World *world = harvest->world;
    g_autoptr(GError) problem = NULL;
    g_autoptr(Contact) contact =
        contact_find(world->db, world->account->id, harvest->match, &problem);
    if (contact == NULL && problem == NULL)
        contact = create(harvest, &problem);
    g_autoptr(ContactChoice) choice =
        problem == NULL ? contact_choice_make(world, contact, &problem)
                        : NULL;
    if (choice == NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    *id = contact->id;
    const Candidate *known =
        contact_choice_find(choice, cert_fingerprint(harvest->cert));
    if (known != NULL) {
        *outcome = outcome_of_known(known->row);
        return update(harvest, contact, known->row, error);
    }
    Standing standing;
    *outcome = decide(harvest, contact, choice, &standing);
    return keep(harvest, contact, standing, error);
}

/* Most mail is of people who wrote before: that needs no lock. FALSE, without
 * an error that matters, when there is something to write. */
static gboolean
look_up(const Harvest *harvest, const char **outcome, gint64 *id)
{
    const World *world = harvest->world;
    g_autoptr(Contact) contact =
        contact_find(world->db, world->account->id, harvest->match, NULL);
    g_autoptr(ContactCert) known =
        contact != NULL
            ? contact_cert_find(world->db, contact->id,
                                cert_fingerprint(harvest->cert), NULL)
            : NULL;
    if (known == NULL || has_news(harvest, known))
        return FALSE;
    *id = contact->id;
    *outcome = outcome_of_known(known);
    return TRUE;
}

static const char *
store_at_once(const Harvest *harvest, gint64 *id, GError **error)
{
    const char *outcome = NULL;
    Db *db = harvest->world->db;
    if (look_up(harvest, &outcome, id))
        return outcome;
    if (!db_begin(db, error))
        return NULL;
    if (!store(harvest, &outcome, id, error) || !db_commit(db, error)) {
        db_rollback(db);
        return NULL;
    }
    return outcome;
}

const char *
harvest_message(const World *world, const Judgement *judgement, char **kid,
                gint64 *contact, GError **error)
{
    *kid = NULL;
    *contact = 0;
    if (!account_is_secure(world->account) || !is_verified(judgement))
        return NULL;
    g_auto(Harvest) harvest = {
        .world = world,
        .judgement = judgement,
        .address = judgement->from,
        .match = cert_address_key(judgement->from),
    };
    if (harvest.match == NULL || is_own(world, harvest.match) ||
        !find_cert(&harvest))
        return NULL;

    const char *outcome = store_at_once(&harvest, contact, error);
    if (outcome == NULL)
        return NULL;
    const char *fingerprint = cert_fingerprint(harvest.cert);
    *kid = g_strdup(fingerprint);
    if (strcmp(outcome, "known") != 0)
        log_event("certificate-harvest", "account", world->account->login,
                  "outcome", outcome, "kid", fingerprint, NULL);
    return outcome;
}
