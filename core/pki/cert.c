#include "core/pki/cert_fields.h"

static void
bytes_free(GBytes *bytes)
{
    if (bytes != NULL)
        g_bytes_unref(bytes);
}

Cert *
cert_ref(Cert *cert)
{
    g_atomic_ref_count_inc(&cert->refs);
    return cert;
}

void
cert_unref(Cert *cert)
{
    if (cert == NULL || !g_atomic_ref_count_dec(&cert->refs))
        return;
    cert_extensions_clear(&cert->extensions);
    name_free(cert->subject_key);
    name_free(cert->issuer_key);
    g_strfreev(cert->addresses);
    g_strfreev(cert->trusted);
    g_strfreev(cert->rejected);
    bytes_free(cert->issuer_der);
    bytes_free(cert->serial_der);
    bytes_free(cert->key_id);
    g_free(cert->fingerprint);
    g_free(cert->name);
    g_free(cert->subject);
    g_free(cert->issuer);
    g_free(cert->issuer_name);
    g_free(cert->serial);
    g_free(cert->algorithm);
    g_bytes_unref(cert->der);
    g_free(cert);
}

GBytes *
cert_der(const Cert *cert)
{
    return cert->der;
}

const char *
cert_fingerprint(const Cert *cert)
{
    return cert->fingerprint;
}

const char *
cert_name(const Cert *cert)
{
    return cert->name;
}

const char *
cert_subject(const Cert *cert)
{
    return cert->subject;
}

const char *
cert_issuer(const Cert *cert)
{
    return cert->issuer;
}

const char *
cert_issuer_name(const Cert *cert)
{
    return cert->issuer_name;
}

const char *
cert_serial(const Cert *cert)
{
    return cert->serial;
}

GBytes *
cert_issuer_der(const Cert *cert)
{
    return cert->issuer_der;
}

GBytes *
cert_serial_der(const Cert *cert)
{
    return cert->serial_der;
}

GBytes *
cert_key_id(const Cert *cert)
{
    return cert->key_id;
}

gint64
cert_not_before(const Cert *cert)
{
    return cert->not_before;
}

gint64
cert_not_after(const Cert *cert)
{
    return cert->not_after;
}

char *
cert_key_print(const Cert *cert)
{
    return g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, cert->public_key.data, cert->public_key.size);
}

KeyKind
cert_key_kind(const Cert *cert)
{
    return cert->kind;
}

guint
cert_key_bits(const Cert *cert)
{
    return cert->bits;
}

const char *
cert_algorithm(const Cert *cert)
{
    return cert->algorithm;
}

gboolean
cert_equal(const Cert *a, const Cert *b)
{
    return a == b || g_bytes_equal(a->der, b->der);
}

gboolean
cert_is_self_issued(const Cert *cert)
{
    return name_equal(cert->subject_key, cert->issuer_key);
}

gboolean
cert_names_issuer(const Cert *cert, const Cert *issuer)
{
    return name_equal(cert->issuer_key, issuer->subject_key);
}

gboolean
cert_same_issuer(const Cert *a, const Cert *b)
{
    return name_equal(a->issuer_key, b->issuer_key);
}

gboolean
cert_is_authority(const Cert *cert)
{
    return cert->extensions.is_ca;
}
