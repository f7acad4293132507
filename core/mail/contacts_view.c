/* A contact as it is shown, with every certificate kept of it. */
#include "core/mail/contacts.h"

#include "core/mail/contacts_choice.h"

static void
certificate_free(gpointer data)
{
    ContactCertificate *certificate = data;
    g_free(certificate->kid);
    g_free(certificate->name);
    g_free(certificate->issuer);
    g_free(certificate->serial);
    g_free(certificate->algorithm);
    g_strfreev(certificate->addresses);
    g_free(certificate->source);
    g_free(certificate);
}

void
contact_view_free(ContactView *view)
{
    if (view == NULL)
        return;
    contact_free(view->contact);
    g_clear_pointer(&view->certificates, g_ptr_array_unref);
    g_free(view);
}

static const char *
state_of(const ContactChoice *choice, const Candidate *candidate)
{
    if (candidate == choice->used)
        return "used";
    if (candidate->problem != NULL)
        return "unusable";
    switch (candidate->row->standing) {
    case STANDING_OFFERED:
        return "offered";
    case STANDING_ACCEPTED:
    case STANDING_KEPT:
    case STANDING_DECLINED:
        return "kept";
    }
    g_assert_not_reached();
}

static ContactCertificate *
describe(const ContactChoice *choice, const Candidate *candidate,
         const char *pinned)
{
    const Cert *cert = candidate->cert;
    ContactCertificate *out = g_new0(ContactCertificate, 1);
    out->kid = g_strdup(candidate->row->kid);
    out->name = g_strdup(cert_name(cert));
    out->issuer = g_strdup(cert_issuer_name(cert));
    out->serial = g_strdup(cert_serial(cert));
    out->algorithm = g_strdup(cert_algorithm(cert));
    out->addresses = g_strdupv((char **)(guintptr)cert_addresses(cert));
    out->not_before = cert_not_before(cert);
    out->not_after = cert_not_after(cert);
    out->created = candidate->row->created;
    out->source = g_strdup(candidate->row->source);
    out->state = state_of(choice, candidate);
    out->problem = candidate->problem;
    out->pinned = g_strcmp0(pinned, candidate->row->kid) == 0;
    return out;
}

static GPtrArray *
describe_all(const ContactChoice *choice, const char *pinned)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(certificate_free);
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *candidate = g_ptr_array_index(choice->candidates, i);
        if (candidate->row->standing == STANDING_DECLINED)
            continue;
        g_ptr_array_insert(out, candidate == choice->used ? 0 : -1,
                           describe(choice, candidate, pinned));
    }
    return out;
}

ContactView *
contacts_get(const World *world, gint64 id, GError **error)
{
    g_autoptr(ContactView) view = g_new0(ContactView, 1);
    view->contact = contact_get(world->db, world->account->id, id, error);
    if (view->contact == NULL)
        return NULL;
    g_autoptr(ContactChoice) choice =
        contact_choice_make(world, view->contact, error);
    if (choice == NULL)
        return NULL;
    view->certificates = describe_all(choice, view->contact->pinned);
    return g_steal_pointer(&view);
}
