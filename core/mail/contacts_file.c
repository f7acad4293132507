#include "core/mail/contacts_file.h"

#include <string.h>

#include "core/base/error.h"
#include "core/cms/content_info.h"
#include "core/cms/signed_data.h"
#include "core/pki/pem.h"

/* FALSE once there are more than any person's certificate needs. */
static gboolean
add(GPtrArray *certs, Cert *cert, GError **error)
{
    if (certs->len < CONTACTS_FILE_MAX_CERTS) {
        g_ptr_array_add(certs, cert);
        return TRUE;
    }
    cert_unref(cert);
    g_set_error(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                "certificate file: more than %d certificates",
                CONTACTS_FILE_MAX_CERTS);
    return FALSE;
}

/*
 * By our own bounded reader: this file can be of the same sender as the
 * message. Whether it signs anything is not asked; no key is below a floor
 * of 0.
 */
static gboolean
add_pkcs7(GPtrArray *certs, GBytes *der, GError **error)
{
    g_autoptr(SignedData) data = signed_data_read(der, NULL, 0, NULL, 0, 0);
    for (guint i = 0; i < data->certs->len; i++) {
        if (!add(certs, cert_ref(g_ptr_array_index(data->certs, i)), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_der(GPtrArray *certs, GBytes *der, GError **error)
{
    if (g_strcmp0(cms_content_kind(der), "signed") == 0)
        return add_pkcs7(certs, der, error);
    Cert *cert = cert_parse(der, NULL);
    return cert == NULL || add(certs, cert, error);
}

static gboolean
add_block(const char *label, GBytes *der, gpointer data, GError **error)
{
    static const char *const labels[] = {"CERTIFICATE", "X509 CERTIFICATE",
                                         "PKCS7", "CMS"};
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (strcmp(label, labels[i]) == 0)
            return add_der(data, der, error);
    }
    return TRUE;
}

GPtrArray *
contacts_file_read(GBytes *file, GError **error)
{
    if (g_bytes_get_size(file) > CONTACTS_FILE_MAX_BYTES) {
        g_set_error(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                    "certificate file: more than %d bytes",
                    CONTACTS_FILE_MAX_BYTES);
        return NULL;
    }
    g_autoptr(GPtrArray) certs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    gboolean read = pem_is(file) ? pem_each(file, add_block, certs, error)
                                 : add_der(certs, file, error);
    if (!read)
        return NULL;
    if (certs->len == 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                            "certificate file: no certificate in it");
        return NULL;
    }
    return g_steal_pointer(&certs);
}
