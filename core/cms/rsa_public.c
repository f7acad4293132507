#include "core/cms/rsa_public.h"

#include <string.h>

#define WORDS_MAX (8192 / 32)

/* A number below the modulus, least significant word first. */
typedef struct {
    guint32 word[WORDS_MAX + 1];
} Number;

typedef struct {
    Number modulus;
    guint words;
    guint32 inverse; /* -modulus^-1 mod 2^32 */
} Field;

static Span
trim(Span number)
{
    while (number.size > 0 && number.data[0] == 0)
        number = (Span){number.data + 1, number.size - 1};
    return number;
}

static void
number_read(Number *out, Span octets)
{
    memset(out, 0, sizeof *out);
    for (gsize i = 0; i < octets.size; i++)
        out->word[i / 4] |= (guint32)octets.data[octets.size - 1 - i]
                            << (8 * (i % 4));
}

static gboolean
is_below(const Number *a, const Number *b, guint words)
{
    for (guint i = words; i-- > 0;)
        if (a->word[i] != b->word[i])
            return a->word[i] < b->word[i];
    return FALSE;
}

static void
subtract(Number *a, const Number *b, guint words)
{
    guint64 borrow = 0;
    for (guint i = 0; i < words; i++) {
        guint64 difference = (guint64)a->word[i] - b->word[i] - borrow;
        a->word[i] = (guint32)difference;
        borrow = difference >> 63;
    }
}

/* Twice a, mod the modulus. */
static void
field_double(const Field *field, Number *a)
{
    guint32 carry = 0;
    for (guint i = 0; i <= field->words; i++) {
        guint32 next = a->word[i] >> 31;
        a->word[i] = a->word[i] << 1 | carry;
        carry = next;
    }
    if (!is_below(a, &field->modulus, field->words + 1))
        subtract(a, &field->modulus, field->words + 1);
}

/* One word of t + factor * number; the carry goes up. */
static void
add_product(guint32 *t, const Number *number, guint32 factor, guint words)
{
    guint64 carry = 0;
    for (guint i = 0; i < words; i++) {
        carry += t[i] + (guint64)number->word[i] * factor;
        t[i] = (guint32)carry;
        carry >>= 32;
    }
    carry += t[words];
    t[words] = (guint32)carry;
    t[words + 1] += (guint32)(carry >> 32);
}

/* Montgomery's product: a * b / 2^(32 * words) mod the modulus. */
static Number
field_multiply(const Field *field, const Number *a, const Number *b)
{
    guint words = field->words;
    guint32 t[WORDS_MAX + 2] = {0};
    for (guint i = 0; i < words; i++) {
        add_product(t, b, a->word[i], words);
        add_product(t, &field->modulus, t[0] * field->inverse, words);
        memmove(t, t + 1, (words + 1) * sizeof *t);
        t[words + 1] = 0;
    }
    Number out = {{0}};
    memcpy(out.word, t, (words + 1) * sizeof *t);
    if (!is_below(&out, &field->modulus, words + 1))
        subtract(&out, &field->modulus, words + 1);
    return out;
}

/* Newton's iteration doubles the number of right bits each time. */
static guint32
inverse_of(guint32 odd)
{
    guint32 inverse = odd;
    for (guint i = 0; i < 5; i++)
        inverse *= 2 - odd * inverse;
    return 0 - inverse;
}

static Number
field_power(const Field *field, const Number *base, guint32 exponent)
{
    Number shifted = *base; /* base * 2^(32 * words) */
    for (guint i = 0; i < 32 * field->words; i++)
        field_double(field, &shifted);
    Number power = shifted;
    guint bit = 31;
    while ((exponent >> bit & 1) == 0)
        bit--;
    while (bit-- > 0) {
        power = field_multiply(field, &power, &power);
        if (exponent >> bit & 1)
            power = field_multiply(field, &power, &shifted);
    }
    const Number one = {{1}};
    return field_multiply(field, &power, &one);
}

GBytes *
rsa_public(Span modulus, Span exponent, Span value)
{
    Field field;
    Number base, power;
    modulus = trim(modulus);
    exponent = trim(exponent);
    value = trim(value);
    if (modulus.size == 0 || modulus.size > WORDS_MAX * 4 ||
        (modulus.data[modulus.size - 1] & 1) == 0 || exponent.size == 0 ||
        exponent.size > 4 || value.size > modulus.size)
        return NULL;

    field.words = (guint)(modulus.size + 3) / 4;
    number_read(&field.modulus, modulus);
    field.inverse = inverse_of(field.modulus.word[0]);
    number_read(&base, value);
    if (!is_below(&base, &field.modulus, field.words))
        return NULL;
    number_read(&power, exponent);
    power = field_power(&field, &base, power.word[0]);

    guint8 *out = g_malloc(modulus.size);
    for (gsize i = 0; i < modulus.size; i++)
        out[modulus.size - 1 - i] =
            (guint8)(power.word[i / 4] >> (8 * (i % 4)));
    return g_bytes_new_take(out, modulus.size);
}
