/* Certificates as people and authorities hand them out. */
#include "core/pki/cert_fields.h"

#include "core/base/error.h"
#include "core/pki/gnutls_auto.h"
#include "core/pki/pem.h"

#include <string.h>

#define MAX_FILE_BYTES (8 * 1024 * 1024)
#define MAX_FILE_CERTS 4096
#define OID_SIGNED_DATA "1.2.840.113549.1.7.2"

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                "certificate file: %s", what);
    return FALSE;
}

/* Takes cert, which is NULL if error is set. */
static gboolean
keep(GPtrArray *certs, Cert *cert, GError **error)
{
    if (cert == NULL)
        return FALSE;
    g_ptr_array_add(certs, cert);
    return certs->len <= MAX_FILE_CERTS ||
           refuse(error, "more than 4096 certificates");
}

static gboolean
add_cert(GPtrArray *certs, GBytes *der, GError **error)
{
    return keep(certs, cert_parse(der, error), error);
}

/* A certs-only SignedData; a content or a signature in it is not looked at.
 */
static gboolean
add_pkcs7(GPtrArray *certs, GBytes *der, GError **error)
{
    g_auto(gnutls_pkcs7_t) p7 = NULL;
    gsize size;
    const void *data = g_bytes_get_data(der, &size);
    gnutls_datum_t datum = {(guint8 *)(guintptr)data, (unsigned)size};
    if (gnutls_pkcs7_init(&p7) < 0 ||
        gnutls_pkcs7_import(p7, &datum, GNUTLS_X509_FMT_DER) < 0)
        return refuse(error, "PKCS #7 cannot be read");
    int count = gnutls_pkcs7_get_crt_count(p7);
    for (int i = 0; i < count; i++) {
        gnutls_datum_t raw = {NULL, 0};
        if (gnutls_pkcs7_get_crt_raw2(p7, (unsigned)i, &raw) < 0)
            return refuse(error, "PKCS #7 cannot be read");
        g_autoptr(GBytes) one = g_bytes_new(raw.data, raw.size);
        gnutls_free(raw.data);
        if (!add_cert(certs, one, error))
            return FALSE;
    }
    return TRUE;
}

/* ContentInfo begins with an OID, a certificate with another SEQUENCE. The
 * outer length may be indefinite (BER), so it is not looked at here. */
static gboolean
is_pkcs7(GBytes *der)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(der, &size);
    if (size < 16 || data[0] != DER_SEQUENCE)
        return FALSE;
    gsize skip = 2;
    if (data[1] > 0x80 && data[1] <= 0x84)
        skip += data[1] & 0x7fU;
    Der rest = {data + skip, size - skip}, oid;
    return der_take(&rest, DER_OID, &oid) && der_is_oid(oid, OID_SIGNED_DATA);
}

static gboolean
add_der(GPtrArray *certs, GBytes *der, GError **error)
{
    return is_pkcs7(der) ? add_pkcs7(certs, der, error)
                         : add_cert(certs, der, error);
}

static const char *const labels[] = {"CERTIFICATE", "X509 CERTIFICATE",
                                     "PKCS7", "CMS"};

static gboolean
is_label_of_certs(const char *label)
{
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (strcmp(label, labels[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
add_block(const char *label, GBytes *der, gpointer data, GError **error)
{
    if (strcmp(label, "TRUSTED CERTIFICATE") == 0)
        return keep(data, cert_parse_trusted(der, error), error);
    /* A key or a request beside the certificate is none of ours. */
    return !is_label_of_certs(label) || add_der(data, der, error);
}

GPtrArray *
cert_parse_file(GBytes *bytes, GError **error)
{
    g_autoptr(GPtrArray) certs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    if (g_bytes_get_size(bytes) > MAX_FILE_BYTES) {
        refuse(error, "more than 8 MiB");
        return NULL;
    }
    gboolean read = pem_is(bytes) ? pem_each(bytes, add_block, certs, error)
                                  : add_der(certs, bytes, error);
    if (!read)
        return NULL;
    if (certs->len == 0) {
        refuse(error, "no certificate in it");
        return NULL;
    }
    return g_steal_pointer(&certs);
}

/* What was stored was read once; where the limits have become stricter since,
 * the judgement says what is missing. */
GPtrArray *
cert_chain_read(GBytes *pem)
{
    GPtrArray *certs =
        g_bytes_get_size(pem) > 0 ? cert_parse_file(pem, NULL) : NULL;
    return certs != NULL ? certs : g_ptr_array_new();
}
