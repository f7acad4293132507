#include "core/mail/contacts_choice.h"

#include <string.h>

#include "core/mail/addressee_judge.h"

static void
candidate_free(gpointer data)
{
    Candidate *candidate = data;
    contact_cert_free(candidate->row);
    cert_unref(candidate->cert);
    g_free(candidate);
}

void
contact_choice_free(ContactChoice *choice)
{
    if (choice == NULL)
        return;
    g_ptr_array_unref(choice->candidates);
    g_free(choice);
}

/* Newest first; of two of one moment the one that ends later, and then always
 * the same. */
static gint
compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *one = *(Candidate *const *)a;
    const Candidate *other = *(Candidate *const *)b;
    gint64 by = cert_not_before(other->cert) - cert_not_before(one->cert);
    if (by == 0)
        by = cert_not_after(other->cert) - cert_not_after(one->cert);
    if (by == 0)
        return strcmp(one->row->kid, other->row->kid);
    return by < 0 ? -1 : 1;
}

/* Takes row; one that cannot be read any more is as good as absent. */
static void
add(const World *world, const Contact *contact, GPtrArray *candidates,
    ContactCert *row)
{
    Cert *cert = cert_parse(row->der, NULL);
    if (cert == NULL) {
        contact_cert_free(row);
        return;
    }
    g_autoptr(GPtrArray) chain = cert_chain_read(row->chain);
    Candidate *candidate = g_new0(Candidate, 1);
    candidate->row = row;
    candidate->cert = cert;
    candidate->problem =
        addressee_problem(world, cert, chain, contact->address, NULL);
    g_ptr_array_add(candidates, candidate);
}

static gboolean
is_better(const Candidate *candidate, const Candidate *than)
{
    return than == NULL ||
           (than->problem != NULL && candidate->problem == NULL);
}

/* The newest with this standing, one without a problem before all others. */
static const Candidate *
best_standing(const ContactChoice *choice, Standing standing)
{
    const Candidate *best = NULL;
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *candidate = g_ptr_array_index(choice->candidates, i);
        if (candidate->row->standing == standing &&
            is_better(candidate, best))
            best = candidate;
    }
    return best;
}

static void
choose(ContactChoice *choice, const char *pinned)
{
    const Candidate *offered = best_standing(choice, STANDING_OFFERED);
    choice->best = pinned != NULL ? contact_choice_find(choice, pinned)
                                  : best_standing(choice, STANDING_ACCEPTED);
    if (choice->best != NULL && choice->best->problem == NULL)
        choice->used = choice->best;
    else if (offered != NULL && offered->problem == NULL)
        choice->problem = "offered";
    else if (choice->best != NULL)
        choice->problem = choice->best->problem;
    else
        choice->problem = "no-certificate";
}

const Candidate *
contact_choice_find(const ContactChoice *choice, const char *kid)
{
    for (guint i = 0; i < choice->candidates->len; i++) {
        const Candidate *candidate = g_ptr_array_index(choice->candidates, i);
        if (strcmp(candidate->row->kid, kid) == 0)
            return candidate;
    }
    return NULL;
}

ContactChoice *
contact_choice_of(const World *world, const Contact *contact, GPtrArray *rows)
{
    ContactChoice *choice = g_new0(ContactChoice, 1);
    choice->candidates = g_ptr_array_new_with_free_func(candidate_free);
    gsize n;
    g_autofree gpointer *each = g_ptr_array_steal(rows, &n);
    g_ptr_array_unref(rows);
    for (gsize i = 0; i < n; i++)
        add(world, contact, choice->candidates, each[i]);
    g_ptr_array_sort(choice->candidates, compare_candidates);
    choose(choice, contact->pinned);
    return choice;
}

ContactChoice *
contact_choice_make(const World *world, const Contact *contact,
                    GError **error)
{
    GPtrArray *rows = contact_cert_list(world->db, contact->id, error);
    return rows != NULL ? contact_choice_of(world, contact, rows) : NULL;
}
