#include "core/pki/constraint_match.h"

#include <string.h>

/* An IA5String's contents as text; NULL if it has anything else in it. */
static char *
ascii_of(Der base)
{
    for (gsize i = 0; i < base.size; i++) {
        if (base.data[i] <= 0x20 || base.data[i] >= 0x7f)
            return NULL;
    }
    return g_strndup((const char *)base.data, base.size);
}

static gboolean
ends_with(const char *text, const char *end)
{
    gsize size = strlen(text), tail = strlen(end);
    return size >= tail && g_ascii_strcasecmp(text + size - tail, end) == 0;
}

/* "example.org" allows itself and all below it. */
static Match
match_dns(const char *host, const char *base)
{
    if (*base == '\0' || g_ascii_strcasecmp(host, base) == 0)
        return MATCH_YES;
    if (*base == '.')
        return ends_with(host, base) ? MATCH_YES : MATCH_NO;
    g_autofree char *below = g_strconcat(".", base, NULL);
    return ends_with(host, below) ? MATCH_YES : MATCH_NO;
}

/* ".example.org" allows all below it, "example.org" that host alone. */
static Match
match_host(const char *host, const char *base)
{
    gboolean matches = *base == '.' ? ends_with(host, base)
                                    : g_ascii_strcasecmp(host, base) == 0;
    return matches ? MATCH_YES : MATCH_NO;
}

/* The name's domain is in lower-case A-labels already; the base is ASCII. */
static Match
match_mail(const char *address, const char *base)
{
    if (*base == '\0')
        return MATCH_YES;
    if (strchr(base, '@') != NULL)
        return g_ascii_strcasecmp(address, base) == 0 ? MATCH_YES : MATCH_NO;
    return match_host(strrchr(address, '@') + 1, base);
}

/* Only a URI with a host name can keep to a constraint. */
static Match
match_uri(const char *uri, const char *base)
{
    const char *authority = strstr(uri, "://");
    if (authority == NULL)
        return MATCH_UNKNOWN;
    authority += 3;
    g_autofree char *host = g_strndup(authority, strcspn(authority, "/?#"));
    char *user = strrchr(host, '@');
    char *name = user != NULL ? user + 1 : host;
    name[strcspn(name, ":")] = '\0';
    if (*name == '\0' || *name == '[' || g_hostname_is_ip_address(name))
        return MATCH_UNKNOWN;
    return match_host(name, base);
}

static Match
match_ip(Der address, Der base)
{
    if ((base.size != 8 && base.size != 32) ||
        (address.size != 4 && address.size != 16))
        return MATCH_UNKNOWN;
    if (base.size != 2 * address.size)
        return MATCH_NO;
    const guint8 *mask = base.data + address.size;
    for (gsize i = 0; i < address.size; i++) {
        if ((address.data[i] ^ base.data[i]) & mask[i])
            return MATCH_NO;
    }
    return MATCH_YES;
}

static Match
match_directory(Der name, Der base)
{
    g_autoptr(Name) borne = name_parse(name);
    g_autoptr(Name) top = name_parse(base);
    if (borne == NULL || top == NULL)
        return MATCH_UNKNOWN;
    return name_is_within(borne, top) ? MATCH_YES : MATCH_NO;
}

/* Other names are compared by their type only: their values are unknown. */
static Match
match_other(const BorneName *name, Der base)
{
    char oid[DER_OID_MAX];
    DerItem content;
    if (!cert_other_name(base, oid, &content))
        return MATCH_UNKNOWN;
    return strcmp(oid, name->other) == 0 ? MATCH_UNKNOWN : MATCH_NO;
}

static Match
match_text(const BorneName *name, Der base)
{
    g_autofree char *text = ascii_of(base);
    if (text == NULL || name->text == NULL)
        return MATCH_UNKNOWN;
    if (name->kind == GENERAL_EMAIL)
        return match_mail(name->text, text);
    if (name->kind == GENERAL_URI)
        return match_uri(name->text, text);
    return match_dns(name->text, text);
}

Match
constraint_match(const BorneName *name, Der base)
{
    switch (name->kind) {
    case GENERAL_EMAIL:
    case GENERAL_DNS:
    case GENERAL_URI:
        return match_text(name, base);
    case GENERAL_IP:
        return match_ip(name->value, base);
    case GENERAL_DIRECTORY:
        return match_directory(name->value, base);
    case GENERAL_OTHER:
        return match_other(name, base);
    default:
        return MATCH_UNKNOWN;
    }
}
