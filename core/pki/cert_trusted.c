/*
 * OpenSSL's "TRUSTED CERTIFICATE": a certificate and, behind it, for which
 * purposes its holder trusts and mistrusts it. Bundles that a system makes
 * for several programs use it; what such a bundle withholds from mail must
 * not vouch for mail.
 */
#include "core/pki/cert_fields.h"

#include "core/base/error.h"

static char **
read_oids(Der list)
{
    g_autoptr(GPtrArray) oids = g_ptr_array_new_with_free_func(g_free);
    char oid[DER_OID_MAX];
    Der value;
    while (list.size > 0) {
        if (oids->len == CERT_MAX_POLICIES ||
            !der_take(&list, DER_OID, &value) || !der_oid(value, oid))
            return NULL;
        g_ptr_array_add(oids, g_strdup(oid));
    }
    g_ptr_array_add(oids, NULL);
    return (char **)g_ptr_array_steal(oids, NULL);
}

/* CertAux: SEQUENCE { trust SEQUENCE OF OID, reject [0], alias, … }. */
static gboolean
read_settings(Cert *cert, Der whole)
{
    Der settings, list;
    if (whole.size == 0)
        return TRUE;
    if (!der_only(whole, DER_SEQUENCE, &settings))
        return FALSE;
    if (der_take(&settings, DER_SEQUENCE, &list) &&
        (cert->trusted = read_oids(list)) == NULL)
        return FALSE;
    if (der_take(&settings, DER_CONTEXT | DER_CONSTRUCTED | 0, &list) &&
        (cert->rejected = read_oids(list)) == NULL)
        return FALSE;
    return TRUE;
}

Cert *
cert_parse_trusted(GBytes *der, GError **error)
{
    Der rest = der_of(der);
    DerItem first;
    if (!der_take_item(&rest, DER_SEQUENCE, &first)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                            "certificate: no DER certificate");
        return NULL;
    }
    g_autoptr(GBytes) alone = der_copy(first.whole);
    g_autoptr(Cert) cert = cert_parse(alone, error);
    if (cert != NULL && !read_settings(cert, rest)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                            "certificate: trust settings cannot be read");
        return NULL;
    }
    return g_steal_pointer(&cert);
}

static gboolean
names(char **oids, const char *purpose)
{
    const char *const *list = (const char *const *)oids;
    return oids != NULL && (g_strv_contains(list, purpose) ||
                            g_strv_contains(list, PURPOSE_ANY));
}

gboolean
cert_is_distrusted(const Cert *cert, const char *purpose)
{
    return names(cert->rejected, purpose) ||
           (cert->trusted != NULL && !names(cert->trusted, purpose));
}

gboolean
cert_same_authority(const Cert *a, const Cert *b)
{
    return der_equal(a->public_key, b->public_key) &&
           name_equal(a->subject_key, b->subject_key);
}
