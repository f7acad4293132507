/* An entity on its way into the spool, digested while it is written: large
 * messages are never held twice. */
#ifndef SCEAU_MAIL_SPOOLING_H
#define SCEAU_MAIL_SPOOLING_H

#include "core/mail/letter.h"
#include "core/mail/world.h"
#include "core/mime/entity.h"

/* Inside the caller's transaction. Sets the letter's spool key and entity
 * size, and feeds digest if it is not NULL. The spool's id, 0 with error. */
gint64 spooling_write(const World *world, const Entity *entity,
                      Letter *letter, GChecksum *digest, GError **error);

#endif
