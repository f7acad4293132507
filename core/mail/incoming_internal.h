/* What incoming*.c share: fetching, judging and filling, and the memory of a
 * key request. */
#ifndef SCEAU_MAIL_INCOMING_INTERNAL_H
#define SCEAU_MAIL_INCOMING_INTERNAL_H

#include "core/mail/incoming.h"

/* Which message, and what came with it. */
typedef struct {
    const char *folder;
    guint32 uid_validity, uid;
    gint64 arrival;
    gboolean seen, flagged;
} IncomingSpot;

/* APP_ERROR_TOO_LARGE sets the spot's times and flags all the same. */
GBytes *incoming_fetch(const World *world, IncomingSpot *spot,
                       GError **error);
/* content_key, readers: NULL, or as of JudgeInput. */
Judgement *incoming_judge(const World *world, GBytes *message, gint64 arrival,
                          GBytes *content_key, GPtrArray *readers,
                          GError **error);
/* Steals judgement. */
Incoming *incoming_of(GBytes *message, gint64 arrival, Judgement *judgement,
                      GError **error);
/* What is to be done once a message was judged and is shown: the verdict for
 * the list, the certificate for the contacts. A failure is only logged. */
void incoming_note(const World *world, const IncomingSpot *spot,
                   Incoming *incoming);
IncomingPart *incoming_part_of(const Judgement *judgement, const char *path,
                               GError **error);

/* The account's own certificates, old ones included: Cert. */
GPtrArray *incoming_readers(const World *world, GError **error);
/* Fills key_request or missing of a locked message, and lets go of its CMS
 * object. */
gboolean incoming_request(const World *world, const IncomingSpot *spot,
                          GBytes *message, Incoming *incoming,
                          GError **error);
/* Of the message that the request of ticket is about, and whether it may be
 * answered with content_key: APP_ERROR_NOT_FOUND, APP_ERROR_EXPIRED,
 * APP_ERROR_CONFLICT. *digest: of the message's bytes. */
gboolean incoming_request_peek(const World *world, const IncomingSpot *spot,
                               const char *ticket, GBytes *content_key,
                               char **digest, GError **error);
/* It was: only the same key will do from now on. */
gboolean incoming_request_answer(const World *world, const char *ticket,
                                 GBytes *content_key, GError **error);
#endif
