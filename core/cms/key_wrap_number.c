#include "core/cms/key_wrap_number.h"

#include <string.h>

#include "core/base/secret.h"

void
number_init(mpz_t number, Span octets)
{
    mpz_init2(number, 8 * octets.size + 1);
    mpz_import(number, octets.size, 1, 1, 1, 0, octets.data);
}

void
number_write(const mpz_t number, guint8 *out, gsize size)
{
    gsize used = (mpz_sizeinbase(number, 2) + 7) / 8;
    if (mpz_sgn(number) == 0)
        used = 0;
    g_assert(used <= size);
    memset(out, 0, size - used);
    mpz_export(out + size - used, NULL, 1, 1, 1, 0, number);
}

void
number_wipe(mpz_t number)
{
    mp_size_t limbs = number->_mp_alloc;
    if (limbs > 0)
        secret_wipe(mpz_limbs_modify(number, limbs),
                    (gsize)limbs * sizeof(mp_limb_t));
    mpz_limbs_finish(number, 0);
    mpz_clear(number);
}
