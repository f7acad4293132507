/* GMP's numbers as octets, and their wiping; for key_wrap*.c alone. */
#ifndef SCEAU_CMS_KEY_WRAP_NUMBER_H
#define SCEAU_CMS_KEY_WRAP_NUMBER_H

#include <gmp.h>

#include "core/cms/tlv.h"

void number_init(mpz_t number, Span octets);
/* Big-endian, size octets; number fits. */
void number_write(const mpz_t number, guint8 *out, gsize size);
/* GMP frees without wiping. */
void number_wipe(mpz_t number);

#endif
