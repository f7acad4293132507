#include "core/base/error.h"

#include <string.h>

G_DEFINE_QUARK(sceau - app - error, app_error)

const char *
app_error_name(AppError code)
{
    static const char *const names[] = {
        [APP_ERROR_INPUT] = "input",
        [APP_ERROR_NOT_FOUND] = "not-found",
        [APP_ERROR_EXPIRED] = "expired",
        [APP_ERROR_FORBIDDEN] = "forbidden",
        [APP_ERROR_SIGN_IN] = "sign-in",
        [APP_ERROR_CREDENTIALS] = "credentials",
        [APP_ERROR_BACK_OFF] = "back-off",
        [APP_ERROR_TOO_LARGE] = "too-large",
        [APP_ERROR_TOO_COMPLEX] = "too-complex",
        [APP_ERROR_MALFORMED] = "malformed",
        [APP_ERROR_UNREACHABLE] = "unreachable",
        [APP_ERROR_INSECURE] = "insecure",
        [APP_ERROR_REFUSED] = "refused",
        [APP_ERROR_UNKNOWN_OUTCOME] = "unknown-outcome",
        [APP_ERROR_CONFLICT] = "conflict",
        [APP_ERROR_SIGNATURE] = "signature",
        [APP_ERROR_CERTIFICATE] = "certificate",
        [APP_ERROR_BUSY] = "busy",
        [APP_ERROR_STORE] = "store",
        [APP_ERROR_CONFIG] = "config",
        [APP_ERROR_FILE] = "file",
        [APP_ERROR_INTERNAL] = "internal",
    };

    g_assert((gsize)code < G_N_ELEMENTS(names) && names[code] != NULL);
    return names[code];
}

AppError
app_error_code(const GError *error)
{
    if (error == NULL || error->domain != APP_ERROR)
        return APP_ERROR_INTERNAL;
    return (AppError)error->code;
}

char *
error_quote(const char *text, gssize len, gsize max)
{
    if (text == NULL)
        return g_strdup("");

    gsize size = len < 0 ? strlen(text) : (gsize)len;
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < size && i < max; i++) {
        guchar c = (guchar)text[i];
        /* The backslash too, or an escape could be forged. */
        if (c >= 0x20 && c < 0x7f && c != '\\')
            g_string_append_c(out, (char)c);
        else
            g_string_append_printf(out, "\\x%02x", c);
    }
    return g_string_free(out, FALSE);
}
