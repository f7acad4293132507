#include "core/cms/scheme.h"

#include "core/base/error.h"

static const struct {
    const char *name;
    SignFamily family;
    Oid digest;
} rows[] = {
    [SIGN_RSA_SHA256] = {"rsa-sha256", FAMILY_RSA, OID_SHA256},
    [SIGN_PSS_SHA256] = {"pss-sha256", FAMILY_PSS, OID_SHA256},
    [SIGN_ECDSA_SHA256] = {"ecdsa-sha256", FAMILY_ECDSA, OID_SHA256},
    [SIGN_ECDSA_SHA384] = {"ecdsa-sha384", FAMILY_ECDSA, OID_SHA384},
};

const char *
sign_algorithm_name(SignAlgorithm algorithm)
{
    return rows[algorithm].name;
}

const char *
sign_algorithm_digest(SignAlgorithm algorithm)
{
    return digest_find(rows[algorithm].digest)->name;
}

gboolean
sign_algorithm_for(const Cert *cert, SignAlgorithm *out, GError **error)
{
    KeyKind kind = cert_key_kind(cert);
    guint bits = cert_key_bits(cert);
    if (kind == KEY_RSA)
        *out = SIGN_RSA_SHA256;
    else if (kind == KEY_EC && bits == 256)
        *out = SIGN_ECDSA_SHA256;
    else if (kind == KEY_EC && bits == 384)
        *out = SIGN_ECDSA_SHA384;
    else {
        g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                    "certificate: no way to sign with %s",
                    cert_algorithm(cert));
        return FALSE;
    }
    return TRUE;
}

void
sign_put_digest(DerWriter *der, SignAlgorithm algorithm)
{
    guint mark = der->len;
    algorithm_put_plain(der, rows[algorithm].digest);
    der_wrap(der, mark, TLV_SEQUENCE);
}

void
sign_put_scheme(DerWriter *der, SignAlgorithm algorithm, guint8 tag)
{
    guint mark = der->len;
    switch (algorithm) {
    case SIGN_RSA_SHA256:
        algorithm_put_null(der, OID_RSA);
        break;
    case SIGN_PSS_SHA256:
        algorithm_put_pss_sha256(der);
        break;
    case SIGN_ECDSA_SHA256:
        algorithm_put_plain(der, OID_ECDSA_SHA256);
        break;
    case SIGN_ECDSA_SHA384:
        algorithm_put_plain(der, OID_ECDSA_SHA384);
        break;
    }
    der_wrap(der, mark, tag);
}

Scheme
sign_scheme(SignAlgorithm algorithm)
{
    const Digest *digest = digest_find(rows[algorithm].digest);
    return (Scheme){.family = rows[algorithm].family,
                    .digest = digest,
                    .mask = digest,
                    .salt = 32};
}
