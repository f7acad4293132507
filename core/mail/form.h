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
/* To, Cc and Bcc, each address once, in that order. */
char **draft_recipients(const Draft *draft);
/* How many of them, from the first on, are in To or Cc. */
guint draft_visible_recipients(const Draft *draft);

#endif
