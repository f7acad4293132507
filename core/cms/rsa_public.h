/*
 * The public operation of RSA, value^exponent mod modulus. GnuTLS keeps its
 * own to itself and ties the hash of MGF1 to that of the message, while RFC
 * 4055 lets a signer choose two. Only public numbers come here, so time may
 * depend on them.
 */
#ifndef SCEAU_CMS_RSA_PUBLIC_H
#define SCEAU_CMS_RSA_PUBLIC_H

#include "core/cms/tlv.h"

/*
 * Big-endian octets, as many as the modulus has without leading zeros; NULL
 * if the modulus is even or of more than 8192 bits, the exponent has more
 * than 32 bits, or value is not below the modulus.
 */
GBytes *rsa_public(Span modulus, Span exponent, Span value);

#endif
