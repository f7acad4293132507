/*
 * Revocation lists of the local authority (RFC 5280 §5), written by us:
 * GnuTLS's writer has no reason codes.
 */
#include <string.h>

#include "core/base/error.h"
#include "core/pki/authority_der.h"
#include "core/pki/authority_key.h"
#include "core/pki/cert_fields.h"

static const guint8 oid_reason[] = {0x55, 0x1d, 0x15};
static const guint8 oid_number[] = {0x55, 0x1d, 0x14};
static const guint8 oid_authority_key[] = {0x55, 0x1d, 0x23};

/* AlgorithmIdentifiers as they are written, whole. */
static const guint8 rsa_sha256[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
                                    0x86, 0x48, 0x86, 0xf7, 0x0d,
                                    0x01, 0x01, 0x0b, 0x05, 0x00};
static const guint8 ecdsa_sha256[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                      0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
static const guint8 ecdsa_sha384[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                      0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};

static void
put_algorithm(GByteArray *out, const AuthorityKey *key)
{
    int kind = gnutls_privkey_get_pk_algorithm(key->handle, NULL);
    if (kind == GNUTLS_PK_RSA)
        g_byte_array_append(out, rsa_sha256, sizeof rsa_sha256);
    else if (key->digest == GNUTLS_DIG_SHA384)
        g_byte_array_append(out, ecdsa_sha384, sizeof ecdsa_sha384);
    else
        g_byte_array_append(out, ecdsa_sha256, sizeof ecdsa_sha256);
}

/* §5.3.1: the reason is left out when it says nothing. */
static void
put_reason(GByteArray *out, gint reason)
{
    if (reason <= 0)
        return;
    guint mark = out->len;
    g_autoptr(GByteArray) value = g_byte_array_new();
    authority_der_number(value, DER_ENUMERATED, (guint64)reason);
    authority_der_extension(out, oid_reason, FALSE, value);
    authority_der_wrap(out, mark, DER_SEQUENCE);
}

static gboolean
put_entries(GByteArray *out, const GArray *revoked)
{
    guint list = out->len;
    for (guint i = 0; i < revoked->len; i++) {
        const AuthorityRevoked *one =
            &g_array_index(revoked, AuthorityRevoked, i);
        g_autoptr(GByteArray) serial = g_byte_array_new();
        guint mark = out->len;
        if (!authority_serial_bytes(one->serial, serial))
            return FALSE;
        authority_der_put(out, DER_INTEGER, serial->data, serial->len);
        authority_der_time(out, one->revoked);
        put_reason(out, one->reason);
        authority_der_wrap(out, mark, DER_SEQUENCE);
    }
    /* An empty list is absent. */
    if (revoked->len > 0)
        authority_der_wrap(out, list, DER_SEQUENCE);
    return TRUE;
}

static void
put_extensions(GByteArray *out, GBytes *authority_id, gint64 number)
{
    guint mark = out->len;
    g_autoptr(GByteArray) id = g_byte_array_new();
    g_autoptr(GByteArray) count = g_byte_array_new();
    Der raw = der_of(authority_id);
    authority_der_put(id, DER_CONTEXT | 0, raw.data, raw.size);
    authority_der_wrap(id, 0, DER_SEQUENCE);
    authority_der_number(count, DER_INTEGER, (guint64)number);
    authority_der_extension(out, oid_authority_key, FALSE, id);
    authority_der_extension(out, oid_number, FALSE, count);
    authority_der_wrap(out, mark, DER_SEQUENCE);
    authority_der_wrap(out, mark, DER_CONTEXT | DER_CONSTRUCTED | 0);
}

/* Appends the signature over everything so far, and wraps both. */
static GBytes *
sign(const AuthorityKey *key, GByteArray *out, GError **error)
{
    gnutls_datum_t data = {out->data, out->len};
    gnutls_datum_t signature = {NULL, 0};
    int kind = gnutls_privkey_get_pk_algorithm(key->handle, NULL);
    int status = gnutls_privkey_sign_data2(
        key->handle,
        gnutls_pk_to_sign((gnutls_pk_algorithm_t)kind, key->digest), 0, &data,
        &signature);
    if (status < 0) {
        authority_fail(error, "signing a list", status);
        return NULL;
    }
    put_algorithm(out, key);
    guint mark = out->len;
    g_byte_array_append(out, (const guint8 *)"", 1); /* no unused bits */
    g_byte_array_append(out, signature.data, signature.size);
    authority_der_wrap(out, mark, DER_BIT_STRING);
    authority_der_wrap(out, 0, DER_SEQUENCE);
    gnutls_free(signature.data);
    return g_bytes_new(out->data, out->len);
}

GBytes *
authority_make_crl(const AuthorityKey *key, const Cert *issuer,
                   const GArray *revoked, gint64 number, gint64 this_update,
                   gint64 next_update, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    Der name = issuer->subject_name;
    authority_der_number(out, DER_INTEGER, 1); /* v2 */
    put_algorithm(out, key);
    g_byte_array_append(out, name.data, (guint)name.size);
    authority_der_time(out, this_update);
    authority_der_time(out, next_update);
    if (!put_entries(out, revoked)) {
        authority_fail(error, "a serial number that is none",
                       GNUTLS_E_INVALID_REQUEST);
        return NULL;
    }
    put_extensions(out, cert_key_id(issuer), number);
    authority_der_wrap(out, 0, DER_SEQUENCE);
    return sign(key, out, error);
}
