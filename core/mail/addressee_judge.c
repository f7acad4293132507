#include "core/mail/addressee_judge.h"

#include "core/mime/names.h"
#include "core/pki/trust.h"

/* The first of the set that counts, as a code. */
static const char *
first_code(VerdictSet set)
{
    return set != 0 ? verdict_code(verdict_first(set)) : NULL;
}

const char *
addressee_problem(const World *world, const Cert *cert, GPtrArray *chain,
                  const char *address, GPtrArray **path)
{
    if (path != NULL)
        *path = NULL;
    VerdictSet set =
        trust_judge_recipient(world->trust, cert, chain, world->now, path);
    if (!cert_has_address(cert, address))
        set |= VERDICT_BIT(VERDICT_ADDRESS_MISMATCH);
    return first_code(set);
}

const char *
addressee_own_problem(const World *world, const Cert *cert, GPtrArray *chain)
{
    VerdictSet set =
        trust_judge_recipient(world->trust, cert, chain, world->now, NULL);
    set &= ~(VERDICT_BIT(VERDICT_UNKNOWN_ISSUER) |
             VERDICT_BIT(VERDICT_UNCHECKED));
    if (!cert_has_address(cert, world->account->address))
        set |= VERDICT_BIT(VERDICT_ADDRESS_MISMATCH);
    return first_code(set);
}

char *
addressee_file_name(const char *address, const char *ending)
{
    g_autofree char *name = g_strdup_printf("%s.%s", address, ending);
    return file_name_clean(name);
}
