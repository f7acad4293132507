/* From DER to the members of a certificate, within the limits of SEC-05. */
#include "core/pki/cert_fields.h"

#include "core/base/error.h"

#include <string.h>

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE, "certificate: %s",
                what);
    return FALSE;
}

/* A modulus or exponent without its sign octet. */
static Der
magnitude(Der integer)
{
    while (integer.size > 0 && integer.data[0] == 0) {
        integer.data++;
        integer.size--;
    }
    return integer;
}

/* SEC-05: a huge modulus or exponent is slow, an even one is no key. */
static gboolean
check_rsa(Der key, GError **error)
{
    Der sequence, modulus, exponent;
    if (!der_only(key, DER_SEQUENCE, &sequence) ||
        !der_take(&sequence, DER_INTEGER, &modulus) ||
        !der_take(&sequence, DER_INTEGER, &exponent) || sequence.size != 0)
        return refuse(error, "RSA key cannot be read");
    modulus = magnitude(modulus);
    exponent = magnitude(exponent);
    if (modulus.size > CERT_MAX_RSA_BITS / 8)
        return refuse(error, "RSA key of more than 8192 bits");
    if (modulus.size < 32)
        return refuse(error, "RSA key of less than 256 bits");

    guint64 value = 0;
    for (gsize i = 0; i < MIN(exponent.size, 8); i++)
        value = value << 8 | exponent.data[i];
    if (exponent.size > 5 || value < 3 ||
        value > G_GUINT64_CONSTANT(1) << 32 || value % 2 == 0)
        return refuse(error, "RSA exponent is not odd, 3 to 2^32");
    return TRUE;
}

gboolean
cert_key_within_limits(Der public_key, GError **error)
{
    Der sequence, algorithm, oid, bits, key;
    if (!der_only(public_key, DER_SEQUENCE, &sequence) ||
        !der_take(&sequence, DER_SEQUENCE, &algorithm) ||
        !der_take(&algorithm, DER_OID, &oid) ||
        !der_only(sequence, DER_BIT_STRING, &bits) ||
        !der_bit_octets(bits, &key))
        return refuse(error, "public key cannot be read");
    if (der_is_oid(oid, "1.2.840.113549.1.1.1") ||
        der_is_oid(oid, "1.2.840.113549.1.1.10") ||
        der_is_oid(oid, "2.5.8.1.1"))
        return check_rsa(key, error);
    if (key.size > 2048)
        return refuse(error, "public key of more than 2048 octets");
    return TRUE;
}

/* version, serialNumber, signature, issuer, validity, subject, key. */
static gboolean
read_names_and_times(Cert *cert, Der *tbs, GError **error)
{
    Der serial, inner, validity;
    DerItem issuer, subject, key;
    if (!der_take(tbs, DER_INTEGER, &serial) || serial.size == 0 ||
        serial.size > 64 || !der_take(tbs, DER_SEQUENCE, &inner))
        return refuse(error, "serial number or algorithm is broken");
    /* RFC 5280 §4.1.1.2: both places must say the same. */
    if (!der_equal(inner, cert->signature_algorithm))
        return refuse(error, "two signature algorithms that differ");
    if (!der_take_item(tbs, DER_SEQUENCE, &issuer) ||
        !der_take(tbs, DER_SEQUENCE, &validity) ||
        !der_take_time(&validity, &cert->not_before) ||
        !der_take_time(&validity, &cert->not_after) || validity.size != 0)
        return refuse(error, "issuer or validity cannot be read");
    if (!der_take_item(tbs, DER_SEQUENCE, &subject) ||
        !der_take_item(tbs, DER_SEQUENCE, &key))
        return refuse(error, "subject or key cannot be read");
    cert->serial_der = der_copy(serial);
    cert->issuer_der = der_copy(issuer.whole);
    cert->issuer_key = name_parse(issuer.whole);
    cert->subject_key = name_parse(subject.whole);
    cert->subject_name = subject.whole;
    cert->public_key = key.whole;
    if (cert->issuer_key == NULL || cert->subject_key == NULL)
        return refuse(error, "a name cannot be read");
    return cert_key_within_limits(key.whole, error);
}

static gboolean
read_version(Cert *cert, Der *tbs, GError **error)
{
    Der tagged, number;
    guint value = 0;
    if (der_take(tbs, DER_CONTEXT | DER_CONSTRUCTED | 0, &tagged) &&
        (!der_only(tagged, DER_INTEGER, &number) ||
         !der_uint(number, &value) || value > 2))
        return refuse(error, "unknown version");
    cert->version = value + 1;
    return TRUE;
}

static gboolean
read_extensions(Cert *cert, Der tbs, GError **error)
{
    DerItem unique_id;
    Der tagged, list;
    while (der_at(tbs, DER_CONTEXT | 1) || der_at(tbs, DER_CONTEXT | 2)) {
        if (!der_next(&tbs, &unique_id))
            return refuse(error, "unique identifier is broken");
    }
    if (tbs.size == 0)
        return TRUE;
    if (cert->version != 3 ||
        !der_only(tbs, DER_CONTEXT | DER_CONSTRUCTED | 3, &tagged) ||
        !der_only(tagged, DER_SEQUENCE, &list))
        return refuse(error, "extensions cannot be read");
    return cert_extensions_read(&cert->extensions, list, error);
}

static gboolean
read_certificate(Cert *cert, GError **error)
{
    Der whole, bits, tbs;
    DerItem signed_part;
    if (!der_only(der_of(cert->der), DER_SEQUENCE, &whole) ||
        !der_take_item(&whole, DER_SEQUENCE, &signed_part) ||
        !der_take(&whole, DER_SEQUENCE, &cert->signature_algorithm) ||
        !der_only(whole, DER_BIT_STRING, &bits) ||
        !der_bit_octets(bits, &cert->signature))
        return refuse(error, "no DER certificate");
    cert->tbs = signed_part.whole;
    tbs = signed_part.value;
    return read_version(cert, &tbs, error) &&
           read_names_and_times(cert, &tbs, error) &&
           read_extensions(cert, tbs, error);
}

Cert *
cert_parse(GBytes *der, GError **error)
{
    if (g_bytes_get_size(der) > CERT_MAX_BYTES) {
        refuse(error, "more than 64 KiB");
        return NULL;
    }
    g_autoptr(Cert) cert = g_new0(Cert, 1);
    g_atomic_ref_count_init(&cert->refs);
    cert->der = g_bytes_ref(der);
    cert->extensions.path_len = -1;
    cert->extensions.require_explicit = -1;
    cert->extensions.inhibit_mapping = -1;
    cert->extensions.inhibit_any = -1;
    if (!read_certificate(cert, error) || !cert_describe(cert, error))
        return NULL;
    cert_addresses_read(cert);
    if (cert->extensions.key_id.size > 0)
        cert->key_id = der_copy(cert->extensions.key_id);
    return g_steal_pointer(&cert);
}
