#include "core/net/sasl.h"

#include <glib.h>
#include <string.h>

#include "core/base/secret.h"

char *
sasl_plain(const char *login, const char *password)
{
    gsize size = strlen(login) + strlen(password) + 2;
    g_autofree char *plain = g_malloc0(size + 1);
    strcpy(plain + 1, login);
    strcpy(plain + strlen(login) + 2, password);
    char *encoded = g_base64_encode((const guchar *)plain, size);
    secret_wipe(plain, size);
    return encoded;
}
