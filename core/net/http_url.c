/* Which addresses may be asked at all, whoever asks them. */
#include <string.h>

#include "core/base/error.h"
#include "core/net/http.h"

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "address: %s", what);
    return FALSE;
}

/* NULL for what two readers of addresses could take for different ones. */
static GUri *
url_read(const char *text)
{
    if (strlen(text) > HTTP_URL_MAX || !g_str_is_ascii(text) ||
        strpbrk(text, " \t\r\n\"<>\\^`{|}") != NULL)
        return NULL;
    return g_uri_parse(text, G_URI_FLAGS_ENCODED, NULL);
}

gboolean
http_check_url(const char *text, GError **error)
{
    g_autoptr(GUri) url = url_read(text);
    if (url == NULL)
        return refuse(error, "it cannot be read");
    const char *scheme = g_uri_get_scheme(url), *host = g_uri_get_host(url);
    if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        return refuse(error, "only http and https are asked");
    if (host == NULL || *host == '\0')
        return refuse(error, "it names no server");
    if (g_uri_get_userinfo(url) != NULL || g_uri_get_fragment(url) != NULL)
        return refuse(error,
                      "user, password and fragment have no place in it");
    return TRUE;
}

gboolean
http_is_same_host(const char *from, const char *to)
{
    if (!http_check_url(from, NULL) || !http_check_url(to, NULL))
        return FALSE;
    g_autoptr(GUri) a = url_read(from);
    g_autoptr(GUri) b = url_read(to);
    return g_ascii_strcasecmp(g_uri_get_host(a), g_uri_get_host(b)) == 0 &&
           (strcmp(g_uri_get_scheme(a), "http") == 0 ||
            strcmp(g_uri_get_scheme(b), "https") == 0);
}
