/* What the pages of accounts share. */
#ifndef SCEAU_FCGI_PAGES_ADMIN_ACCOUNTS_H
#define SCEAU_FCGI_PAGES_ADMIN_ACCOUNTS_H

#include "core/store/account_search.h"
#include "fcgi/pages/shell.h"

/* Captured at index as a number; APP_ERROR_NOT_FOUND for what is none. */
gboolean account_id_read(const Request *req, guint index, gint64 *out,
                         GError **error);
/* {url, shown, name, address, initials, option: {allowed: true}, on, role:
 * {staff: true}, suspended, seen} */
Json *account_row_json(const Context *ctx, const Account *account);
/* tab {accounts: true} and the page's name. */
Json *account_context(const Context *ctx, const Request *req,
                      const char *page);
/* error {message, action} in context, and the status; FALSE for an error
 * that is not the form's to show. */
gboolean account_set_fault(const Context *ctx, Response *res, Json *context,
                           const GError *error);

#endif
