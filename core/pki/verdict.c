#include "core/pki/verdict.h"

#include <string.h>

static const char *const codes[] = {
    [VERDICT_MALFORMED] = "malformed",
    [VERDICT_SEVERAL_SIGNERS] = "several-signers",
    [VERDICT_ALTERED] = "altered",
    [VERDICT_WRONG_USAGE] = "wrong-usage",
    [VERDICT_UNKNOWN_ISSUER] = "unknown-issuer",
    [VERDICT_REVOKED] = "revoked",
    [VERDICT_NOT_YET_VALID] = "not-yet-valid",
    [VERDICT_EXPIRED] = "expired",
    [VERDICT_ADDRESS_MISMATCH] = "address-mismatch",
    [VERDICT_WEAK] = "weak",
    [VERDICT_UNCHECKED] = "unchecked",
    [VERDICT_VERIFIED] = "verified",
};
G_STATIC_ASSERT(G_N_ELEMENTS(codes) == VERDICT_VERIFIED + 1);

const char *
verdict_code(Verdict verdict)
{
    g_assert((gsize)verdict < G_N_ELEMENTS(codes));
    return codes[verdict];
}

gboolean
verdict_from_code(const char *code, Verdict *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (strcmp(code, codes[i]) == 0) {
            *out = (Verdict)i;
            return TRUE;
        }
    }
    return FALSE;
}

Verdict
verdict_first(VerdictSet set)
{
    for (guint i = 0; i < VERDICT_VERIFIED; i++) {
        if (set & 1U << i)
            return (Verdict)i;
    }
    return VERDICT_VERIFIED;
}
