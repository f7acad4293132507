/* Folders and pages of messages, as the mailbox page shows them. */
#ifndef SCEAU_MAIL_MAILBOX_H
#define SCEAU_MAIL_MAILBOX_H

#include "core/mail/world.h"

typedef struct {
    char *name; /* as in URLs and on the server */
    const char
        *kind; /* "inbox" "drafts" "sent" "archive" "junk" "trash" "other" */
} MailFolder;

typedef struct {
    guint32 uid;
    gboolean seen, flagged, answered, attachments;
    gint64 date;
    char *from_name; /* cleaned, or the address */
    char *from_address;
    char *to_name;          /* first recipient, for Sent and Drafts */
    char *subject;          /* decoded; NULL when absent */
    char *preview;          /* or NULL */
    const char *protection; /* "none", "signed", "encrypted" by its type */
    char *verdict;          /* stored verdict code, or NULL: not opened yet */
} MailRow;

typedef struct {
    GPtrArray *folders; /* MailFolder, special ones first */
    const char *kind;   /* of the folder */
    guint32 uid_validity, unseen;
    guint32 total; /* in the folder; of a search: found */
    guint pages;
    GPtrArray *rows; /* MailRow, newest first, 50 a page */
} MailPage;

/* Which messages. */
typedef struct {
    const char *folder;
    const char *words; /* as typed (search_words.h); NULL: all messages */
    gboolean in_texts; /* also in the texts: the server takes longer */
    guint page;        /* from 1, the newest messages */
} MailQuery;

/* APP_ERROR_INPUT: nothing can be found by these words. */
MailPage *mailbox_page(const World *world, const MailQuery *query,
                       GError **error);
void mailbox_page_free(MailPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailPage, mailbox_page_free)

GPtrArray *mailbox_folders(const World *world, GError **error);
/* act: "flag", "unflag", "seen", "unseen", "archive", "trash", "junk". */
gboolean mailbox_act(const World *world, const char *folder,
                     guint32 uid_validity, guint32 uid, const char *act,
                     GError **error);
#endif
