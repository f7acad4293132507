/* People of every role, and offices in which they act. */
#ifndef SCEAU_TESTS_ADMIN_OFFICE_TEST_H
#define SCEAU_TESTS_ADMIN_OFFICE_TEST_H

#include "core/admin/office.h"
#include "tests/store/accounts.h"

static inline gint64
new_officer(Db *db, const char *login, Role role, const char *domain)
{
    g_autoptr(GError) error = NULL;
    gint64 id = new_account(db, login);
    const char *const domains[] = {domain, NULL};
    expect_fine(account_set_role(db, id, role, domains, &error), error,
                login);
    return id;
}

/* who is borrowed; NULL is the terminal. */
static inline Office
office_of(Db *db, const Account *who)
{
    return (Office){.db = db,
                    .who = who,
                    .actor = who != NULL ? who->login : "terminal",
                    .source = who != NULL ? "192.0.2.1" : "terminal",
                    .now = NOW};
}

#endif
