/*
 * A SignerInfo and its signed attributes (RFC 5652 §5.3, §11), read in
 * place. Grammar only: whether the values are true is signed_data's affair.
 */
#ifndef SCEAU_CMS_SIGNER_H
#define SCEAU_CMS_SIGNER_H

#include "core/cms/algorithm.h"
#include "core/pki/cert.h"

typedef struct {
    Span issuer, serial; /* or */
    Span key_id;
    AlgorithmId digest, scheme;
    gboolean has_attributes;
    Span attributes; /* contents of the SET, in the order received */
    Span signature;
    Span unsigned_attributes;
} SignerInfo;

gboolean signer_take(Span *in, SignerInfo *out);
/* Is it this certificate's? */
gboolean signer_is(const SignerInfo *signer, const Cert *cert);
/* The SET as it was signed: received order, tag 0x31, DER length. */
GBytes *signer_attributes(const SignerInfo *signer);

typedef struct {
    Oid content_type; /* never absent */
    Span digest;      /* never absent */
    gboolean has_time;
    gint64 time;
    Span certificate, certificate_v2; /* first ESSCertID; size 0 if none */
    gboolean has_protection;
    AlgorithmId protected_digest;
    Span protected_scheme;
    Span capabilities; /* the value; size 0 if none, or more than one */
} SignedAttributes;

/*
 * FALSE if contentType or messageDigest are not there exactly once with one
 * value, or another attribute that we use is repeated or odd (SEC-11).
 */
gboolean signed_attributes_read(Span attributes, SignedAttributes *out);
/* FALSE if one of those that we use stands among the unsigned ones, where RFC
 * 5652 §11 forbids it. */
gboolean unsigned_attributes_are_sound(Span attributes);
/* Does the ESS attribute, if any, name this certificate (RFC 5035)? */
gboolean signed_attributes_name(const SignedAttributes *attributes,
                                const Cert *cert);
/* Does CMSAlgorithmProtection, if any, agree (RFC 6211)? */
gboolean signed_attributes_protect(const SignedAttributes *attributes,
                                   const SignerInfo *signer);
#endif
