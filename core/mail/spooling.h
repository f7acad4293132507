/*
 * Content on its way into the spool, digested while it is written: large
 * messages are never held twice. What is large goes in several short
 * transactions of its own, so that nobody waits long for the database; until
 * a row owns it a spool is an orphan, and freed with this or swept later.
 */
#ifndef SCEAU_MAIL_SPOOLING_H
#define SCEAU_MAIL_SPOOLING_H

#include "core/cms/digest_stream.h"
#include "core/mail/letter.h"
#include "core/mail/world.h"
#include "core/mime/entity.h"

typedef struct Spooling Spooling;

/* APP_ERROR_TOO_LARGE for what is more than an outgoing message may be. */
gboolean spooling_fits(const Entity *entity, GError **error);

/* Borrows world and digest, which is fed if it is not NULL. */
Spooling *spooling_new(const World *world, DigestStream *digest);
/* A ByteSink: user is the Spooling. Outside of any transaction. */
gboolean spooling_write(gpointer user, const guint8 *data, gsize size,
                        GError **error);
/* The whole entity. */
gboolean spooling_entity(Spooling *spooling, const Entity *entity,
                         GError **error);
/* No more comes: of what is large only the last chunk stays in memory. Only
 * needed while others are written before this one is finished. */
gboolean spooling_rest(Spooling *spooling, GError **error);
/* Inside the caller's transaction, in which a row takes the spool. Sets the
 * letter's spool key and entity size; the spool's id, 0 with error. */
gint64 spooling_finish(Spooling *spooling, Letter *letter, GError **error);
/* That transaction was committed. */
void spooling_keep(Spooling *spooling);
/* Removes what no row owns. */
void spooling_free(Spooling *spooling);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Spooling, spooling_free)

#endif
