/* Certificates that a person brings: from a file, or from an attachment. */
#include "core/mail/contacts_certificate.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/mail/addressee_judge.h"
#include "core/mail/contacts_file.h"
#include "core/mail/contacts_keep.h"
#include "core/mail/contacts_words.h"
#include "core/mime/headers.h"
#include "core/pki/strength.h"

/* One upload on its way: the certificates of the file, and of these the one
 * of the person. */
typedef struct {
    const World *world;
    GPtrArray *certs;
    const char *address;
    const Cert *cert; /* of certs */
    const char *problem;
    GPtrArray *path;
    const char *source;
    Upload *out;
} Bringing;

static void
bringing_clear(Bringing *bringing)
{
    g_clear_pointer(&bringing->certs, g_ptr_array_unref);
    g_clear_pointer(&bringing->path, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bringing, bringing_clear)

void
upload_clear(Upload *upload)
{
    g_clear_pointer(&upload->kid, g_free);
    g_clear_pointer(&upload->named, g_free);
}

static gboolean
refuse(Upload *out, const char *why, GError **error)
{
    out->refused = why;
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                "contact: certificate refused: %s", why);
    return FALSE;
}

static gboolean
read_file(Bringing *bringing, GBytes *file, GError **error)
{
    g_autoptr(GError) problem = NULL;
    bringing->certs = contacts_file_read(file, &problem);
    if (bringing->certs != NULL)
        return TRUE;
    if (app_error_code(problem) == APP_ERROR_CERTIFICATE)
        return refuse(bringing->out, "unreadable", error);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

/* The nth certificate of somebody, not of an authority; NULL at the end. */
static const Cert *
person(const Bringing *bringing, guint n)
{
    for (guint i = 0; i < bringing->certs->len; i++) {
        const Cert *cert = g_ptr_array_index(bringing->certs, i);
        if (!cert_is_authority(cert) && cert_addresses(cert)[0] != NULL &&
            n-- == 0)
            return cert;
    }
    return NULL;
}

/* A good one before others, then the newest: a file may hold a certificate
 * for signing and one for encrypting. */
static void
consider(Bringing *bringing, const Cert *cert)
{
    g_autoptr(GPtrArray) path = NULL;
    const char *problem = addressee_problem(
        bringing->world, cert, bringing->certs, bringing->address, &path);
    if (bringing->cert != NULL) {
        gboolean good = problem == NULL;
        if (good != (bringing->problem == NULL)
                ? !good
                : cert_not_before(cert) <= cert_not_before(bringing->cert))
            return;
    }
    bringing->cert = cert;
    bringing->problem = problem;
    g_clear_pointer(&bringing->path, g_ptr_array_unref);
    bringing->path = g_steal_pointer(&path);
}

/* Z26: what does not name the address is not taken, whoever says so. */
static gboolean
find_cert(Bringing *bringing, GError **error)
{
    const Cert *cert;
    for (guint n = 0; (cert = person(bringing, n)) != NULL; n++) {
        if (cert_has_address(cert, bringing->address))
            consider(bringing, cert);
    }
    if (bringing->cert != NULL)
        return TRUE;
    const Cert *other = person(bringing, 0);
    if (other == NULL)
        return refuse(bringing->out, "no-certificate", error);
    bringing->out->named = g_strdup(cert_addresses(other)[0]);
    return refuse(bringing->out, "address-mismatch", error);
}

/* No time mends these. */
static gboolean
check(const Bringing *bringing, GError **error)
{
    static const char *const lasting[] = {"wrong-usage", "revoked", "expired",
                                          NULL};
    const char *problem = bringing->problem;
    if (problem == NULL)
        return TRUE;
    if (g_strv_contains(lasting, problem))
        return refuse(bringing->out, problem, error);
    if (strength_of_cert(bringing->cert,
                         trust_policy(bringing->world->trust)) ==
        STRENGTH_BELOW_FLOOR)
        return refuse(bringing->out, "weak", error);
    return TRUE;
}

/* *contact: one that has an address of cert, or NULL. */
static gboolean
find_contact(const World *world, const Cert *cert, Contact **contact,
             GError **error)
{
    g_autoptr(GError) problem = NULL;
    const char *const *addresses = cert_addresses(cert);
    *contact = NULL;
    for (; *addresses != NULL && *contact == NULL && problem == NULL;
         addresses++) {
        g_autofree char *match = cert_address_key(*addresses);
        if (match != NULL)
            *contact =
                contact_find(world->db, world->account->id, match, &problem);
    }
    if (problem == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

static Contact *
create(const World *world, const Cert *cert, GError **error)
{
    g_autoptr(Contact) contact = g_new0(Contact, 1);
    g_auto(GStrv) words = NULL;
    g_autofree char *name = display_name_clean(cert_name(cert));
    contact->book = g_strdup(book_name(BOOK_EMAILED));
    if (!contact_describe(contact, name, cert_addresses(cert)[0], &words,
                          error))
        return NULL;
    contact->id =
        contact_create(world->db, world->account->id, contact,
                       (const char *const *)words, world->now, error);
    return contact->id != 0 ? g_steal_pointer(&contact) : NULL;
}

/* Of a file with several people's nobody can say whose is meant. */
static Contact *
whoever_is_named(Bringing *bringing, GError **error)
{
    const Cert *first = person(bringing, 0), *other;
    if (first == NULL) {
        refuse(bringing->out, "no-certificate", error);
        return NULL;
    }
    for (guint n = 1; (other = person(bringing, n)) != NULL; n++) {
        if (!cert_has_address(other, cert_addresses(first)[0])) {
            refuse(bringing->out, "several-people", error);
            return NULL;
        }
    }
    Contact *contact = NULL;
    if (!find_contact(bringing->world, first, &contact, error))
        return NULL;
    return contact != NULL ? contact : create(bringing->world, first, error);
}

static gboolean
is_of_identity(const ContactChoice *choice, const Cert *cert)
{
    gboolean any = FALSE;
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *one = g_ptr_array_index(choice->candidates, i);
        if (one->row->standing != STANDING_ACCEPTED)
            continue;
        any = TRUE;
        if (cert_same_issuer(one->cert, cert))
            return TRUE;
    }
    return !any;
}

/* Bringing one is accepting it, unless the contact is pinned, or would lose
 * what can be used for what cannot. */
static gboolean
store(const Bringing *bringing, const Contact *contact, GError **error)
{
    const World *world = bringing->world;
    g_autoptr(ContactChoice) choice =
        contact_choice_make(world, contact, error);
    if (choice == NULL)
        return FALSE;
    const char *kid = cert_fingerprint(bringing->cert);
    bringing->out->outcome =
        contact_choice_find(choice, kid) != NULL ? "known" : "added";
    gboolean pinned =
        contact->pinned != NULL && strcmp(contact->pinned, kid) != 0;
    gboolean accepted = !pinned && (bringing->problem == NULL ||
                                    is_of_identity(choice, bringing->cert));
    const Keeping keeping = {
        .cert = bringing->cert,
        .chain = bringing->certs,
        .path = bringing->path,
        .standing = accepted ? STANDING_ACCEPTED : STANDING_OFFERED,
        .source = bringing->source,
    };
    return contacts_keep(world, contact, &keeping, error) &&
           (!accepted ||
            contacts_adopt(world, contact, bringing->cert, error));
}

static gboolean
bring(Bringing *bringing, gint64 id, GError **error)
{
    const World *world = bringing->world;
    g_autoptr(Contact) contact =
        id != 0 ? contact_get(world->db, world->account->id, id, error)
                : whoever_is_named(bringing, error);
    if (contact == NULL)
        return FALSE;
    bringing->address = contact->address;
    if (!find_cert(bringing, error) || !check(bringing, error) ||
        !store(bringing, contact, error))
        return FALSE;
    bringing->out->contact = contact->id;
    bringing->out->kid = g_strdup(cert_fingerprint(bringing->cert));
    return TRUE;
}

gboolean
contacts_upload(const World *world, gint64 contact, GBytes *file,
                UploadSource source, Upload *upload, GError **error)
{
    static const char *const sources[] = {
        [UPLOAD_FILE] = "file",
        [UPLOAD_ATTACHMENT] = "attachment",
    };
    *upload = (Upload){0};
    g_auto(Bringing) bringing = {
        .world = world,
        .source = sources[source],
        .out = upload,
    };
    if (!read_file(&bringing, file, error) || !db_begin(world->db, error))
        return FALSE;
    if (!bring(&bringing, contact, error) || !db_commit(world->db, error)) {
        db_rollback(world->db);
        return FALSE;
    }
    log_event("certificate-upload", "account", world->account->login,
              "outcome", upload->outcome, "kid", upload->kid, NULL);
    return TRUE;
}
