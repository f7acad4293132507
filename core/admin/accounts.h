/*
 * What administrators do with accounts: the secure-mail option (S1), roles,
 * suspension, search. The same rules for the pages and for sceauctl.
 */
#ifndef SCEAU_ADMIN_ACCOUNTS_H
#define SCEAU_ADMIN_ACCOUNTS_H

#include "core/admin/office.h"

/*
 * The account's own policy line of the option: "forbidden", "allowed",
 * "pre-enabled", or "inherit" for none. APP_ERROR_INPUT for another word.
 * Opens no transaction when it is called inside one.
 */
gboolean accounts_set_option(const Office *office, const Account *account,
                             const char *option, GError **error);

#endif
