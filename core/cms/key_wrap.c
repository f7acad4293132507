#include "core/cms/key_wrap.h"

#include <gnutls/crypto.h>
#include <nettle/nist-keywrap.h>
#include <string.h>

#include "core/base/secret.h"
#include "core/cms/content.h"

/* RFC 3394 §2.2.3.1 */
static const guint8 initial[8] = {0xa6, 0xa6, 0xa6, 0xa6,
                                  0xa6, 0xa6, 0xa6, 0xa6};

/* The schedule of each size of key. */
typedef union {
    struct aes128_ctx aes128;
    struct aes192_ctx aes192;
    struct aes256_ctx aes256;
} Schedule;

gboolean
key_wrap_aes(Span kek, Span key, guint8 *out)
{
    Schedule schedule;
    gsize size = key.size + KEY_WRAP_EXTRA;
    if (key.size < 16 || key.size > KEY_WRAP_MAX || key.size % 8 != 0)
        return FALSE;
    if (kek.size == 16) {
        aes128_set_encrypt_key(&schedule.aes128, kek.data);
        aes128_keywrap(&schedule.aes128, initial, size, out, key.data);
    } else if (kek.size == 24) {
        aes192_set_encrypt_key(&schedule.aes192, kek.data);
        aes192_keywrap(&schedule.aes192, initial, size, out, key.data);
    } else if (kek.size == 32) {
        aes256_set_encrypt_key(&schedule.aes256, kek.data);
        aes256_keywrap(&schedule.aes256, initial, size, out, key.data);
    } else {
        return FALSE;
    }
    secret_wipe(&schedule, sizeof schedule);
    return TRUE;
}

static void
derive_block(const Digest *digest, Span secret, guint32 counter, Span info,
             guint8 out[DIGEST_MAX])
{
    guint32 big = GUINT32_TO_BE(counter);
    gnutls_hash_hd_t hash;
    int made = gnutls_hash_init(&hash, digest->gnutls);
    g_assert(made >= 0);
    gnutls_hash(hash, secret.data, secret.size);
    gnutls_hash(hash, &big, sizeof big);
    gnutls_hash(hash, info.data, info.size);
    gnutls_hash_deinit(hash, out);
}

void
key_wrap_derive(const Digest *digest, Span secret, Span info, guint8 *out,
                gsize size)
{
    guint8 block[DIGEST_MAX];
    gsize length = gnutls_hash_get_len(digest->gnutls);
    for (guint32 counter = 1; size > 0; counter++) {
        gsize run = MIN(size, length);
        derive_block(digest, secret, counter, info, block);
        memcpy(out, block, run);
        out += run;
        size -= run;
    }
    secret_wipe(block, sizeof block);
}
