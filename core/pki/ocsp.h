/*
 * Questions and answers of the Online Certificate Status Protocol (RFC 6960),
 * as bytes. A question names its issuer by hashes and its certificate by
 * serial number, and holds nothing else (O14). Who may answer is decided
 * here; whether the answer is in time is revocation's to say. Nothing is
 * fetched.
 */
#ifndef SCEAU_PKI_OCSP_H
#define SCEAU_PKI_OCSP_H

#include "core/pki/der.h"
#include "core/pki/trust.h"

#define OCSP_MAX_BYTES (256 * 1024)

typedef enum { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN } OcspState;

typedef struct {
    Der hash, name_hash, key_hash, serial; /* hash: an OID's contents */
    OcspState state;
    gint64 revoked; /* when, of a revoked one */
    gint reason;    /* REASON_NONE where none is given */
    gint64 this_update, next_update;
} OcspStatus;

typedef struct {
    GBytes *der;
    Der tbs, signature_algorithm, signature;
    Der responder_name,
        responder_key; /* one of the two; the other is empty */
    gint64 produced;
    GArray *statuses; /* OcspStatus */
    GPtrArray *certs; /* Cert, that came along */
    Der nonce;        /* size 0: none */
} Ocsp;

/* The question about cert, whose issuer is given; nonce may be NULL. */
GBytes *ocsp_question(const Cert *issuer, const Cert *cert, GBytes *nonce);

/* APP_ERROR_CERTIFICATE for bytes that are none, APP_ERROR_REFUSED for an
 * answer that says the responder will not or cannot answer. */
Ocsp *ocsp_parse(GBytes *der, GError **error);
void ocsp_free(Ocsp *ocsp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ocsp, ocsp_free)

/* What is said of cert of this issuer, or NULL. */
const OcspStatus *ocsp_find(const Ocsp *ocsp, const Cert *issuer,
                            const Cert *cert);

/*
 * Is the answer signed by issuer, or by one whom issuer certified for
 * answering and who was valid then (§4.2.2.2)? *delegate, if asked for, is
 * borrowed and NULL for the issuer itself. *checks is charged per signature.
 */
gboolean ocsp_is_from(const Ocsp *ocsp, const Cert *issuer,
                      const TrustPolicy *policy, guint *checks,
                      const Cert **delegate);

#endif
