/* Any bytes as a recipient's point, modulus, exponent and key: wrapped or
 * refused. The first byte chooses what they are. */
#include <stdint.h>
#include <stdlib.h>

#include "core/cms/content.h"
#include "core/cms/key_wrap.h"
#include "core/cms/recipient_agree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
agree(Curve curve, Span point)
{
    guint8 ours[KEY_AGREE_POINT_MAX], secret[KEY_AGREE_SECRET_MAX];
    guint8 again[KEY_AGREE_SECRET_MAX], other[KEY_AGREE_POINT_MAX];
    guint8 number[KEY_AGREE_SECRET_MAX] = {0};
    gsize n = curve_secret_size(curve);
    number[n - 1] = 8;
    Span scalar = {number, n};
    gboolean good = key_agree_make(curve, point, ours, secret);
    if (curve != CURVE_X25519 &&
        good != key_agree_with(curve, scalar, point, other, again))
        abort();
}

static void
wrap(guint8 choice, Span rest)
{
    guint8 out[KEY_WRAP_MAX + KEY_WRAP_EXTRA], derived[64];
    gsize kek = MIN(rest.size, (gsize)(choice & 0x3f));
    Span first = {rest.data, kek};
    Span key = {rest.data + kek, rest.size - kek};
    key_wrap_aes(first, key, out);
    key_wrap_derive(digest_find(OID_SHA384), first, key, derived,
                    sizeof derived);
    GBytes *info = shared_info_write(first, key, 256);
    gsize size;
    if (!tlv_measure(span_of(info), &size) && kek == 0)
        abort();
    g_bytes_unref(info);
}

static void
encrypt(guint8 choice, Span rest)
{
    gsize split = rest.size > 0 ? rest.data[0] : 0;
    gsize exponent = MIN(rest.size, split & 7);
    Span e = {rest.data, exponent};
    Span n = {rest.data + exponent, rest.size - exponent};
    guint8 key[KEY_WRAP_MAX] = {1};
    GBytes *got = key_wrap_oaep(digest_find(OID_SHA256), n, e,
                                (Span){key, choice & 1 ? 16 : sizeof key});
    if (got != NULL && g_bytes_get_size(got) > rest.size)
        abort();
    g_clear_pointer(&got, g_bytes_unref);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Span rest = {data + 1, size - 1};
    if (data[0] < 64)
        agree((Curve)(data[0] & 3), rest);
    else if (data[0] < 128)
        encrypt(data[0], rest);
    else
        wrap(data[0], rest);
    return 0;
}
