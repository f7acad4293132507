/*
 * One certificate revocation list, as its bytes say it (RFC 5280 §5). Whether
 * it may be believed, and about whom, is revocation's to say.
 */
#ifndef SCEAU_PKI_CRL_H
#define SCEAU_PKI_CRL_H

#include "core/pki/name.h"
#include "core/pki/trust.h"

enum {
    REASON_NONE = -1,
    REASON_KEY_COMPROMISE = 1,
    REASON_CA_COMPROMISE = 2,
    REASON_HOLD = 6,
    REASON_REMOVED = 8, /* in a delta CRL: no longer revoked */
    REASON_AA_COMPROMISE = 10,
};

/* Bits 1 to 8 of ReasonFlags (§4.2.1.13); bit 0 is unused. */
#define CRL_ALL_REASONS 0x1feU

typedef struct {
    Der serial;
    const Name *issuer; /* of an indirect CRL's entry; NULL: the CRL's own */
    gint64 date;
    gint64 invalid_since; /* G_MININT64: not said */
    gint reason;
} CrlEntry;

typedef struct {
    gboolean present;
    Der names; /* contents of DistributionPointName; size 0: none */
    gboolean only_user, only_authority, only_attribute, indirect;
    guint reasons;
} CrlScope;

struct Crl {
    gatomicrefcount refs;
    GBytes *der;
    Der tbs, signature_algorithm, signature;
    GBytes *digest; /* of tbs, for its signature; NULL: signed whole */
    Name *issuer;
    gint64 this_update, next_update; /* next: G_MININT64 when absent */
    Der authority_key_id;
    Der number, base_number; /* base: a delta CRL's; size 0: none */
    Der scope_der;           /* the extension's contents, for comparing */
    CrlScope scope;
    gboolean unknown_critical; /* in the list or in any entry */
    GArray *entries;           /* CrlEntry, by serial */
    GPtrArray *issuers;        /* Names that entries point to */
};

/* APP_ERROR_CERTIFICATE says what is wrong. Immutable: threads share it, and
 * crl_free gives up one reference. */
Crl *crl_parse(GBytes *der, GError **error);
Crl *crl_ref(Crl *crl);
void crl_free(Crl *crl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Crl, crl_free)

/* The entry for the certificate of this issuer and serial number, or NULL. */
const CrlEntry *crl_find(const Crl *crl, const Name *issuer, Der serial);

#endif
