/*
 * Messages that are not finished, in the account's Drafts folder (SEC-36).
 * Ordinary ones are ordinary messages. One to be encrypted is encrypted to
 * its author alone, authenticated and never signed; without a certificate to
 * encrypt to it is not kept at all (Z17). A draft's id is "uidvalidity-uid".
 */
#ifndef SCEAU_MAIL_DRAFTS_H
#define SCEAU_MAIL_DRAFTS_H

#include "core/mail/outgoing.h"

typedef struct {
    char *draft; /* its id */
    gboolean encrypted;
    gint64 saved;
    gboolean cleared; /* an earlier copy in clear was removed (Z18) */
} DraftSaved;

void draft_saved_free(DraftSaved *saved);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DraftSaved, draft_saved_free)

/*
 * Keeps form, whose addresses may be half typed, in place of previous (an id,
 * or NULL or "": nothing). APP_ERROR_CERTIFICATE when it is to be encrypted
 * and there is no certificate of the account's own for it; an earlier copy in
 * clear is removed all the same, since encryption was turned on.
 */
DraftSaved *drafts_save(const World *world, const ComposeForm *form,
                        Protection protection, const char *previous,
                        GError **error);
/* Gone is as good as discarded. */
gboolean drafts_discard(const World *world, const char *draft,
                        GError **error);

/* A draft to go on with. */
typedef struct {
    /* As typed; never NULL but for the last two. */
    char *to, *cc, *bcc, *subject, *text, *in_reply_to, *references;
    GPtrArray *files; /* FormFile, owned */
    Protection protection;
    gboolean locked; /* encrypted: all else is empty, it must be opened */
    char *folder;    /* where it is, for opening */
} DraftForm;

void draft_form_free(DraftForm *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DraftForm, draft_form_free)

/* APP_ERROR_NOT_FOUND when it is gone. */
DraftForm *drafts_load(const World *world, const char *draft, GError **error);
/* The same of an encrypted one with the key that the browser unwrapped;
 * ticket is spent. APP_ERROR_MALFORMED for what is no draft of ours. */
DraftForm *drafts_load_opened(const World *world, const char *folder,
                              guint32 uid_validity, guint32 uid,
                              const char *ticket, GBytes *content_key,
                              GError **error);
#endif
