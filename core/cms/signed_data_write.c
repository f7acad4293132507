#include "core/base/error.h"
#include "core/cms/scheme.h"
#include "core/cms/verify.h"
#include "core/cms/signed_data.h"

/* The signature value as CMS carries it; NULL if it cannot be one. */
static GBytes *
signature_value(SignAlgorithm algorithm, GBytes *signature)
{
    switch (algorithm) {
    case SIGN_RSA_SHA256:
    case SIGN_PSS_SHA256:
        return g_bytes_ref(signature);
    case SIGN_ECDSA_SHA256:
    case SIGN_ECDSA_SHA384:
        return verify_value_from_raw(signature);
    }
    return NULL;
}

gboolean
signed_data_check(SignAlgorithm algorithm, const Cert *signer,
                  GBytes *attributes, GBytes *signature)
{
    Scheme scheme = sign_scheme(algorithm);
    g_autoptr(GBytes) value = signature_value(algorithm, signature);
    return value != NULL && verify_is_possible(&scheme, signer) &&
           verify_over_message(&scheme, signer, span_of(attributes),
                               span_of(value));
}

/* A root tells a reader nothing: either he has it or he must not trust it. */
static gboolean
is_root(const Cert *cert)
{
    return g_str_equal(cert_subject(cert), cert_issuer(cert));
}

static void
put_certificates(DerWriter *der, const Cert *signer, GPtrArray *chain)
{
    guint mark = der->len;
    der_put_raw(der, span_of(cert_der(signer)));
    for (guint i = 0; chain != NULL && i < chain->len; i++) {
        const Cert *cert = g_ptr_array_index(chain, i);
        if (!is_root(cert) &&
            !g_str_equal(cert_fingerprint(cert), cert_fingerprint(signer)))
            der_put_raw(der, span_of(cert_der(cert)));
    }
    der_sort(der, mark);
    der_wrap(der, mark, TLV_EXPLICIT);
}

static void
put_signer(DerWriter *der, SignAlgorithm algorithm, const Cert *signer,
           GBytes *attributes, GBytes *value)
{
    guint mark = der->len;
    der_put_int(der, 1);

    guint identifier = der->len;
    der_put_raw(der, span_of(cert_issuer_der(signer)));
    der_put(der, TLV_INTEGER, span_of(cert_serial_der(signer)));
    der_wrap(der, identifier, TLV_SEQUENCE);

    sign_put_digest(der, algorithm);
    /* The same bytes that were signed but for the tag (RFC 5652 §5.4). */
    guint set = der->len;
    der_put_raw(der, span_of(attributes));
    der->data[set] = TLV_EXPLICIT;
    sign_put_scheme(der, algorithm, TLV_SEQUENCE);
    der_put(der, TLV_OCTETS, span_of(value));
    der_wrap(der, mark, TLV_SEQUENCE);
}

static void
put_signed_data(DerWriter *der, SignAlgorithm algorithm)
{
    der_put_int(der, 1);
    guint digests = der->len;
    sign_put_digest(der, algorithm);
    der_wrap(der, digests, TLV_SET);

    guint content = der->len;
    der_put(der, TLV_OID, oid_body(OID_DATA));
    der_wrap(der, content, TLV_SEQUENCE);
}

GBytes *
signed_data_write(SignAlgorithm algorithm, const Cert *signer,
                  GPtrArray *chain, GBytes *attributes, GBytes *signature,
                  GError **error)
{
    g_autoptr(GBytes) value = signature_value(algorithm, signature);
    if (value == NULL || g_bytes_get_size(attributes) == 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_SIGNATURE,
                            "signature: not of the algorithm's form");
        return NULL;
    }
    DerWriter *der = der_new();
    der_put(der, TLV_OID, oid_body(OID_SIGNED_DATA));
    guint content = der->len;
    put_signed_data(der, algorithm);
    put_certificates(der, signer, chain);
    guint signers = der->len;
    put_signer(der, algorithm, signer, attributes, value);
    der_wrap(der, signers, TLV_SET);
    der_wrap(der, content, TLV_SEQUENCE);
    der_wrap(der, content, TLV_EXPLICIT);
    der_wrap(der, 0, TLV_SEQUENCE);
    return der_finish(der);
}
