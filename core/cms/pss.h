/*
 * RSASSA-PSS (RFC 8017 §8.1.2) with any hash, any hash of MGF1 and any length
 * of salt: what GnuTLS verifies only where both hashes are one.
 */
#ifndef SCEAU_CMS_PSS_H
#define SCEAU_CMS_PSS_H

#include "core/cms/algorithm.h"

/* out ^= MGF1(seed) (RFC 8017 §B.2.1). */
void mgf1_apply(gnutls_digest_algorithm_t hash, Span seed, guint8 *out,
                gsize size);

gboolean pss_verify(const Scheme *scheme, Span modulus, Span exponent,
                    Span digest, Span signature);

#endif
