/*
 * What the administrator's policy (S8) asks of one message, by whom it goes
 * to. Part of protection: who sends asks that.
 */
#ifndef SCEAU_MAIL_PROTECTION_POLICY_H
#define SCEAU_MAIL_PROTECTION_POLICY_H

#include "core/mail/protection.h"
#include "core/store/policy.h"

typedef struct {
    Protection least;    /* with less it is not sent */
    const char *why;     /* the line's name, static; NULL: none asks */
    const char *address; /* borrowed: the recipient it is about, or NULL */
} ProtectionDemand;

/* APP_ERROR_INSECURE where the policy wants TLS and the configuration sends
 * without. */
gboolean protection_demand(const World *world, const Policy *policy,
                           const char *const *recipients,
                           ProtectionDemand *out, GError **error);

/* "Sign always" is for those who can: an account whose option is forbidden
 * writes as it always did. */
gboolean protection_signs_always(const Account *account,
                                 const Policy *policy);

#endif
