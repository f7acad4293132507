#include <gnutls/crypto.h>
#include <string.h>

#include "core/base/secret.h"
#include "core/cms/content.h"
#include "core/cms/key_wrap.h"
#include "core/cms/key_wrap_number.h"
#include "core/cms/pss.h"

#define MODULUS_MAX 1024 /* octets, SEC-05 */

/* EME-OAEP of RFC 8017 §7.1.1: 0, masked seed, masked (hash of the label,
 * zeros, 1, key). encoded is all zeros and has size octets. */
static void
encode(const Digest *digest, Span key, guint8 *encoded, gsize size)
{
    gsize hash = gnutls_hash_get_len(digest->gnutls);
    guint8 *seed = encoded + 1, *block = seed + hash;
    gsize length = size - 1 - hash;
    gnutls_hash_fast(digest->gnutls, "", 0, block);
    block[length - key.size - 1] = 1;
    memcpy(block + length - key.size, key.data, key.size);

    secret_random(seed, hash);
    mgf1_apply(digest->gnutls, (Span){seed, hash}, block, length);
    mgf1_apply(digest->gnutls, (Span){block, length}, seed, hash);
}

/* In time that does not depend on what is encrypted. */
static void
encrypt(Span modulus, Span exponent, guint8 *encoded)
{
    mpz_t n, e, value;
    number_init(n, modulus);
    number_init(e, exponent);
    number_init(value, (Span){encoded, modulus.size});
    mpz_powm_sec(value, value, e, n);
    number_write(value, encoded, modulus.size);
    number_wipe(value);
    mpz_clear(e);
    mpz_clear(n);
}

static Span
trim(Span number)
{
    while (number.size > 0 && number.data[0] == 0)
        number = (Span){number.data + 1, number.size - 1};
    return number;
}

GBytes *
key_wrap_oaep(const Digest *digest, Span modulus, Span exponent, Span key)
{
    gsize hash = gnutls_hash_get_len(digest->gnutls);
    modulus = trim(modulus);
    exponent = trim(exponent);
    if (modulus.size > MODULUS_MAX || exponent.size == 0 ||
        modulus.size < 2 * hash + 2 + key.size ||
        (modulus.data[modulus.size - 1] & 1) == 0)
        return NULL;
    guint8 *encoded = g_malloc0(modulus.size);
    encode(digest, key, encoded, modulus.size);
    encrypt(modulus, exponent, encoded);
    return g_bytes_new_take(encoded, modulus.size);
}
