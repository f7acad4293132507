/*
 * One signature value under one certificate's key. GnuTLS computes; here its
 * habits are tamed: old digests are computed too (whether they count is the
 * caller's affair) and the parameters of PSS are those of the message.
 */
#ifndef SCEAU_CMS_VERIFY_H
#define SCEAU_CMS_VERIFY_H

#include "core/cms/algorithm.h"
#include "core/pki/cert.h"

/* Could this key have signed so, and can it be computed at all? */
gboolean verify_is_possible(const Scheme *scheme, const Cert *signer);

gboolean verify_over_message(const Scheme *scheme, const Cert *signer,
                             Span message, Span signature);
/* Without signed attributes: over the digest. Not for Ed25519. */
gboolean verify_over_digest(const Scheme *scheme, const Cert *signer,
                            Span digest, Span signature);

/* WebCrypto's r||s as the ECDSA-Sig-Value of RFC 3279; NULL if odd. */
GBytes *verify_value_from_raw(GBytes *raw);

#endif
