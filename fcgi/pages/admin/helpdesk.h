/* What the pages of helpdesk share: a person and a code in words. */
#ifndef SCEAU_FCGI_PAGES_ADMIN_HELPDESK_H
#define SCEAU_FCGI_PAGES_ADMIN_HELPDESK_H

#include "core/admin/helpdesk.h"
#include "fcgi/pages/shell.h"

/* "/helpdesk/7", or "/helpdesk/7/guide" with an act; below the base path. */
char *helpdesk_path(gint64 account, const char *act);
/* Captured first; APP_ERROR_NOT_FOUND for what is no number. */
gboolean helpdesk_id(const Request *req, gint64 *out, GError **error);

/* person of templates/README.md. */
Json *helpdesk_person_json(const Context *ctx, const Account *account);
/* code of templates/README.md: what went wrong, where and when. */
Json *helpdesk_code_json(const Context *ctx, const SupportCode *code);

#endif
