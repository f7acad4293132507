#include "core/cms/attributes.h"

#include <gnutls/crypto.h>

#include "core/cms/capabilities.h"
#include "core/cms/scheme.h"

/* Where an attribute of type oid begins, its one value still to come. */
typedef struct {
    guint attribute, values;
} Open;

static Open
attribute_begin(DerWriter *der, Oid oid)
{
    Open open = {.attribute = der->len};
    der_put(der, TLV_OID, oid_body(oid));
    open.values = der->len;
    return open;
}

static void
attribute_end(DerWriter *der, Open open)
{
    der_wrap(der, open.values, TLV_SET);
    der_wrap(der, open.attribute, TLV_SEQUENCE);
}

static void
put_content_type(DerWriter *der)
{
    Open open = attribute_begin(der, OID_CONTENT_TYPE);
    der_put(der, TLV_OID, oid_body(OID_DATA));
    attribute_end(der, open);
}

static void
put_signing_time(DerWriter *der, gint64 signing_time)
{
    Open open = attribute_begin(der, OID_SIGNING_TIME);
    der_put_time(der, signing_time);
    attribute_end(der, open);
}

static void
put_digest(DerWriter *der, GBytes *digest)
{
    Open open = attribute_begin(der, OID_MESSAGE_DIGEST);
    der_put(der, TLV_OCTETS, span_of(digest));
    attribute_end(der, open);
}

static void
put_capabilities(DerWriter *der)
{
    Open open = attribute_begin(der, OID_CAPABILITIES);
    capabilities_put(der);
    attribute_end(der, open);
}

/* RFC 5035 §4: SHA-256 is the default, so only the hash is written. */
static void
put_certificate(DerWriter *der, const Cert *signer)
{
    Span certificate = span_of(cert_der(signer));
    guint8 hash[32];
    gnutls_hash_fast(GNUTLS_DIG_SHA256, certificate.data, certificate.size,
                     hash);
    Open open = attribute_begin(der, OID_SIGNING_CERTIFICATE_V2);
    guint mark = der->len;
    der_put(der, TLV_OCTETS, (Span){hash, sizeof hash});
    der_wrap(der, mark, TLV_SEQUENCE); /* ESSCertIDv2 */
    der_wrap(der, mark, TLV_SEQUENCE); /* certs */
    der_wrap(der, mark, TLV_SEQUENCE); /* SigningCertificateV2 */
    attribute_end(der, open);
}

/* RFC 6211: both algorithms again, under the signature. */
static void
put_protection(DerWriter *der, SignAlgorithm algorithm)
{
    Open open = attribute_begin(der, OID_ALGORITHM_PROTECTION);
    guint mark = der->len;
    sign_put_digest(der, algorithm);
    sign_put_scheme(der, algorithm, TLV_EXPLICIT + 1);
    der_wrap(der, mark, TLV_SEQUENCE);
    attribute_end(der, open);
}

GBytes *
attributes_build(SignAlgorithm algorithm, const Cert *signer, GBytes *digest,
                 gint64 signing_time)
{
    DerWriter *der = der_new();
    put_content_type(der);
    put_signing_time(der, signing_time);
    put_digest(der, digest);
    put_capabilities(der);
    put_certificate(der, signer);
    put_protection(der, algorithm);
    der_sort(der, 0);
    der_wrap(der, 0, TLV_SET);
    return der_finish(der);
}
