#include "core/mail/world.h"

#include "core/net/imap.h"
#include "core/pki/cert.h"
#include "core/pki/trust.h"
#include "core/store/attempt.h"
#include "core/store/keyreq.h"
#include "core/store/outbox.h"
#include "core/store/own_cert.h"
#include "core/store/support_code.h"

#define ENDS_READ 200

/* The store cannot read certificates; their ends are for the figures. */
static gboolean
read_ends(Db *db, GError **error)
{
    g_autoptr(GPtrArray) certs = own_cert_unread(db, ENDS_READ, error);
    for (guint i = 0; certs != NULL && i < certs->len; i++) {
        const OwnCert *own = g_ptr_array_index(certs, i);
        g_autoptr(Cert) cert = cert_parse(own->der, NULL);
        if (!own_cert_set_end(db, own->kid,
                              cert != NULL ? cert_not_after(cert) : -1,
                              error))
            return FALSE;
    }
    return certs != NULL;
}

gboolean
world_sweep(const Config *config, Db *db, gint64 now, GError **error)
{
    return keyreq_sweep(db, now, error) && outbox_sweep(db, now, error) &&
           attempt_sweep(db, now, error) &&
           support_code_sweep(db, now, error) && read_ends(db, error) &&
           session_sweep(db, now, config->idle_minutes, config->hours, error);
}

struct ImapPool *
world_pool_new(const Config *config)
{
    return imap_pool_new(&config->imap, config->threads);
}

void
world_pool_free(struct ImapPool *pool)
{
    imap_pool_free(pool);
}

struct Trust *
world_trust_load(const Config *config, GError **error)
{
    const TrustPolicy policy = {
        .min_rsa_bits = config->min_rsa_bits,
        .floor_rsa_bits = config->floor_rsa_bits,
        .min_ec_bits = config->min_ec_bits,
        .floor_ec_bits = config->floor_ec_bits,
        .require_revocation = config->require_revocation,
    };
    return trust_load(config->anchors, config->intermediates, config->crls,
                      &policy, error);
}

void
world_trust_free(struct Trust *trust)
{
    trust_free(trust);
}
