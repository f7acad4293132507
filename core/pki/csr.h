/*
 * A certificate request, PKCS #10 (RFC 2986), read within limits: its key,
 * the addresses it names, and whether who made it has the key. What else it
 * asks for is not even looked at: the profile is the authority's.
 */
#ifndef SCEAU_PKI_CSR_H
#define SCEAU_PKI_CSR_H

#include "core/pki/cert.h"
#include "core/pki/der.h"

#define CSR_MAX_BYTES 8192

typedef struct {
    GBytes *der;
    Der public_key; /* SubjectPublicKeyInfo with its tag, within der */
    char *key;      /* its SHA-256, lower hex */
    KeyKind kind;
    guint bits;
    char *algorithm;  /* as cert_algorithm() */
    char **addresses; /* of the SAN it asks for; may be empty */
    gboolean strange; /* the SAN has a mailbox that cannot be one */
    gboolean proved;  /* its signature is of its key */
} Csr;

/* DER; APP_ERROR_CERTIFICATE says what is wrong. */
Csr *csr_parse(GBytes *der, GError **error);
/* DER, or PEM with one request. */
Csr *csr_parse_file(GBytes *bytes, GError **error);
void csr_free(Csr *csr);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Csr, csr_free)

/* It names no mailbox but this one, or none at all. */
gboolean csr_is_for(const Csr *csr, const char *address);

#endif
