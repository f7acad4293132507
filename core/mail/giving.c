#include "core/mail/giving.h"

#include "core/base/log.h"
#include "core/pki/cert.h"
#include "core/store/disabled_key.h"
#include "core/store/own_cert.h"

/* *key stays NULL without a kid. */
static gboolean
key_of(const World *world, const char *kid, char **key, GError **error)
{
    if (kid == NULL)
        return TRUE;
    g_autoptr(OwnCert) own =
        own_cert_get(world->db, world->account->id, kid, error);
    g_autoptr(Cert) cert = own != NULL ? cert_parse(own->der, error) : NULL;
    if (cert == NULL)
        return FALSE;
    *key = cert_key_print(cert);
    return TRUE;
}

static gboolean
note(const World *world, const char *address, const char *key, GError **error)
{
    gint64 account = world->account->id;
    g_autofree char *match = cert_address_key(address);
    if (match == NULL)
        return TRUE;
    return given_key_told(world->db, account, match, error) &&
           (key == NULL ||
            given_key_add(world->db, account, match, key, error));
}

static gboolean
note_all(const World *world, const char *const *recipients, const char *kid,
         GError **error)
{
    g_autofree char *key = NULL;
    if (!key_of(world, kid, &key, error))
        return FALSE;
    for (; *recipients != NULL; recipients++) {
        if (!note(world, *recipients, key, error))
            return FALSE;
    }
    return TRUE;
}

void
giving_sent(const World *world, const char *const *recipients,
            const char *kid)
{
    g_autoptr(GError) why = NULL;
    if (!db_begin(world->db, &why)) {
        log_error("giving-sent", why);
        return;
    }
    if (note_all(world, recipients, kid, &why) && db_commit(world->db, &why))
        return;
    db_rollback(world->db);
    log_error("giving-sent", why);
}

gboolean
giving_count(const World *world, gint64 *count, GError **error)
{
    return given_key_count(world->db, world->account->id, count, error);
}
