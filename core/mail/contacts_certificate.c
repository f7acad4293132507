#include "core/mail/contacts_certificate.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/addressee_judge.h"
#include "core/mail/contacts_keep.h"
#include "core/mail/enrol.h"
#include "core/pki/cert_export.h"

/* A contact of the account with its certificates, while something is done to
 * one of them; a transaction is open. */
typedef struct {
    const World *world;
    Contact *contact;
    ContactChoice *choice;
    const Candidate *candidate;
} Act;

static void
act_clear(Act *act)
{
    contact_choice_free(act->choice);
    contact_free(act->contact);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Act, act_clear)

static gboolean
act_open(Act *act, const World *world, gint64 contact, const char *kid,
         GError **error)
{
    *act = (Act){.world = world};
    act->contact = contact_get(world->db, world->account->id, contact, error);
    if (act->contact == NULL)
        return FALSE;
    act->choice = contact_choice_make(world, act->contact, error);
    if (act->choice == NULL)
        return FALSE;
    act->candidate = contact_choice_find(act->choice, kid);
    if (act->candidate == NULL)
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "contact: no such certificate");
    return act->candidate != NULL;
}

static gboolean
check_usable(const Act *act, GError **error)
{
    if (act->candidate->problem == NULL)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                "contact: certificate cannot be used: %s",
                act->candidate->problem);
    return FALSE;
}

static gboolean
pin(const Act *act, const char *kid, GError **error)
{
    return contact_pin(act->world->db, act->world->account->id,
                       act->contact->id, kid, error);
}

static gboolean
adopt(const Act *act, GError **error)
{
    return check_usable(act, error) &&
           contacts_adopt(act->world, act->contact, act->candidate->cert,
                          error);
}

static gboolean
use(const Act *act, GError **error)
{
    return adopt(act, error) && pin(act, act->candidate->row->kid, error);
}

static gboolean
accept_offer(const Act *act, GError **error)
{
    return adopt(act, error) && pin(act, NULL, error);
}

static gboolean
forget(const Act *act, GError **error)
{
    const ContactCert *row = act->candidate->row;
    Db *db = act->world->db;
    if (row->standing == STANDING_OFFERED)
        return contact_cert_set_standing(db, act->contact->id, row->kid,
                                         STANDING_DECLINED, error);
    if (g_strcmp0(act->contact->pinned, row->kid) == 0 &&
        !pin(act, NULL, error))
        return FALSE;
    return contact_cert_delete(db, act->contact->id, row->kid, error);
}

static gboolean
perform(const World *world, gint64 contact, const char *kid,
        gboolean (*what)(const Act *act, GError **error), GError **error)
{
    g_auto(Act) act = {0};
    if (!db_begin(world->db, error))
        return FALSE;
    if (act_open(&act, world, contact, kid, error) && what(&act, error) &&
        db_commit(world->db, error))
        return TRUE;
    db_rollback(world->db);
    return FALSE;
}

gboolean
contacts_use(const World *world, gint64 contact, const char *kid,
             GError **error)
{
    if (kid == NULL)
        return contact_pin(world->db, world->account->id, contact, NULL,
                           error);
    return perform(world, contact, kid, use, error);
}

gboolean
contacts_accept(const World *world, gint64 contact, const char *kid,
                GError **error)
{
    return perform(world, contact, kid, accept_offer, error);
}

gboolean
contacts_forget(const World *world, gint64 contact, const char *kid,
                GError **error)
{
    return perform(world, contact, kid, forget, error);
}

/* The address is a name of this account's own making, and fit for a file's.
 */
GBytes *
contacts_export(const World *world, gint64 contact, const char *kid,
                const char *format, const char *password, char **name,
                GError **error)
{
    CertFormat wanted;
    g_auto(Act) act = {0};
    if (contact == 0)
        return enrol_export(world, kid, format, password, name, error);
    if (!cert_format_from_name(format, &wanted, error) ||
        !act_open(&act, world, contact, kid, error))
        return NULL;
    g_autoptr(GPtrArray) chain = cert_chain_read(act.candidate->row->chain);
    GBytes *bytes =
        cert_export(act.candidate->cert, chain, wanted, password, error);
    if (bytes != NULL)
        *name = addressee_file_name(act.contact->address,
                                    cert_format_name(wanted));
    return bytes;
}
