/*
 * A message as the region of the read page draws it (templates/README.md,
 * message): the same for a message in clear and for one just opened.
 */
#ifndef SCEAU_FCGI_PAGES_READ_MESSAGE_H
#define SCEAU_FCGI_PAGES_READ_MESSAGE_H

#include "core/mail/incoming.h"
#include "fcgi/pages/list.h"

typedef struct {
    const Context *ctx;
    const char *kind; /* of its folder, as in MailFolder */
    MailQuery list;   /* the one that it stands in */
    const Incoming *incoming;
    MessageId id;
    gboolean danger;   /* set on the way: what the verdict forbids */
    gboolean verified; /* set on the way: the seal is shown */
} Reading;

/* The member message; NULL with error when a certificate cannot be read. */
Json *read_message_json(Reading *view, GError **error);

#endif
