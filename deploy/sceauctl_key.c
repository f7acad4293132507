#include "deploy/sceauctl_key.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"

#define KEY_SIZE_MAX 32

GBytes *
sceauctl_key_take(char *text, GError **error)
{
    guint8 key[KEY_SIZE_MAX];
    gsize length = strlen(text), size = length / 2;
    gboolean good = (length == 32 || length == 48 || length == 64) &&
                    strspn(text, "0123456789abcdefABCDEF") == length;
    for (gsize i = 0; good && i < size; i++)
        key[i] = (guint8)(g_ascii_xdigit_value(text[2 * i]) << 4 |
                          g_ascii_xdigit_value(text[2 * i + 1]));
    secret_wipe(text, length);
    if (!good) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "--content-key: not a key of 16, 24 or 32 octets "
                            "in hexadecimal digits");
        return NULL;
    }
    GBytes *bytes = secret_bytes_new(key, size);
    secret_wipe(key, sizeof key);
    return bytes;
}
