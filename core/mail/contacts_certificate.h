/*
 * What a person does with the certificates of a contact: bring one from a
 * file or an attachment (Z26), choose, accept, remove, and hand one on (S5,
 * S6). Every choice is checked against the account first.
 */
#ifndef SCEAU_MAIL_CONTACTS_CERTIFICATE_H
#define SCEAU_MAIL_CONTACTS_CERTIFICATE_H

#include "core/mail/contacts.h"

typedef enum { UPLOAD_FILE, UPLOAD_ATTACHMENT } UploadSource;

typedef struct {
    gint64 contact; /* that has it now */
    char *kid;
    const char *outcome; /* "added" or "known" */
    /* On a refusal (APP_ERROR_CERTIFICATE), for words: "unreadable",
     * "no-certificate", "several-people", "address-mismatch" or a problem of
     * Addressee that no time mends; NULL otherwise. */
    const char *refused;
    char *named; /* the address that a mismatched one names, or NULL */
} Upload;

void upload_clear(Upload *upload);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Upload, upload_clear)

/*
 * A .cer .crt .der .pem .p7b or .p7c, whatever its name says, to a contact,
 * or (contact 0) to whoever the certificate names, made in "Emailed contacts"
 * if need be. Bringing it is accepting it, unless the contact is pinned: then
 * it is offered.
 */
gboolean contacts_upload(const World *world, gint64 contact, GBytes *file,
                         UploadSource source, Upload *upload, GError **error);

/* Pins this one of the contact's certificates; with kid NULL none is pinned
 * and the newest usable of the accepted identity is used. */
gboolean contacts_use(const World *world, gint64 contact, const char *kid,
                      GError **error);
/* The identity of this one becomes the contact's; an older pin goes. */
gboolean contacts_accept(const World *world, gint64 contact, const char *kid,
                         GError **error);
/* An offered one is not offered again. */
gboolean contacts_forget(const World *world, gint64 contact, const char *kid,
                         GError **error);

/* format "pem", "der", "p7b" or "p12"; password for p12 only. Bytes and
 * *name for the file. contact 0: one of the account's own. */
GBytes *contacts_export(const World *world, gint64 contact, const char *kid,
                        const char *format, const char *password, char **name,
                        GError **error);
#endif
