/* A row of the table account, for the modules beside it. */
#ifndef SCEAU_STORE_ACCOUNT_ROW_H
#define SCEAU_STORE_ACCOUNT_ROW_H

#include "core/store/account.h"

#define ACCOUNT_COLUMNS                                                      \
    "SELECT a.id, a.login, a.address, a.name, a.language, a.allowed,"        \
    " a.mode, a.last_choice, a.enabled, a.preference,"                       \
    " COALESCE(a.warned, 0), a.role, a.domain, a.suspended,"                 \
    " COALESCE(a.seen, 0), a.option, a.version FROM account AS a"

/* An Account, of a statement that begins with them; for stmt_rows too. */
gpointer account_from_row(Stmt *st);

#endif
