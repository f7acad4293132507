/*
 * The certificates kept of a contact; public data only. Which of them is used
 * is decided by core/mail, now and each time; here is what was seen and what
 * the person said of it.
 */
#ifndef SCEAU_STORE_CONTACT_CERT_H
#define SCEAU_STORE_CONTACT_CERT_H

#include "core/store/db.h"

typedef enum {
    STANDING_ACCEPTED, /* of the identity this contact has */
    STANDING_OFFERED,  /* of another, and waits for a click */
    STANDING_KEPT,     /* of an identity it had before */
    STANDING_DECLINED, /* of another, and was said no to */
} Standing;

typedef struct {
    char *kid; /* SHA-256 of the certificate, lower hex */
    GBytes *der;
    GBytes *chain;          /* PEM; may be empty */
    GBytes *capabilities;   /* SMIMECapabilities as they came, or NULL */
    gint64 capabilities_at; /* when they were signed */
    Standing standing;
    char *source; /* "harvest", "file" or "attachment" */
    gint64 created;
} ContactCert;

void contact_cert_free(ContactCert *cert);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactCert, contact_cert_free)

/* One that is known keeps its source and date. The contact is the caller's
 * account's: that was asked before. */
gboolean contact_cert_save(Db *db, gint64 contact, const ContactCert *cert,
                           gint64 now, GError **error);
/* Newest first. */
GPtrArray *contact_cert_list(Db *db, gint64 contact, GError **error);
/* NULL without error when there is none. */
ContactCert *contact_cert_find(Db *db, gint64 contact, const char *kid,
                               GError **error);
gboolean contact_cert_set_standing(Db *db, gint64 contact, const char *kid,
                                   Standing standing, GError **error);
gboolean contact_cert_set_capabilities(Db *db, gint64 contact,
                                       const char *kid, GBytes *capabilities,
                                       gint64 at, GError **error);
/* Takes it from whichever contact of the account has it, pinned or not.
 * *whose, the caller's, is that contact's name, else address; NULL when none
 * has. Inside a transaction. */
gboolean contact_cert_forget(Db *db, gint64 account, const char *kid,
                             char **whose, GError **error);
gboolean contact_cert_delete(Db *db, gint64 contact, const char *kid,
                             GError **error);

/* The accepted of all accounts, each once with the address of one contact who
 * has it, newest first, at most limit. FALSE from visit ends it. */
typedef gboolean (*ContactCertVisitor)(const char *address,
                                       const ContactCert *cert, gpointer data,
                                       GError **error);
gboolean contact_cert_each(Db *db, guint limit, ContactCertVisitor visit,
                           gpointer data, GError **error);
#endif
