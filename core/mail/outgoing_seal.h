/* From a signed message to its encrypted copies in the outbox. */
#ifndef SCEAU_MAIL_OUTGOING_SEAL_H
#define SCEAU_MAIL_OUTGOING_SEAL_H

#include "core/mail/outgoing_request.h"
#include "core/store/keyreq.h"

/*
 * request, whose letter is signed, becomes one envelope and one row of the
 * outbox for each copy of its plan; with them the key request and the key of
 * the clear content end, all or nothing. The id of the first row; 0 with
 * error, which is APP_ERROR_CONFLICT or APP_ERROR_NOT_FOUND when another was
 * first.
 */
gint64 outgoing_seal(const World *world, const Keyreq *req,
                     const OutgoingRequest *request, const char *ticket,
                     GError **error);

#endif
