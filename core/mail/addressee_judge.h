/* Whether a certificate may be encrypted to for an address, now. */
#ifndef SCEAU_MAIL_ADDRESSEE_JUDGE_H
#define SCEAU_MAIL_ADDRESSEE_JUDGE_H

#include "core/mail/world.h"
#include "core/pki/cert.h"

/*
 * The first thing against it, NULL if nothing: "address-mismatch", or a
 * verdict's code, of which "unknown-issuer", "unchecked", "revoked", "weak"
 * and "not-yet-valid" may pass with time. chain: Certs that came along.
 * *path, if asked for: leaf to anchor, the caller's; NULL without an anchor.
 */
const char *addressee_problem(const World *world, const Cert *cert,
                              GPtrArray *chain, const char *address,
                              GPtrArray **path);
/* The same of the account's own certificate, to which nobody need vouch. */
const char *addressee_own_problem(const World *world, const Cert *cert,
                                  GPtrArray *chain);

/* What a certificate of address is called in a folder. */
char *addressee_file_name(const char *address, const char *ending);

#endif
