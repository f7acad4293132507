/*
 * Which of a contact's certificates is used: the pinned one, else the newest
 * that is good now among those of the accepted identity (Z25, SEC-63). Judged
 * anew each time.
 */
#ifndef SCEAU_MAIL_CONTACTS_CHOICE_H
#define SCEAU_MAIL_CONTACTS_CHOICE_H

#include "core/mail/world.h"
#include "core/pki/cert.h"
#include "core/store/contact.h"
#include "core/store/contact_cert.h"

typedef struct {
    ContactCert *row;
    Cert *cert;
    const char *problem; /* NULL when it could be used now */
} Candidate;

typedef struct {
    GPtrArray *candidates; /* Candidate, newest notBefore first */
    const Candidate *used; /* NULL when none can be */
    /* The one that is or would be used, NULL when there is none. */
    const Candidate *best;
    const char *problem; /* of Addressee; NULL exactly if one is used */
} ContactChoice;

ContactChoice *contact_choice_make(const World *world, const Contact *contact,
                                   GError **error);
/* Of rows (ContactCert) already at hand, which it takes. */
ContactChoice *contact_choice_of(const World *world, const Contact *contact,
                                 GPtrArray *rows);
void contact_choice_free(ContactChoice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactChoice, contact_choice_free)

/* NULL when there is none of it. */
const Candidate *contact_choice_find(const ContactChoice *choice,
                                     const char *kid);
#endif
