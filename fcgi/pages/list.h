/* The list of messages, on the mailbox page and beside an open message. */
#ifndef SCEAU_FCGI_PAGES_LIST_H
#define SCEAU_FCGI_PAGES_LIST_H

#include "core/mail/mailbox.h"
#include "fcgi/pages/shell.h"

/* A message, by what its address says. */
typedef struct {
    const char *folder;
    guint32 uid_validity, uid;
} MessageId;

/* From the captures of /mail/{folder}/{uidvalidity}-{uid}. */
gboolean message_id_parse(const Request *req, MessageId *out, GError **error);
/* folder, which is borrowed, and "1-55". */
gboolean message_id_read(const char *folder, const char *numbers,
                         MessageId *out, GError **error);
/* "/base/mail/INBOX/1-55"; the caller frees. */
char *message_url(const Context *ctx, const MessageId *id);

/* A list of the folder: ?page=N, 1 without it; ?q=WORDS, of what is found by
 * them, with ?in=texts in the texts too. Borrows from req and folder. */
gboolean list_query(const Request *req, const char *folder, MailQuery *out,
                    GError **error);
/* The same as the end of an address, "?q=bail&page=2", or "". */
char *list_place(const MailQuery *query);
/* URL of that list. */
char *list_url(const Context *ctx, const MailQuery *query);

/* Adds nav, folder, place, search, days, empty and pager; selected is a uid
 * or 0. */
void list_add(const Context *ctx, Json *context, const MailQuery *query,
              const MailPage *page, guint32 selected);

#endif
