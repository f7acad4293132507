#include "core/pki/cert_export.h"

#include <gnutls/pkcs12.h>
#include <string.h>

#include "core/base/error.h"
#include "core/pki/gnutls_auto.h"

static const char *const names[] = {
    [CERT_PEM] = "pem",
    [CERT_DER] = "der",
    [CERT_P7B] = "p7b",
    [CERT_P12] = "p12",
};

const char *
cert_format_name(CertFormat format)
{
    return names[format];
}

gboolean
cert_format_from_name(const char *name, CertFormat *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (CertFormat)i;
            return TRUE;
        }
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "certificate: no such file format");
    return FALSE;
}

void
cert_append_pem(GString *out, const Cert *cert)
{
    gsize size;
    const guint8 *der = g_bytes_get_data(cert_der(cert), &size);
    g_autofree char *text = g_base64_encode(der, size);
    g_string_append(out, "-----BEGIN CERTIFICATE-----\n");
    /* RFC 7468: lines of 64; openssl reads no longer ones than 76. */
    for (gsize at = 0; at < strlen(text); at += 64)
        g_string_append_printf(out, "%.64s\n", text + at);
    g_string_append(out, "-----END CERTIFICATE-----\n");
}

static GBytes *
export_pem(const Cert *cert)
{
    GString *out = g_string_new(NULL);
    cert_append_pem(out, cert);
    return g_string_free_to_bytes(out);
}

static gnutls_datum_t
datum_of(const Cert *cert)
{
    gsize size;
    const void *data = g_bytes_get_data(cert_der(cert), &size);
    return (gnutls_datum_t){(guint8 *)(guintptr)data, (unsigned)size};
}

/* The certificate, then its chain; NULL at the end. */
static const Cert *
nth(const Cert *cert, GPtrArray *chain, guint n)
{
    if (n == 0)
        return cert;
    return chain != NULL && n <= chain->len ? g_ptr_array_index(chain, n - 1)
                                            : NULL;
}

/* Frees the library's buffer; result is what the library returned. */
static GBytes *
written(int result, gnutls_datum_t *out, GError **error)
{
    if (result < 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                            "certificate: cannot be written");
        return NULL;
    }
    GBytes *bytes = g_bytes_new(out->data, out->size);
    gnutls_free(out->data);
    return bytes;
}

static GBytes *
export_p7b(const Cert *cert, GPtrArray *chain, GError **error)
{
    g_auto(gnutls_pkcs7_t) p7 = NULL;
    gnutls_datum_t out = {NULL, 0};
    const Cert *one;
    int result = gnutls_pkcs7_init(&p7);
    for (guint n = 0; result >= 0 && (one = nth(cert, chain, n)) != NULL;
         n++) {
        gnutls_datum_t der = datum_of(one);
        result = gnutls_pkcs7_set_crt_raw(p7, &der);
    }
    if (result >= 0)
        result = gnutls_pkcs7_export2(p7, GNUTLS_X509_FMT_DER, &out);
    return written(result, &out, error);
}

static int
bag_fill(gnutls_pkcs12_bag_t bag, const Cert *cert, GPtrArray *chain)
{
    const Cert *one;
    int result = 0;
    for (guint n = 0; result >= 0 && (one = nth(cert, chain, n)) != NULL;
         n++) {
        gnutls_datum_t der = datum_of(one);
        result =
            gnutls_pkcs12_bag_set_data(bag, GNUTLS_BAG_CERTIFICATE, &der);
        if (result >= 0)
            result = gnutls_pkcs12_bag_set_friendly_name(bag, result,
                                                         cert_name(one));
    }
    return result;
}

static GBytes *
export_p12(const Cert *cert, GPtrArray *chain, const char *password,
           GError **error)
{
    g_auto(gnutls_pkcs12_t) p12 = NULL;
    g_auto(gnutls_pkcs12_bag_t) bag = NULL;
    gnutls_datum_t out = {NULL, 0};
    int result = gnutls_pkcs12_init(&p12);
    if (result >= 0)
        result = gnutls_pkcs12_bag_init(&bag);
    if (result >= 0)
        result = bag_fill(bag, cert, chain);
    if (result >= 0)
        result = gnutls_pkcs12_bag_encrypt(bag, password,
                                           GNUTLS_PKCS_PBES2_AES_256);
    if (result >= 0)
        result = gnutls_pkcs12_set_bag(p12, bag);
    if (result >= 0)
        result =
            gnutls_pkcs12_generate_mac2(p12, GNUTLS_MAC_SHA256, password);
    if (result >= 0)
        result = gnutls_pkcs12_export2(p12, GNUTLS_X509_FMT_DER, &out);
    return written(result, &out, error);
}

static gboolean
check_password(const char *password, GError **error)
{
    if (password != NULL && *password != '\0' &&
        strlen(password) <= CERT_PASSWORD_MAX &&
        g_utf8_validate(password, -1, NULL))
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                "certificate: a .p12 needs a password of 1 to %d bytes",
                CERT_PASSWORD_MAX);
    return FALSE;
}

GBytes *
cert_export(const Cert *cert, GPtrArray *chain, CertFormat format,
            const char *password, GError **error)
{
    switch (format) {
    case CERT_PEM:
        return export_pem(cert);
    case CERT_DER:
        return g_bytes_ref(cert_der(cert));
    case CERT_P7B:
        return export_p7b(cert, chain, error);
    case CERT_P12:
        return check_password(password, error)
                   ? export_p12(cert, chain, password, error)
                   : NULL;
    }
    g_assert_not_reached();
}
