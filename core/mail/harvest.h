/*
 * The certificate of a sender, out of a message that verified fully (SEC-63,
 * B6): to the contact of the From address, or to a new one in "Emailed
 * contacts" (Z15). A renewal is adopted at once (S11); another identity is
 * only offered. A pinned contact never moves.
 */
#ifndef SCEAU_MAIL_HARVEST_H
#define SCEAU_MAIL_HARVEST_H

#include "core/mail/judge.h"
#include "core/mail/world.h"

/*
 * "added" (the first of this contact), "known", "renewed", "offered" (waits
 * for a click), with *kid (the caller's) and *contact; NULL when there is
 * nothing to take, or with error. Not inside a transaction.
 */
const char *harvest_message(const World *world, const Judgement *judgement,
                            char **kid, gint64 *contact, GError **error);
#endif
