/* The account's own certificates: judged and stored when posted (DESIGN §3),
 * never trusted for being posted. */
#ifndef SCEAU_MAIL_ENROL_H
#define SCEAU_MAIL_ENROL_H

#include "core/mail/world.h"

/* {kid, problems[], can_sign}: certificate DER and chain of DER (GPtrArray of
 * GBytes). APP_ERROR_FORBIDDEN while secure mail is off,
 * APP_ERROR_CERTIFICATE below the hard floor. One with problems is stored;
 * can_sign: they are none that keeps it from signing (signing_refusal()). */
char *enrol_certificate(const World *world, GBytes *certificate,
                        GPtrArray *chain, GError **error);
/* {certificates: [{kid, name, issuer, addresses[], not_before, not_after,
 *  algorithm, uses["sign", "encrypt"], local, renewed, problems[],
 *  can_sign}]}; local:
 * of the site's own authority; renewed: another of these, which is good, took
 * its place, and it is kept for the mail that it opens. */
char *enrol_list(const World *world, GError **error);
/* When the last of those that sign ends, whoever vouches for them: after it,
 * or when *end is 0, nothing can be signed. */
gboolean enrol_end(const World *world, gint64 *end, GError **error);
gboolean enrol_remove(const World *world, const char *kid, GError **error);
/* As contacts_export(): the account's own, with the chain it came with. */
GBytes *enrol_export(const World *world, const char *kid, const char *format,
                     const char *password, char **name, GError **error);
#endif
