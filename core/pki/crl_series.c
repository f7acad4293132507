#include "core/pki/crl_series.h"

#include "core/base/error.h"
#include "core/pki/cert_fields.h"
#include "core/pki/pem.h"
#include "core/pki/signature.h"

#include <string.h>

static gboolean
keep_list(const char *label, GBytes *der, gpointer data, GError **error)
{
    GBytes **list = data;
    if (strcmp(label, "X509 CRL") == 0 && *list == NULL)
        *list = g_bytes_ref(der);
    return TRUE;
}

Crl *
crl_read(GBytes *bytes, GError **error)
{
    g_autoptr(GBytes) list = NULL;
    if (!pem_is(bytes))
        return crl_parse(bytes, error);
    if (!pem_each(bytes, keep_list, &list, error))
        return NULL;
    if (list != NULL)
        return crl_parse(list, error);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                        "CRL: no CRL in it");
    return NULL;
}

gboolean
crl_names_issuer(const Crl *crl, const Cert *issuer)
{
    return name_equal(issuer->subject_key, crl->issuer);
}

gboolean
crl_is_from(const Crl *crl, const Cert *issuer)
{
    const CertExtensions *extensions = &issuer->extensions;
    if (extensions->has_key_usage &&
        !(extensions->key_usage & USAGE_CRL_SIGN))
        return FALSE;
    return crl_names_issuer(crl, issuer) &&
           signature_verify_digest(issuer->public_key,
                                   crl->signature_algorithm, crl->digest,
                                   crl->tbs, crl->signature);
}

char *
crl_series(const Crl *crl)
{
    gboolean is_delta = crl->base_number.size > 0;
    if (crl->scope_der.size == 0 && !is_delta)
        return g_strdup("");
    g_autofree char *scope = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, crl->scope_der.data, crl->scope_der.size);
    return g_strconcat(is_delta ? "delta " : "", scope, NULL);
}

char *
crl_number(const Crl *crl)
{
    Der number = crl->number;
    if (number.size == 0)
        return NULL;
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < number.size; i++)
        g_string_append_printf(text, "%02x", number.data[i]);
    gsize zeros = strspn(text->str, "0");
    g_string_erase(text, 0, (gssize)MIN(zeros, text->len - 1));
    return g_string_free(text, FALSE);
}

gboolean
crl_number_is_less(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return FALSE;
    gsize size_a = strlen(a), size_b = strlen(b);
    return size_a != size_b ? size_a < size_b : strcmp(a, b) < 0;
}
