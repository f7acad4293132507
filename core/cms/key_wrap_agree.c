#include <nettle/curve25519.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <string.h>

#include "core/base/secret.h"
#include "core/cms/key_wrap.h"
#include "core/cms/key_wrap_number.h"

#define UNCOMPRESSED 4

/* Octets of a coordinate, which is the secret's size as well. */
static const gsize sizes[] = {[CURVE_P256] = 32,
                              [CURVE_P384] = 48,
                              [CURVE_P521] = 66,
                              [CURVE_X25519] = CURVE25519_SIZE};

static const struct ecc_curve *
curve_parameters(Curve curve)
{
    switch (curve) {
    case CURVE_P256:
        return nettle_get_secp_256r1();
    case CURVE_P384:
        return nettle_get_secp_384r1();
    case CURVE_P521:
        return nettle_get_secp_521r1();
    case CURVE_X25519:
        break;
    }
    return NULL;
}

gsize
curve_secret_size(Curve curve)
{
    return sizes[curve];
}

gsize
curve_point_size(Curve curve)
{
    return curve == CURVE_X25519 ? sizes[curve] : 2 * sizes[curve] + 1;
}

static void
random_fill(void *unused, size_t size, uint8_t *out)
{
    secret_random(out, size);
}

static void
scalar_wipe(struct ecc_scalar *scalar, Curve curve)
{
    secret_wipe(scalar->p,
                ecc_size(curve_parameters(curve)) * sizeof(mp_limb_t));
    ecc_scalar_clear(scalar);
}

static gboolean
point_read(struct ecc_point *point, Curve curve, Span octets)
{
    gsize size = sizes[curve];
    if (octets.size != 2 * size + 1 || octets.data[0] != UNCOMPRESSED)
        return FALSE;
    mpz_t x, y;
    number_init(x, (Span){octets.data + 1, size});
    number_init(y, (Span){octets.data + 1 + size, size});
    gboolean on_curve = ecc_point_set(point, x, y) != 0;
    mpz_clear(x);
    mpz_clear(y);
    return on_curve;
}

/* Both coordinates, or the first alone. */
static void
point_write(const struct ecc_point *point, Curve curve, guint8 *x_out,
            guint8 *y_out)
{
    mpz_t x, y;
    mpz_init(x);
    mpz_init(y);
    ecc_point_get(point, x, y);
    number_write(x, x_out, sizes[curve]);
    if (y_out != NULL)
        number_write(y, y_out, sizes[curve]);
    number_wipe(x);
    number_wipe(y);
}

static gboolean
agree_nist(Curve curve, const struct ecc_scalar *scalar, Span point,
           guint8 *ours, guint8 *secret)
{
    struct ecc_point theirs, result;
    ecc_point_init(&theirs, curve_parameters(curve));
    ecc_point_init(&result, curve_parameters(curve));
    gboolean good = point_read(&theirs, curve, point);
    if (good) {
        ecc_point_mul_g(&result, scalar);
        ours[0] = UNCOMPRESSED;
        point_write(&result, curve, ours + 1, ours + 1 + sizes[curve]);
        ecc_point_mul(&result, scalar, &theirs);
        point_write(&result, curve, secret, NULL);
    }
    ecc_point_clear(&theirs);
    ecc_point_clear(&result);
    return good;
}

/* RFC 7748 §6.1: a secret of zeros comes of a point of small order. */
static gboolean
agree_x25519(const guint8 *scalar, Span point, guint8 *ours, guint8 *secret)
{
    guint8 any = 0;
    if (point.size != CURVE25519_SIZE)
        return FALSE;
    curve25519_mul_g(ours, scalar);
    curve25519_mul(secret, scalar, point.data);
    for (gsize i = 0; i < CURVE25519_SIZE; i++)
        any |= secret[i];
    return any != 0;
}

gboolean
key_agree_make(Curve curve, Span point, guint8 *ours, guint8 *secret)
{
    if (curve == CURVE_X25519) {
        guint8 number[CURVE25519_SIZE];
        secret_random(number, sizeof number);
        gboolean good = agree_x25519(number, point, ours, secret);
        secret_wipe(number, sizeof number);
        return good;
    }
    struct ecc_scalar scalar;
    ecc_scalar_init(&scalar, curve_parameters(curve));
    ecc_scalar_random(&scalar, NULL, random_fill);
    gboolean good = agree_nist(curve, &scalar, point, ours, secret);
    scalar_wipe(&scalar, curve);
    return good;
}

gboolean
key_agree_with(Curve curve, Span number, Span point, guint8 *ours,
               guint8 *secret)
{
    if (curve == CURVE_X25519)
        return number.size == CURVE25519_SIZE &&
               agree_x25519(number.data, point, ours, secret);
    struct ecc_scalar scalar;
    mpz_t value;
    number_init(value, number);
    ecc_scalar_init(&scalar, curve_parameters(curve));
    gboolean good = ecc_scalar_set(&scalar, value) != 0 &&
                    agree_nist(curve, &scalar, point, ours, secret);
    scalar_wipe(&scalar, curve);
    number_wipe(value);
    return good;
}
