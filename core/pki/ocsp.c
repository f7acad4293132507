#include "core/pki/ocsp.h"

#include "core/pki/cert_fields.h"
#include "core/pki/signature.h"
#include "core/pki/strength.h"

#define PURPOSE_OCSP "1.3.6.1.5.5.7.3.9"

static const guint8 sha1_oid[] = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
static const guint8 nonce_oid[] = {0x2b, 0x06, 0x01, 0x05, 0x05,
                                   0x07, 0x30, 0x01, 0x02};

static const struct {
    const char *oid;
    GChecksumType type;
} hashes[] = {
    {"1.3.14.3.2.26", G_CHECKSUM_SHA1},
    {"2.16.840.1.101.3.4.2.1", G_CHECKSUM_SHA256},
    {"2.16.840.1.101.3.4.2.2", G_CHECKSUM_SHA384},
    {"2.16.840.1.101.3.4.2.3", G_CHECKSUM_SHA512},
};

static GBytes *
hash_of(GChecksumType type, Der bytes)
{
    guint8 digest[64];
    gsize size = sizeof digest;
    g_autoptr(GChecksum) sum = g_checksum_new(type);
    g_checksum_update(sum, bytes.data, (gssize)bytes.size);
    g_checksum_get_digest(sum, digest, &size);
    return g_bytes_new(digest, size);
}

/* The octets that issuerKeyHash is over: without tag and unused bits. */
static Der
key_octets(const Cert *cert)
{
    Der sequence, algorithm, bits, octets = {NULL, 0};
    if (der_only(cert->public_key, DER_SEQUENCE, &sequence) &&
        der_take(&sequence, DER_SEQUENCE, &algorithm) &&
        der_only(sequence, DER_BIT_STRING, &bits))
        der_bit_octets(bits, &octets);
    return octets;
}

/* Puts tag and length before what out has from start on. */
static void
enclose(GByteArray *out, guint start, guint8 tag)
{
    guint size = out->len - start, used = 1;
    guint8 head[4] = {tag};
    if (size >= 0x100)
        head[used++] = 0x82;
    else if (size >= 0x80)
        head[used++] = 0x81;
    if (size >= 0x100)
        head[used++] = (guint8)(size >> 8);
    head[used++] = (guint8)size;
    g_byte_array_append(out, head, used);
    guint8 *data = out->data + start;
    for (guint i = 0; i < used; i++) {
        for (guint at = size + i; at > i; at--)
            data[at] = data[at - 1];
        data[i] = head[i];
    }
}

static void
append(GByteArray *out, guint8 tag, Der value)
{
    guint start = out->len;
    g_byte_array_append(out, value.data, (guint)value.size);
    enclose(out, start, tag);
}

static void
append_hash(GByteArray *out, Der bytes)
{
    g_autoptr(GBytes) hash = hash_of(G_CHECKSUM_SHA1, bytes);
    append(out, DER_OCTET_STRING, der_of(hash));
}

static void
append_nonce(GByteArray *out, GBytes *nonce)
{
    guint start = out->len;
    append(out, DER_OCTET_STRING, der_of(nonce));
    enclose(out, start, DER_OCTET_STRING);
    g_autoptr(GByteArray) extension = g_byte_array_new();
    append(extension, DER_OID, (Der){nonce_oid, sizeof nonce_oid});
    g_byte_array_append(extension, out->data + start, out->len - start);
    g_byte_array_set_size(out, start);
    g_byte_array_append(out, extension->data, extension->len);
    enclose(out, start, DER_SEQUENCE);
    enclose(out, start, DER_SEQUENCE);
    enclose(out, start, DER_CONTEXT | DER_CONSTRUCTED | 2);
}

GBytes *
ocsp_question(const Cert *issuer, const Cert *cert, GBytes *nonce)
{
    static const Der null = {(const guint8 *)"\x05\0", 2};
    GByteArray *out = g_byte_array_new();
    /* SHA-1 only names an issuer here, and every responder knows it (RFC
     * 5019 §2.1.1). */
    append(out, DER_OID, (Der){sha1_oid, sizeof sha1_oid});
    g_byte_array_append(out, null.data, (guint)null.size);
    enclose(out, 0, DER_SEQUENCE);
    append_hash(out, der_of(cert->issuer_der));
    append_hash(out, key_octets(issuer));
    append(out, DER_INTEGER, der_of(cert->serial_der));
    enclose(out, 0, DER_SEQUENCE); /* CertID */
    enclose(out, 0, DER_SEQUENCE); /* Request */
    enclose(out, 0, DER_SEQUENCE); /* requestList */
    if (nonce != NULL)
        append_nonce(out, nonce);
    enclose(out, 0, DER_SEQUENCE); /* TBSRequest */
    enclose(out, 0, DER_SEQUENCE);
    return g_byte_array_free_to_bytes(out);
}

static gboolean
hash_matches(Der hash, Der want, Der bytes)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hashes); i++) {
        if (!der_is_oid(hash, hashes[i].oid))
            continue;
        g_autoptr(GBytes) own = hash_of(hashes[i].type, bytes);
        return der_equal(der_of(own), want);
    }
    return FALSE;
}

const OcspStatus *
ocsp_find(const Ocsp *ocsp, const Cert *issuer, const Cert *cert)
{
    for (guint i = 0; i < ocsp->statuses->len; i++) {
        const OcspStatus *status =
            &g_array_index(ocsp->statuses, OcspStatus, i);
        if (der_equal(status->serial, der_of(cert->serial_der)) &&
            hash_matches(status->hash, status->name_hash,
                         der_of(cert->issuer_der)) &&
            hash_matches(status->hash, status->key_hash, key_octets(issuer)))
            return status;
    }
    return NULL;
}

static gboolean
is_named(const Ocsp *ocsp, const Cert *cert)
{
    if (ocsp->responder_key.size > 0)
        return hash_matches((Der){sha1_oid, sizeof sha1_oid},
                            ocsp->responder_key, key_octets(cert));
    g_autoptr(Name) name = name_parse(ocsp->responder_name);
    return name != NULL && name_equal(name, cert->subject_key);
}

static gboolean
is_signed_by(const Ocsp *ocsp, const Cert *cert, guint *checks)
{
    if (*checks == 0 || !is_named(ocsp, cert))
        return FALSE;
    --*checks;
    return signature_verify(cert->public_key, ocsp->signature_algorithm,
                            ocsp->tbs, ocsp->signature);
}

/* §4.2.2.2: certified directly by the issuer, and for this very purpose:
 * "any" is not enough, or every server certificate could answer. */
static gboolean
is_delegate(const Ocsp *ocsp, const Cert *cert, const Cert *issuer,
            const TrustPolicy *policy, guint *checks)
{
    const CertExtensions *extensions = &cert->extensions;
    const char *const *purposes = (const char *const *)extensions->purposes;
    if (purposes == NULL || !g_strv_contains(purposes, PURPOSE_OCSP) ||
        extensions->unknown_critical ||
        (extensions->has_key_usage &&
         !(extensions->key_usage & USAGE_DIGITAL_SIGNATURE)) ||
        !name_equal(cert->issuer_key, issuer->subject_key) ||
        ocsp->produced < cert->not_before ||
        ocsp->produced > cert->not_after ||
        strength_of_cert(cert, policy) == STRENGTH_BELOW_FLOOR ||
        *checks == 0)
        return FALSE;
    --*checks;
    return signature_verify(issuer->public_key, cert->signature_algorithm,
                            cert->tbs, cert->signature);
}

gboolean
ocsp_is_from(const Ocsp *ocsp, const Cert *issuer, const TrustPolicy *policy,
             guint *checks, const Cert **delegate)
{
    if (delegate != NULL)
        *delegate = NULL;
    if (is_signed_by(ocsp, issuer, checks))
        return TRUE;
    for (guint i = 0; i < ocsp->certs->len; i++) {
        const Cert *cert = g_ptr_array_index(ocsp->certs, i);
        if (!is_delegate(ocsp, cert, issuer, policy, checks) ||
            !is_signed_by(ocsp, cert, checks))
            continue;
        if (delegate != NULL)
            *delegate = cert;
        return TRUE;
    }
    return FALSE;
}
