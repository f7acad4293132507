/*
 * One signature over one run of bytes: a certificate's or a CRL's. Old
 * digests are checked like any other, because a path over them is weak, not
 * unknown; whether they count is strength's to say.
 */
#ifndef SCEAU_PKI_SIGNATURE_H
#define SCEAU_PKI_SIGNATURE_H

#include "core/pki/der.h"

/*
 * public_key: a SubjectPublicKeyInfo with its tag; algorithm: the contents of
 * an AlgorithmIdentifier; signature: the octets.
 */
gboolean signature_verify(Der public_key, Der algorithm, Der message,
                          Der signature);

/*
 * The digest of message that such a signature is over, for checking several
 * keys against a long one; NULL where the algorithm signs the message itself.
 */
GBytes *signature_digest(Der algorithm, Der message);

/* As signature_verify, with digest instead of the message unless NULL. */
gboolean signature_verify_digest(Der public_key, Der algorithm,
                                 GBytes *digest, Der message, Der signature);

/* FALSE for SHA-1, MD5 and what is not known (SEC-13). */
gboolean signature_digest_is_strong(Der algorithm);

#endif
