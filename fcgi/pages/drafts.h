/* Going on with a draft. */
#ifndef SCEAU_FCGI_PAGES_DRAFTS_H
#define SCEAU_FCGI_PAGES_DRAFTS_H

#include "core/mail/drafts.h"
#include "fcgi/pages/compose_page.h"

/* Shows the page with the draft in it; an encrypted one is shown where it
 * can be opened. draft is "uidvalidity-uid". */
gboolean drafts_resume(const Context *ctx, const Request *req, Response *res,
                       ComposeStart *start, const char *draft,
                       GError **error);

/* What start says of draft, whose files are parts of incoming (or NULL). */
void drafts_fill(const Context *ctx, ComposeStart *start,
                 const DraftForm *draft, const char *id,
                 const Incoming *incoming);

#endif
