#include "core/cms/oid.h"

#define PKCS "\x2a\x86\x48\x86\xf7\x0d\x01" /* 1.2.840.113549.1 */
#define NIST "\x60\x86\x48\x01\x65\x03\x04" /* 2.16.840.1.101.3.4 */
#define ANSI "\x2a\x86\x48\xce\x3d"         /* 1.2.840.10045 */

#define CERTICOM "\x2b\x81\x04"             /* 1.3.132 */
#define X963 "\x2b\x81\x05\x10\x86\x48\x3f" /* 1.3.133.16.840.63 */

#define ROW(name, bytes) [name] = {(const guint8 *)(bytes), sizeof(bytes) - 1}

static const Span bodies[] = {
    ROW(OID_DATA, PKCS "\x07\x01"),
    ROW(OID_SIGNED_DATA, PKCS "\x07\x02"),
    ROW(OID_ENVELOPED_DATA, PKCS "\x07\x03"),
    ROW(OID_AUTH_ENVELOPED_DATA, PKCS "\x09\x10\x01\x17"),
    ROW(OID_COMPRESSED_DATA, PKCS "\x09\x10\x01\x09"),
    ROW(OID_CONTENT_TYPE, PKCS "\x09\x03"),
    ROW(OID_MESSAGE_DIGEST, PKCS "\x09\x04"),
    ROW(OID_SIGNING_TIME, PKCS "\x09\x05"),
    ROW(OID_CAPABILITIES, PKCS "\x09\x0f"),
    ROW(OID_SIGNING_CERTIFICATE, PKCS "\x09\x10\x02\x0c"),
    ROW(OID_SIGNING_CERTIFICATE_V2, PKCS "\x09\x10\x02\x2f"),
    ROW(OID_ALGORITHM_PROTECTION, PKCS "\x09\x34"),
    ROW(OID_MD2, "\x2a\x86\x48\x86\xf7\x0d\x02\x02"),
    ROW(OID_MD4, "\x2a\x86\x48\x86\xf7\x0d\x02\x04"),
    ROW(OID_MD5, "\x2a\x86\x48\x86\xf7\x0d\x02\x05"),
    ROW(OID_SHA1, "\x2b\x0e\x03\x02\x1a"),
    ROW(OID_SHA224, NIST "\x02\x04"),
    ROW(OID_SHA256, NIST "\x02\x01"),
    ROW(OID_SHA384, NIST "\x02\x02"),
    ROW(OID_SHA512, NIST "\x02\x03"),
    ROW(OID_RSA, PKCS "\x01\x01"),
    ROW(OID_RSA_MD2, PKCS "\x01\x02"),
    ROW(OID_RSA_MD4, PKCS "\x01\x03"),
    ROW(OID_RSA_MD5, PKCS "\x01\x04"),
    ROW(OID_RSA_SHA1, PKCS "\x01\x05"),
    ROW(OID_RSA_SHA1_OIW, "\x2b\x0e\x03\x02\x1d"),
    ROW(OID_RSA_SHA224, PKCS "\x01\x0e"),
    ROW(OID_RSA_SHA256, PKCS "\x01\x0b"),
    ROW(OID_RSA_SHA384, PKCS "\x01\x0c"),
    ROW(OID_RSA_SHA512, PKCS "\x01\x0d"),
    ROW(OID_RSA_PSS, PKCS "\x01\x0a"),
    ROW(OID_MGF1, PKCS "\x01\x08"),
    ROW(OID_EC_KEY, ANSI "\x02\x01"),
    ROW(OID_ECDSA_SHA1, ANSI "\x04\x01"),
    ROW(OID_ECDSA_SHA224, ANSI "\x04\x03\x01"),
    ROW(OID_ECDSA_SHA256, ANSI "\x04\x03\x02"),
    ROW(OID_ECDSA_SHA384, ANSI "\x04\x03\x03"),
    ROW(OID_ECDSA_SHA512, ANSI "\x04\x03\x04"),
    ROW(OID_DSA, "\x2a\x86\x48\xce\x38\x04\x01"),
    ROW(OID_DSA_SHA1, "\x2a\x86\x48\xce\x38\x04\x03"),
    ROW(OID_DSA_SHA224, NIST "\x03\x01"),
    ROW(OID_DSA_SHA256, NIST "\x03\x02"),
    ROW(OID_ED25519, "\x2b\x65\x70"),
    ROW(OID_AES128_CBC, NIST "\x01\x02"),
    ROW(OID_AES192_CBC, NIST "\x01\x16"),
    ROW(OID_AES256_CBC, NIST "\x01\x2a"),
    ROW(OID_AES128_GCM, NIST "\x01\x06"),
    ROW(OID_AES192_GCM, NIST "\x01\x1a"),
    ROW(OID_AES256_GCM, NIST "\x01\x2e"),
    ROW(OID_3DES_CBC, "\x2a\x86\x48\x86\xf7\x0d\x03\x07"),
    ROW(OID_DES_CBC, "\x2b\x0e\x03\x02\x07"),
    ROW(OID_RC2_CBC, "\x2a\x86\x48\x86\xf7\x0d\x03\x02"),
    ROW(OID_RC4, "\x2a\x86\x48\x86\xf7\x0d\x03\x04"),
    ROW(OID_OAEP, PKCS "\x01\x07"),
    ROW(OID_SPECIFIED_LABEL, PKCS "\x01\x09"),
    ROW(OID_ECDH_SHA1, X963 "\x00\x02"),
    ROW(OID_ECDH_SHA224, CERTICOM "\x01\x0b\x00"),
    ROW(OID_ECDH_SHA256, CERTICOM "\x01\x0b\x01"),
    ROW(OID_ECDH_SHA384, CERTICOM "\x01\x0b\x02"),
    ROW(OID_ECDH_SHA512, CERTICOM "\x01\x0b\x03"),
    ROW(OID_COFACTOR_SHA1, X963 "\x00\x03"),
    ROW(OID_COFACTOR_SHA224, CERTICOM "\x01\x0e\x00"),
    ROW(OID_COFACTOR_SHA256, CERTICOM "\x01\x0e\x01"),
    ROW(OID_COFACTOR_SHA384, CERTICOM "\x01\x0e\x02"),
    ROW(OID_COFACTOR_SHA512, CERTICOM "\x01\x0e\x03"),
    ROW(OID_P256, ANSI "\x03\x01\x07"),
    ROW(OID_P384, CERTICOM "\x00\x22"),
    ROW(OID_P521, CERTICOM "\x00\x23"),
    ROW(OID_X25519, "\x2b\x65\x6e"),
    ROW(OID_AES128_WRAP, NIST "\x01\x05"),
    ROW(OID_AES192_WRAP, NIST "\x01\x19"),
    ROW(OID_AES256_WRAP, NIST "\x01\x2d"),
    ROW(OID_3DES_WRAP, PKCS "\x09\x10\x03\x06"),
    ROW(OID_ZLIB, PKCS "\x09\x10\x03\x08"),
};

Oid
oid_find(Span body)
{
    for (guint i = OID_UNKNOWN + 1; i < G_N_ELEMENTS(bodies); i++)
        if (span_equal(body, bodies[i]))
            return (Oid)i;
    return OID_UNKNOWN;
}

Span
oid_body(Oid oid)
{
    g_assert(oid != OID_UNKNOWN);
    return bodies[oid];
}
