#include "core/pki/cert_fields.h"

#include <gnutls/gnutls.h>
#include <string.h>

/* What letters of other scripts become must be a domain: some are written in
 * ASCII with a space or an at sign, or come to nothing at all. */
static gboolean
is_host_name(const char *domain)
{
    return strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789-._") ==
           strlen(domain);
}

/* Lower-case ASCII domain, as DNS compares it. */
char *
address_domain_ascii(const char *domain)
{
    gnutls_datum_t mapped = {NULL, 0};
    if (*domain == '\0' ||
        gnutls_idna_map(domain, (unsigned)strlen(domain), &mapped, 0) != 0)
        return NULL;
    g_autofree char *out =
        g_ascii_strdown((const char *)mapped.data, mapped.size);
    gnutls_free(mapped.data);
    if (*out == '\0' || (!g_str_is_ascii(domain) && !is_host_name(out)))
        return NULL;
    return g_steal_pointer(&out);
}

/* C0 and C1 controls and DEL never belong in an address. */
static gboolean
is_clean_utf8(const char *text, gsize size)
{
    if (size == 0 || !g_utf8_validate(text, (gssize)size, NULL))
        return FALSE;
    for (const char *p = text; p < text + size;
         p = g_utf8_find_next_char(p, NULL)) {
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_both_parts(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL && at != address && at[1] != '\0';
}

char *
address_of_rfc822(Der value)
{
    for (gsize i = 0; i < value.size; i++) {
        if (value.data[i] < 0x20 || value.data[i] >= 0x7f)
            return NULL;
    }
    g_autofree char *text = g_strndup((const char *)value.data, value.size);
    return has_both_parts(text) ? g_steal_pointer(&text) : NULL;
}

char *
address_of_smtp_utf8(const DerItem *content)
{
    const char *data = (const char *)content->value.data;
    if (content->tag != DER_UTF8_STRING ||
        !is_clean_utf8(data, content->value.size))
        return NULL;
    g_autofree char *text = g_strndup(data, content->value.size);
    return has_both_parts(text) ? g_steal_pointer(&text) : NULL;
}

gboolean
cert_other_name(Der value, char oid[DER_OID_MAX], DerItem *content)
{
    Der type, wrapped;
    return der_take(&value, DER_OID, &type) && der_oid(type, oid) &&
           der_only(value, DER_CONTEXT | DER_CONSTRUCTED | 0, &wrapped) &&
           der_next(&wrapped, content) && wrapped.size == 0;
}

static char *
address_of(const DerItem *name)
{
    char oid[DER_OID_MAX];
    DerItem content;
    if (name->tag == GENERAL_EMAIL)
        return address_of_rfc822(name->value);
    if (name->tag == GENERAL_OTHER &&
        cert_other_name(name->value, oid, &content) &&
        strcmp(oid, OTHER_NAME_SMTP_UTF8) == 0)
        return address_of_smtp_utf8(&content);
    return NULL;
}

void
cert_addresses_read(Cert *cert)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    Der rest = cert->extensions.alt_names;
    DerItem name;
    while (der_next(&rest, &name)) {
        char *address = address_of(&name);
        if (address != NULL)
            g_ptr_array_add(found, address);
    }
    g_ptr_array_add(found, NULL);
    cert->addresses = (char **)g_ptr_array_steal(found, NULL);
}

gboolean
address_equal(const char *a, const char *b)
{
    const char *at_a = strrchr(a, '@');
    const char *at_b = strrchr(b, '@');
    if (at_a == NULL || at_b == NULL || at_a - a != at_b - b ||
        g_ascii_strncasecmp(a, b, (gsize)(at_a - a)) != 0)
        return FALSE;
    g_autofree char *domain_a = address_domain_ascii(at_a + 1);
    g_autofree char *domain_b = address_domain_ascii(at_b + 1);
    return domain_a != NULL && domain_b != NULL &&
           strcmp(domain_a, domain_b) == 0;
}

char *
cert_address_key(const char *address)
{
    if (!is_clean_utf8(address, strlen(address)) || !has_both_parts(address))
        return NULL;
    const char *at = strrchr(address, '@');
    g_autofree char *local = g_ascii_strdown(address, at - address);
    g_autofree char *domain = address_domain_ascii(at + 1);
    return domain != NULL ? g_strconcat(local, "@", domain, NULL) : NULL;
}

const char *const *
cert_addresses(const Cert *cert)
{
    return (const char *const *)cert->addresses;
}

/* The subject's emailAddress and CN never count (SEC-15): GnuTLS's own
 * comparison falls back to them. */
gboolean
cert_has_address(const Cert *cert, const char *address)
{
    if (!is_clean_utf8(address, strlen(address)) || !has_both_parts(address))
        return FALSE;
    for (char **own = cert->addresses; *own != NULL; own++) {
        if (address_equal(*own, address))
            return TRUE;
    }
    return FALSE;
}
