/* From judged message to what a page shows: the parts of incoming.c that
 * only copy and clean. */
#ifndef SCEAU_MAIL_INCOMING_FILL_H
#define SCEAU_MAIL_INCOMING_FILL_H

#include "core/mail/incoming.h"
#include "core/mime/protected.h"
#include "core/mime/view.h"

Incoming *incoming_new(void);
/* outer: fields of the message; inside: those that are covered and may be
 * shown instead, or NULL. */
void incoming_fill_people(Incoming *incoming, const Headers *outer,
                          const Protected *inside);
/* Of the part at path; "file" where there is none. */
const char *incoming_part_name(const View *view, const char *path);
/* incoming has its judgement. */
void incoming_fill_parts(Incoming *incoming, const View *view);
#endif
