#include "core/cms/pss.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "core/cms/content.h"
#include "core/cms/rsa_public.h"

void
mgf1_apply(gnutls_digest_algorithm_t hash, Span seed, guint8 *out, gsize size)
{
    gsize length = gnutls_hash_get_len(hash);
    guint8 block[DIGEST_MAX];
    for (guint32 counter = 0; size > 0; counter++) {
        guint32 big = GUINT32_TO_BE(counter);
        gnutls_hash_hd_t state;
        int made = gnutls_hash_init(&state, hash);
        g_assert(made >= 0);
        gnutls_hash(state, seed.data, seed.size);
        gnutls_hash(state, &big, sizeof big);
        gnutls_hash_deinit(state, block);
        gsize run = MIN(size, length);
        for (gsize i = 0; i < run; i++)
            out[i] ^= block[i];
        out += run;
        size -= run;
    }
}

/* Hash of eight zeros, the digest and the salt, against what was sealed. */
static gboolean
salted_is(gnutls_digest_algorithm_t hash, Span digest, Span salt, Span want)
{
    static const guint8 zeros[8];
    guint8 got[DIGEST_MAX];
    gnutls_hash_hd_t state;
    if (gnutls_hash_init(&state, hash) < 0)
        return FALSE;
    gnutls_hash(state, zeros, sizeof zeros);
    gnutls_hash(state, digest.data, digest.size);
    gnutls_hash(state, salt.data, salt.size);
    gnutls_hash_deinit(state, got);
    return span_equal((Span){got, want.size}, want);
}

/* EMSA-PSS-VERIFY (§9.1.2) over encoded, whose first bits are unused. */
static gboolean
encoding_is(const Scheme *scheme, guint8 *encoded, gsize size, guint8 unused,
            Span digest)
{
    gsize hash = digest.size;
    if (size < hash + (gsize)scheme->salt + 2 || encoded[size - 1] != 0xbc ||
        encoded[0] & unused)
        return FALSE;
    gsize block = size - hash - 1, zeros = block - scheme->salt - 1;
    Span sealed = {encoded + block, hash};
    mgf1_apply(scheme->mask->gnutls, sealed, encoded, block);
    encoded[0] &= (guint8)~unused;
    for (gsize i = 0; i < zeros; i++)
        if (encoded[i] != 0)
            return FALSE;
    Span salt = {encoded + zeros + 1, scheme->salt};
    return encoded[zeros] == 1 &&
           salted_is(scheme->digest->gnutls, digest, salt, sealed);
}

gboolean
pss_verify(const Scheme *scheme, Span modulus, Span exponent, Span digest,
           Span signature)
{
    while (modulus.size > 0 && modulus.data[0] == 0)
        modulus = (Span){modulus.data + 1, modulus.size - 1};
    if (signature.size != modulus.size ||
        digest.size != gnutls_hash_get_len(scheme->digest->gnutls))
        return FALSE;
    g_autoptr(GBytes) power = rsa_public(modulus, exponent, signature);
    if (power == NULL)
        return FALSE;

    gsize size;
    g_autofree guint8 *encoded =
        g_bytes_unref_to_data(g_steal_pointer(&power), &size);
    /* The encoding is one bit shorter than the modulus. */
    guint8 top = modulus.data[0], unused = 0xff;
    for (guint8 bits = top >> 1; bits > 0; bits >>= 1)
        unused = (guint8)(unused << 1);
    if (unused != 0xff)
        return encoding_is(scheme, encoded, size, unused, digest);
    return encoded[0] == 0 &&
           encoding_is(scheme, encoded + 1, size - 1, 0, digest);
}
