/*
 * The four ways in which we sign (SignAlgorithm): their AlgorithmIdentifiers,
 * the same ones in the SignerInfo and under CMSAlgorithmProtection.
 */
#ifndef SCEAU_CMS_SCHEME_H
#define SCEAU_CMS_SCHEME_H

#include "core/cms/algorithm.h"
#include "core/cms/attributes.h"

/* The digestAlgorithm: parameters absent (RFC 5754 §2). */
void sign_put_digest(DerWriter *der, SignAlgorithm algorithm);
/* The signatureAlgorithm, under tag (implicit in CMSAlgorithmProtection). */
void sign_put_scheme(DerWriter *der, SignAlgorithm algorithm, guint8 tag);
/* The same as it is read from a message. */
Scheme sign_scheme(SignAlgorithm algorithm);

#endif
