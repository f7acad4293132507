/*
 * The object identifiers that CMS in mail uses, as their encoded contents.
 */
#ifndef SCEAU_CMS_OID_H
#define SCEAU_CMS_OID_H

#include "core/cms/tlv.h"

typedef enum {
    OID_UNKNOWN,
    /* content types */
    OID_DATA,
    OID_SIGNED_DATA,
    OID_ENVELOPED_DATA,
    OID_AUTH_ENVELOPED_DATA,
    OID_COMPRESSED_DATA,
    /* attributes */
    OID_CONTENT_TYPE,
    OID_MESSAGE_DIGEST,
    OID_SIGNING_TIME,
    OID_CAPABILITIES,
    OID_SIGNING_CERTIFICATE,
    OID_SIGNING_CERTIFICATE_V2,
    OID_ALGORITHM_PROTECTION,
    /* digests */
    OID_MD2,
    OID_MD4,
    OID_MD5,
    OID_SHA1,
    OID_SHA224,
    OID_SHA256,
    OID_SHA384,
    OID_SHA512,
    /* signatures */
    OID_RSA,
    OID_RSA_MD2,
    OID_RSA_MD4,
    OID_RSA_MD5,
    OID_RSA_SHA1,
    OID_RSA_SHA1_OIW,
    OID_RSA_SHA224,
    OID_RSA_SHA256,
    OID_RSA_SHA384,
    OID_RSA_SHA512,
    OID_RSA_PSS,
    OID_MGF1,
    OID_EC_KEY,
    OID_ECDSA_SHA1,
    OID_ECDSA_SHA224,
    OID_ECDSA_SHA256,
    OID_ECDSA_SHA384,
    OID_ECDSA_SHA512,
    OID_DSA,
    OID_DSA_SHA1,
    OID_DSA_SHA224,
    OID_DSA_SHA256,
    OID_ED25519,
    /* content encryption */
    OID_AES128_CBC,
    OID_AES192_CBC,
    OID_AES256_CBC,
    OID_AES128_GCM,
    OID_AES192_GCM,
    OID_AES256_GCM,
    OID_3DES_CBC,
    OID_DES_CBC,
    OID_RC2_CBC,
    OID_RC4,
    /* key encryption */
    OID_OAEP,
    OID_SPECIFIED_LABEL,
    OID_ECDH_SHA1,
    OID_ECDH_SHA224,
    OID_ECDH_SHA256,
    OID_ECDH_SHA384,
    OID_ECDH_SHA512,
    OID_COFACTOR_SHA1,
    OID_COFACTOR_SHA224,
    OID_COFACTOR_SHA256,
    OID_COFACTOR_SHA384,
    OID_COFACTOR_SHA512,
    OID_P256,
    OID_P384,
    OID_P521,
    OID_X25519,
    OID_AES128_WRAP,
    OID_AES192_WRAP,
    OID_AES256_WRAP,
    OID_3DES_WRAP,
    /* compression */
    OID_ZLIB,
} Oid;

/* The identifier with these contents, or OID_UNKNOWN. */
Oid oid_find(Span body);
/* Its contents; not for OID_UNKNOWN. */
Span oid_body(Oid oid);

#endif
