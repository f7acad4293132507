/*
 * RSASSA-PSS (RFC 8017 §8.1.2) with any hash, any hash of MGF1 and any length
 * of salt: what GnuTLS verifies only where both hashes are one.
 */
#ifndef SCEAU_CMS_PSS_H
#define SCEAU_CMS_PSS_H

#include "core/cms/algorithm.h"

gboolean pss_verify(const Scheme *scheme, Span modulus, Span exponent,
                    Span digest, Span signature);

#endif
