/* The copy of a sent message in the account's Sent folder. */
#ifndef SCEAU_MAIL_FILING_H
#define SCEAU_MAIL_FILING_H

#include "core/mail/letter.h"
#include "core/mail/world.h"

gboolean filing_append(const World *world, gint64 spool, const Letter *letter,
                       GError **error);

#endif
