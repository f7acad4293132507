/* The bytes of a waiting message, in order, from memory and spool. */
#ifndef SCEAU_MAIL_LETTER_SOURCE_H
#define SCEAU_MAIL_LETTER_SOURCE_H

#include "core/mail/letter.h"
#include "core/store/db.h"

typedef struct LetterSource LetterSource;

/* Borrows letter and db. */
LetterSource *letter_source_new(Db *db, gint64 spool, const Letter *letter,
                                GError **error);
void letter_source_free(LetterSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LetterSource, letter_source_free)

gsize letter_source_size(const LetterSource *source);
/* A ByteSource of core/net: user is the LetterSource. */
gssize letter_source_read(gpointer user, guint8 *buffer, gsize size,
                          GError **error);

#endif
