/*
 * What wraps a content key for a recipient: AES key wrap (RFC 3394), the key
 * derivation of X9.63, OAEP (RFC 8017 §7.1) and the agreement on P-256,
 * P-384, P-521 and X25519. GnuTLS 3.7 has none of them, so nettle and GMP
 * compute them; key_wrap*.c are their only home. Knows keys as bytes; nothing
 * is unwrapped here.
 */
#ifndef SCEAU_CMS_KEY_WRAP_H
#define SCEAU_CMS_KEY_WRAP_H

#include "core/cms/algorithm.h"

#define KEY_WRAP_MAX 32  /* octets of a key that is wrapped */
#define KEY_WRAP_EXTRA 8 /* what wrapping adds */
#define KEY_AGREE_POINT_MAX 133
#define KEY_AGREE_SECRET_MAX 66

/* kek of 16, 24 or 32 octets, key of 16 to 32, a multiple of 8; out has room
 * for key.size + KEY_WRAP_EXTRA. FALSE for other sizes. */
gboolean key_wrap_aes(Span kek, Span key, guint8 *out);

/* X9.63 (SEC 1 §3.6.1): out = hash(secret, counter, info), … */
void key_wrap_derive(const Digest *digest, Span secret, Span info,
                     guint8 *out, gsize size);

/*
 * OAEP with this hash, for MGF1 too, and no label: as many octets as the
 * modulus has. NULL if the key is too long for the modulus or the modulus is
 * no odd number of at most 8192 bits.
 */
GBytes *key_wrap_oaep(const Digest *digest, Span modulus, Span exponent,
                      Span key);

typedef enum { CURVE_P256, CURVE_P384, CURVE_P521, CURVE_X25519 } Curve;

gsize curve_point_size(Curve curve);  /* of a raw point */
gsize curve_secret_size(Curve curve); /* of what is agreed on */

/*
 * A fresh key of ours and the secret it shares with point's owner: our point
 * and the secret, of the sizes above. FALSE if point is not on the curve.
 */
gboolean key_agree_make(Curve curve, Span point, guint8 *ours,
                        guint8 *secret);
/* The same with a number of the caller's, big-endian (X25519: as RFC 7748 has
 * it). FALSE if it is out of range, too. */
gboolean key_agree_with(Curve curve, Span scalar, Span point, guint8 *ours,
                        guint8 *secret);

#endif
