/* What writing and reading drafts share. */
#ifndef SCEAU_MAIL_DRAFTS_INTERNAL_H
#define SCEAU_MAIL_DRAFTS_INTERNAL_H

#include "core/mail/drafts.h"
#include "core/net/imap.h"

char *drafts_folder(Imap *imap, GError **error);
/* "7-12"; APP_ERROR_INPUT for anything else. */
gboolean drafts_read_id(const char *id, ImapPlace *place, GError **error);
/* type: lower case, as of imap_fetch_type() or of a header. */
gboolean drafts_type_is_encrypted(const char *type);

/* The form that a message in Drafts is, whoever wrote it. */
DraftForm *drafts_read_message(GBytes *message, const char *folder,
                               GError **error);

#endif
