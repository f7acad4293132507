#include <gnutls/x509.h>

#include "core/cms/recipient.h"

char *
recipient_issuer(const Recipient *recipient)
{
    gnutls_x509_dn_t name;
    gnutls_datum_t text = {NULL, 0};
    gnutls_datum_t der = {(guint8 *)(gsize)recipient->issuer.data,
                          (guint)recipient->issuer.size};
    if (recipient->issuer.size == 0 || gnutls_x509_dn_init(&name) < 0)
        return NULL;
    char *out = NULL;
    if (gnutls_x509_dn_import(name, &der) >= 0 &&
        gnutls_x509_dn_get_str2(name, &text, 0) >= 0) {
        g_autofree char *raw = g_strndup((const char *)text.data, text.size);
        out = g_utf8_make_valid(raw, -1);
        gnutls_free(text.data);
    }
    gnutls_x509_dn_deinit(name);
    /* An empty name is an error to GnuTLS and none to RFC 5280. */
    return out == NULL ? g_strdup("") : out;
}

static char *
hex_of(Span bytes)
{
    GString *hex = g_string_sized_new(2 * bytes.size + 1);
    for (gsize i = 0; i < bytes.size; i++)
        g_string_append_printf(hex, "%02x", bytes.data[i]);
    return g_string_free(hex, FALSE);
}

char *
recipient_serial(const Recipient *recipient)
{
    return recipient->issuer.size == 0 ? NULL : hex_of(recipient->serial);
}

char *
recipient_key_id(const Recipient *recipient)
{
    return recipient->key_id.size == 0 ? NULL : hex_of(recipient->key_id);
}
