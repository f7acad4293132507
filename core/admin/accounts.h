/*
 * What administrators do with accounts: the secure-mail option (S1), roles,
 * suspension. The same rules for the pages and for sceauctl. Who acts on an
 * account needs its domain; on its role and suspension all of its own domains
 * besides, so that nobody unseats one who reaches farther.
 */
#ifndef SCEAU_ADMIN_ACCOUNTS_H
#define SCEAU_ADMIN_ACCOUNTS_H

#include "core/admin/office.h"

/*
 * The account's own policy line of the option: "forbidden", "allowed",
 * "pre-enabled", or "inherit" for none; the person is told of what changes.
 * APP_ERROR_INPUT for another word. Inside the caller's transaction.
 */
gboolean accounts_set_option(const Office *office, const Account *account,
                             const char *option, GError **error);
/* The account's own line: an option, or "inherit"; caller frees. */
char *accounts_own_option(const Office *office, const Account *account,
                          GError **error);

/* Tells the person when the option came or went since account was loaded;
 * inside the transaction of whatever changed it. */
gboolean accounts_tell(const Office *office, const Account *account,
                       GError **error);

/*
 * domains: NULL-terminated, the empty list being all of them, which only one
 * who reaches all can give. APP_ERROR_FORBIDDEN beyond the reach of who acts,
 * or on oneself. Ends the account's sessions; inside the caller's
 * transaction.
 */
gboolean accounts_set_role(const Office *office, const Account *account,
                           Role role, const char *const *domains,
                           GError **error);
gboolean accounts_set_suspended(const Office *office, const Account *account,
                                gboolean suspended, GError **error);
/* Finds or makes the account of address, which must be within reach. */
Account *accounts_ensure(const Office *office, const char *address,
                         GError **error);

/* What one page saves. */
typedef struct {
    gint64 version;     /* as it was shown */
    const char *option; /* "inherit" too */
    Role role;
    const char *const *domains;
    gboolean suspended;
} AccountsChange;

/* All of it or nothing, in one transaction. APP_ERROR_CONFLICT when another
 * saved since. */
gboolean accounts_save(const Office *office, gint64 id,
                       const AccountsChange *change, GError **error);

/* "a.test, b.test" as a list, each once; APP_ERROR_INPUT for what is no
 * domain. "" is the empty list. */
char **accounts_domains(const char *typed, GError **error);

#endif
