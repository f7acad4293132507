#include "core/pki/cert_fields.h"

#include "core/pki/strength.h"

#include <string.h>

gboolean
cert_has_purpose(const Cert *cert, const char *purpose)
{
    const char *const *purposes =
        (const char *const *)cert->extensions.purposes;
    return purposes == NULL || g_strv_contains(purposes, purpose) ||
           g_strv_contains(purposes, PURPOSE_ANY);
}

static gboolean
has_usage(const Cert *cert, guint usages)
{
    return !cert->extensions.has_key_usage ||
           (cert->extensions.key_usage & usages) != 0;
}

static gboolean
has_signing_usage(const Cert *cert)
{
    /* RFC 8550 §4.4.2: either bit is enough. */
    return has_usage(cert, USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION);
}

/* S13: without version 3 nothing says what the key is for. */
const char *
cert_missing_usage(const Cert *cert)
{
    if (cert->version < 3)
        return "X.509v3";
    if (!has_signing_usage(cert))
        return "digitalSignature";
    return cert_has_purpose(cert, PURPOSE_EMAIL) ? NULL : "emailProtection";
}

gboolean
cert_may_sign_mail(const Cert *cert)
{
    return cert_missing_usage(cert) == NULL;
}

/* The bit that lets a key of this kind wrap another; 0: none does. */
guint
cert_wrapping_usage(const Cert *cert)
{
    switch (cert->kind) {
    case KEY_RSA:
        return USAGE_KEY_ENCIPHERMENT;
    case KEY_EC:
    case KEY_X25519:
        return USAGE_KEY_AGREEMENT;
    case KEY_RSA_PSS: /* RFC 4055 §1.2: for signatures alone */
    case KEY_ED25519:
    case KEY_DSA:
    case KEY_OTHER:
        return 0;
    }
    g_assert_not_reached();
}

gboolean
cert_may_encrypt_mail(const Cert *cert)
{
    guint usage = cert_wrapping_usage(cert);
    return cert->version == 3 && usage != 0 && has_usage(cert, usage) &&
           cert_has_purpose(cert, PURPOSE_EMAIL);
}

/* The browser signs with RSA, P-256 and P-384 (DESIGN §4, "write"). */
static gboolean
can_browser_sign_with(const Cert *cert)
{
    return cert->kind == KEY_RSA ||
           (cert->kind == KEY_EC && (cert->bits <= 256 || cert->bits == 384));
}

char **
cert_signing_problems(const Cert *cert, const char *address, gint64 now,
                      guint min_rsa_bits, guint min_ec_bits)
{
    const TrustPolicy policy = {min_rsa_bits, min_rsa_bits, min_ec_bits,
                                min_ec_bits, FALSE};
    gboolean supported = can_browser_sign_with(cert);
    const struct {
        const char *code;
        gboolean holds;
    } problems[] = {
        {"address", !cert_has_address(cert, address)},
        {"expired", now > cert->not_after},
        {"not-yet-valid", now < cert->not_before},
        {"usage", !cert_may_sign_mail(cert)},
        {"weak",
         supported && strength_of_cert(cert, &policy) != STRENGTH_GOOD},
        {"unsupported-key", !supported},
    };
    g_autoptr(GPtrArray) codes = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(problems); i++) {
        if (problems[i].holds)
            g_ptr_array_add(codes, g_strdup(problems[i].code));
    }
    g_ptr_array_add(codes, NULL);
    return (char **)g_ptr_array_steal(codes, NULL);
}

gboolean
cert_may_vouch(const Cert *cert)
{
    const CertExtensions *extensions = &cert->extensions;
    /* One of version 1 cannot say so; whoever trusts it says it. */
    if (cert->version < 3)
        return cert_is_self_issued(cert);
    return extensions->is_ca && (!extensions->has_key_usage ||
                                 (extensions->key_usage & USAGE_CERT_SIGN));
}

gboolean
cert_may_vouch_for_mail(const Cert *cert)
{
    return cert_may_vouch(cert) && cert_has_purpose(cert, PURPOSE_EMAIL);
}
