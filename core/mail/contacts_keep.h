/* Certificates put away with a contact, inside the caller's transaction. What
 * is kept of a person stays small. */
#ifndef SCEAU_MAIL_CONTACTS_KEEP_H
#define SCEAU_MAIL_CONTACTS_KEEP_H

#include "core/mail/contacts_choice.h"

#define CONTACT_CERTS_MAX 8

typedef struct {
    const Cert *cert;
    GPtrArray *chain; /* Certs that came along */
    GPtrArray *path;  /* leaf to anchor, or NULL */
    Standing standing;
    const char *source;
    GBytes *capabilities; /* or NULL */
    gint64 capabilities_at;
} Keeping;

/* Beyond CONTACT_CERTS_MAX the oldest one that is not in use goes. */
gboolean contacts_keep(const World *world, const Contact *contact,
                       const Keeping *keeping, GError **error);

/* This one's identity becomes the contact's: the certificates of its issuer
 * are accepted, those of the one before are kept. */
gboolean contacts_adopt(const World *world, const Contact *contact,
                        const Cert *cert, GError **error);

/* Removes what does not name the contact's address any more. */
gboolean contacts_drop_others(const World *world, const Contact *contact,
                              const char *pinned, GError **error);

#endif
