#include "core/pki/strength.h"

#include "core/pki/cert_fields.h"
#include "core/pki/signature.h"

static Strength
between(guint bits, guint min, guint floor)
{
    if (bits < floor)
        return STRENGTH_BELOW_FLOOR;
    return bits < min ? STRENGTH_WEAK : STRENGTH_GOOD;
}

Strength
strength_of_key(KeyKind kind, guint bits, const TrustPolicy *policy)
{
    switch (kind) {
    case KEY_RSA:
    case KEY_RSA_PSS:
        return between(bits, policy->min_rsa_bits, policy->floor_rsa_bits);
    case KEY_EC:
        return between(bits, policy->min_ec_bits, policy->floor_ec_bits);
    case KEY_ED25519:
    case KEY_X25519:
        return STRENGTH_GOOD;
    case KEY_DSA: /* old mail may be read, no more (SEC-13) */
        return between(bits, G_MAXUINT, policy->floor_rsa_bits);
    case KEY_OTHER:
        return STRENGTH_BELOW_FLOOR;
    }
    g_assert_not_reached();
}

Strength
strength_of_cert(const Cert *cert, const TrustPolicy *policy)
{
    Strength key = strength_of_key(cert->kind, cert->bits, policy);
    if (key == STRENGTH_GOOD &&
        !signature_digest_is_strong(cert->signature_algorithm))
        return STRENGTH_WEAK;
    return key;
}
