/* The compose form as a draft, and who is in its envelope. */
#ifndef SCEAU_MAIL_FORM_H
#define SCEAU_MAIL_FORM_H

#include "core/mail/outgoing.h"
#include "core/mime/draft.h"

/*
 * Checked and complete (date, message id). APP_ERROR_FORBIDDEN for a From
 * that is not the account's (T15), APP_ERROR_INPUT names the field that is
 * wrong. Shares the files' bytes with the form.
 */
Draft *form_draft(const World *world, const ComposeForm *form,
                  GError **error);
/*
 * The same of a message that is not finished: addresses may be half typed.
 * What sending needs besides, and what is no address, is in its kept fields:
 * "Bcc", "X-Sceau-Choice", "X-Sceau-To" and so on.
 */
Draft *form_unfinished(const World *world, const ComposeForm *form,
                       Protection protection, GError **error);
#define DRAFT_CHOICE "X-Sceau-Choice"
#define DRAFT_TO "X-Sceau-To"
#define DRAFT_CC "X-Sceau-Cc"
#define DRAFT_BCC "X-Sceau-Bcc"

/* To, Cc and Bcc, each address once, in that order. */
char **draft_recipients(const Draft *draft);
/* How many of them, from the first on, are in To or Cc. */
guint draft_visible_recipients(const Draft *draft);

#endif
