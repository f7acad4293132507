/*
 * AlgorithmIdentifiers: which digest, which signature scheme, and whether
 * digest and scheme agree (SEC-13). Knows the algorithms' names and their
 * numbers in GnuTLS; computes nothing.
 */
#ifndef SCEAU_CMS_ALGORITHM_H
#define SCEAU_CMS_ALGORITHM_H

#include <gnutls/gnutls.h>

#include "core/cms/der_writer.h"
#include "core/cms/oid.h"

typedef struct {
    Span body; /* contents of the SEQUENCE */
    Oid oid;
    Span params; /* the whole value after the OID; size 0 when absent */
} AlgorithmId;

gboolean algorithm_take(Span *in, AlgorithmId *out);

typedef struct {
    Oid oid;
    const char *name;                 /* "sha256" */
    gnutls_digest_algorithm_t gnutls; /* UNKNOWN: recognised, not computed */
    gboolean weak;
} Digest;

/* NULL for anything that is no digest. */
const Digest *digest_find(Oid oid);

typedef enum {
    FAMILY_RSA,
    FAMILY_PSS,
    FAMILY_ECDSA,
    FAMILY_ED25519,
    FAMILY_DSA,
} SignFamily;

typedef struct {
    SignFamily family;
    const Digest *digest;
    const Digest *mask; /* PSS: the hash of MGF1 */
    guint salt;         /* PSS: its length */
} Scheme;

/*
 * The scheme of a SignerInfo whose digestAlgorithm is digest: FALSE if it is
 * not known or is bound to another digest.
 */
gboolean scheme_read(const AlgorithmId *algorithm, const Digest *digest,
                     Scheme *out);
/* "rsa-sha256", "pss-sha256", "ed25519"; for people. */
char *scheme_name(const Scheme *scheme);

/* Writers of AlgorithmIdentifiers' contents, as we send them. */
void algorithm_put_plain(DerWriter *der, Oid oid); /* parameters absent */
void algorithm_put_null(DerWriter *der, Oid oid);
void algorithm_put_pss_sha256(DerWriter *der);

#endif
