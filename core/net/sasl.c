#include "core/net/sasl.h"

#include <glib.h>
#include <string.h>

#include "core/base/secret.h"

char *
sasl_plain(const char *login, const char *password)
{
    /* Room for all of it: a text that grows leaves copies behind. */
    g_autoptr(GString) plain =
        g_string_sized_new(strlen(login) + strlen(password) + 3);
    g_string_append_c(plain, '\0');
    g_string_append(plain, login);
    g_string_append_c(plain, '\0');
    g_string_append(plain, password);
    char *encoded = g_base64_encode((const guchar *)plain->str, plain->len);
    secret_wipe(plain->str, plain->allocated_len);
    return encoded;
}
