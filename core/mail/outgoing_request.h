/*
 * A message that waits for its signature: what the key request keeps of it,
 * sealed under the ticket.
 */
#ifndef SCEAU_MAIL_OUTGOING_REQUEST_H
#define SCEAU_MAIL_OUTGOING_REQUEST_H

#include "core/mail/letter.h"
#include "core/mail/protection.h"

typedef struct {
    Letter *letter;
    GPtrArray *plan; /* SealingCopy; NULL: it is signed only */
} OutgoingRequest;

void outgoing_request_free(OutgoingRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutgoingRequest, outgoing_request_free)

GBytes *outgoing_request_write(const Letter *letter, const GPtrArray *plan);
OutgoingRequest *outgoing_request_read(GBytes *bytes, GError **error);
Protection outgoing_request_protection(const OutgoingRequest *request);

#endif
