/* What a person wrote, checked, ready to become an entity (SEC-51). */
#ifndef SCEAU_MIME_DRAFT_H
#define SCEAU_MIME_DRAFT_H

#include "core/mime/headers.h"

typedef struct {
    char *name; /* UTF-8, no path, no control characters, at most 255 bytes */
    char *type; /* "application/pdf"; "application/octet-stream" if unknown */
    GBytes *data;
} DraftFile;

/* A field that only an unfinished message has, as it goes into the header. */
typedef struct {
    const char *name; /* static */
    char *value;      /* encoded and folded */
} DraftField;

typedef struct {
    Mailbox *from;
    GPtrArray *to, *cc, *bcc; /* Mailbox; bcc is in the envelope only */
    char *subject;
    char *text;                     /* UTF-8, any line ends */
    GPtrArray *files;               /* DraftFile */
    char *in_reply_to, *references; /* raw ids or NULL */
    gint64 date;
    char *message_id; /* without angle brackets; set by draft_check if NULL */
    GPtrArray *kept;  /* DraftField; NULL: it is to be sent */
} Draft;

Draft *draft_new(void);
void draft_free(Draft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Draft, draft_free)
/* Refuses CR, LF, NUL and lone surrogates where they may not be, a message
 * without recipient, too much attached; APP_ERROR_INPUT names the field. */
gboolean draft_check(Draft *draft, GError **error);
/* The same of an unfinished message, which may have no recipient yet. */
gboolean draft_check_unfinished(Draft *draft, GError **error);
/* Adds to what an unfinished message keeps: any text of one line. */
void draft_keep(Draft *draft, const char *name, const char *text);
void draft_keep_mailboxes(Draft *draft, const char *name,
                          const GPtrArray *mailboxes);
#endif
