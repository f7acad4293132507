/*
 * Signed attributes of RFC 5652 §11 and RFC 8551 §2.5, as the vault rebuilds
 * them byte for byte (static/vault/attributes.js): contentType, signingTime
 * (UTCTime until 2049), messageDigest, SMIMECapabilities,
 * signingCertificateV2 (RFC 5035: SHA-256 default omitted, no issuerSerial),
 * CMSAlgorithmProtection (RFC 6211), as a DER SET OF (sorted), tag 0x31.
 */
#ifndef SCEAU_CMS_ATTRIBUTES_H
#define SCEAU_CMS_ATTRIBUTES_H

#include "core/pki/cert.h"

typedef enum {
    SIGN_RSA_SHA256,
    SIGN_PSS_SHA256,
    SIGN_ECDSA_SHA256, /* P-256 */
    SIGN_ECDSA_SHA384, /* P-384 */
} SignAlgorithm;

const char *sign_algorithm_name(SignAlgorithm algorithm); /* "rsa-sha256" */
/* RSA → RSA_SHA256, P-256, P-384; else APP_ERROR_CERTIFICATE. */
gboolean sign_algorithm_for(const Cert *cert, SignAlgorithm *out,
                            GError **error);
/* "sha256" or "sha384": the digest of the content, too. */
const char *sign_algorithm_digest(SignAlgorithm algorithm);

/* The DER SET, from the content's digest, the signer and the time. */
GBytes *attributes_build(SignAlgorithm algorithm, const Cert *signer,
                         GBytes *digest, gint64 signing_time);
#endif
