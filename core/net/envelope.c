#include "core/net/envelope.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "core/base/error.h"

/* RFC 5321 §4.5.3.1: 64 and 255 octets and what joins them. */
#define MAX_ADDRESS 320

/* Nothing that could end the address, the line, or the conversation. Quoted
 * local parts are not offered anywhere, so spaces and '"' are refused too. */
static gboolean
is_clean(const char *address)
{
    if (strlen(address) > MAX_ADDRESS || !g_utf8_validate(address, -1, NULL))
        return FALSE;
    for (const char *c = address; *c != '\0'; c += g_utf8_skip[(guchar)*c]) {
        gunichar u = g_utf8_get_char(c);
        if (g_unichar_iscntrl(u) || g_unichar_isspace(u) ||
            (u < 128 && strchr("<>\"\\(),:;[]", (int)u) != NULL))
            return FALSE;
    }
    return TRUE;
}

static char *
map_domain(const char *domain)
{
    gnutls_datum_t mapped = {NULL, 0};
    if (g_str_is_ascii(domain))
        return g_strdup(domain);
    if (gnutls_idna_map(domain, (unsigned)strlen(domain), &mapped, 0) < 0)
        return NULL;
    char *copy = g_strndup((const char *)mapped.data, mapped.size);
    gnutls_free(mapped.data);
    return copy;
}

char *
envelope_address(const char *address, GError **error)
{
    const char *at = strrchr(address, '@');
    g_autofree char *domain = NULL;
    if (at != NULL && at > address && at[1] != '\0' && is_clean(address))
        domain = map_domain(at + 1);
    if (domain == NULL) {
        g_autofree char *shown = error_quote(address, -1, 80);
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "not an address mail can be sent to: %s", shown);
        return NULL;
    }
    g_autofree char *local = g_strndup(address, (gsize)(at - address));
    return g_strconcat(local, "@", domain, NULL);
}
