#include "core/pki/authority_profile.h"

#include <string.h>

#include "core/pki/cert_fields.h"

#define DAY 86400
#define MIN_RSA_BITS 2048

/* RSA from 2048 bits, P-256 and P-384: what every mail program can use. */
static gboolean
key_is_fine(const Csr *csr)
{
    if (csr->kind == KEY_RSA)
        return csr->bits >= MIN_RSA_BITS;
    return csr->kind == KEY_EC && (csr->bits == 256 || csr->bits == 384);
}

static gboolean
is_served(const char *address, const char *const *domains)
{
    const char *at = strrchr(address, '@');
    g_autofree char *domain =
        at != NULL ? address_domain_ascii(at + 1) : NULL;
    return domain != NULL && g_strv_contains(domains, domain);
}

const char *
authority_refusal(const Csr *csr, const char *address,
                  const char *const *domains)
{
    g_autofree char *mailbox = cert_address_key(address);
    if (!key_is_fine(csr))
        return "weak";
    if (!csr->proved)
        return "proof";
    if (mailbox == NULL || !csr_is_for(csr, address))
        return "address";
    return is_served(address, domains) ? NULL : "policy";
}

gboolean
authority_end(const Cert *issuer, gint64 now, guint days, gint64 *not_after)
{
    gint64 end = now + (gint64)MIN(days, AUTHORITY_MAX_DAYS) * DAY - 1;
    gint64 last = cert_not_after(issuer);
    *not_after = MIN(end, last);
    return last > now + DAY;
}
