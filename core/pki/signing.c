#include "core/pki/signing.h"

#include <string.h>

/* One for encryption alone has an authority trusted for that; a stolen one
 * is revoked for the reason that is named already. */
static VerdictSet
distrust(const Trust *trust, const Cert *cert, GPtrArray *chain,
         const SigningRules *rules)
{
    if (trust == NULL || rules->stolen || !cert_may_sign_mail(cert))
        return 0;
    return trust_judge(trust, cert, chain, rules->now, NULL);
}

char **
signing_problems(const Trust *trust, const Cert *cert, GPtrArray *chain,
                 const SigningRules *rules)
{
    static const Verdict asked[] = {VERDICT_REVOKED, VERDICT_UNKNOWN_ISSUER};
    g_auto(GStrv) own =
        cert_signing_problems(cert, rules->address, rules->now,
                              rules->min_rsa_bits, rules->min_ec_bits);
    VerdictSet set = distrust(trust, cert, chain, rules);
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    if (rules->stolen)
        g_strv_builder_add(all, "stolen");
    for (char **p = own; *p != NULL; p++)
        g_strv_builder_add(all, *p);
    for (gsize i = 0; i < G_N_ELEMENTS(asked); i++)
        if (set & VERDICT_BIT(asked[i]))
            g_strv_builder_add(all, verdict_code(asked[i]));
    return g_strv_builder_end(all);
}

const char *
signing_refusal(char **problems)
{
    const char *unknown = verdict_code(VERDICT_UNKNOWN_ISSUER);
    for (char **p = problems; *p != NULL; p++)
        if (strcmp(*p, unknown) != 0)
            return *p;
    return NULL;
}
