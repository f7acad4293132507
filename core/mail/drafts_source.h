/* The bytes of a draft as they go to the mail server, made while they go:
 * nothing of it is held twice or written anywhere else. */
#ifndef SCEAU_MAIL_DRAFTS_SOURCE_H
#define SCEAU_MAIL_DRAFTS_SOURCE_H

#include "core/mail/sealing.h"

typedef struct DraftSource DraftSource;

/* reader: to whom it is encrypted, or NULL: in clear. Borrows draft. */
DraftSource *draft_source_new(const Draft *draft, const SealingReader *reader,
                              GError **error);
void draft_source_free(DraftSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DraftSource, draft_source_free)

gsize draft_source_size(const DraftSource *source);
/* A ByteSource of core/net: user is the DraftSource. */
gssize draft_source_read(gpointer user, guint8 *buffer, gsize size,
                         GError **error);

#endif
