#include "core/net/sasl.h"

#include <glib.h>
#include <string.h>

#include "core/base/secret.h"

char *
sasl_plain(const char *login, const char *password)
{
    gsize first = strlen(login), second = strlen(password);
    gsize size = first + second + 2;
    g_autofree char *plain = g_malloc0(size + 1);
    memcpy(plain + 1, login, first);
    memcpy(plain + first + 2, password, second);
    char *encoded = g_base64_encode((const guchar *)plain, size);
    secret_wipe(plain, size);
    return encoded;
}
