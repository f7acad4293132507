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

char *
recipient_serial(const Recipient *recipient)
{
    return recipient->issuer.size == 0 ? NULL : span_hex(recipient->serial);
}

char *
recipient_key_id(const Recipient *recipient)
{
    return recipient->key_id.size == 0 ? NULL : span_hex(recipient->key_id);
}
