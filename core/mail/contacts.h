/*
 * The person's two address books, and the certificates of a contact: which
 * are kept, which one is used, where each came from and when it ends (Z14,
 * Z15, Z25, Z26). Everything kept about a person is one Contact and its
 * certificates.
 */
#ifndef SCEAU_MAIL_CONTACTS_H
#define SCEAU_MAIL_CONTACTS_H

#include "core/mail/world.h"
#include "core/store/contact.h"

#define CONTACTS_PAGE 50

typedef enum {
    BOOK_PERSONAL,
    BOOK_EMAILED, /* "Contacts envoyés": made by the program */
} Book;

const char *book_name(Book book); /* "personal", "emailed" */
/* NULL and "" are personal; APP_ERROR_INPUT for a name of nothing. */
gboolean book_from_name(const char *name, Book *out, GError **error);

typedef struct {
    GPtrArray *contacts; /* Contact */
    char *next;          /* what after is for the next page; NULL: the end */
} ContactPage;

void contact_page_free(ContactPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactPage, contact_page_free)

/* A page of the book, or of those in it with words that begin as query's do;
 * after: NULL or "" for the first. APP_ERROR_INPUT for another's after. */
ContactPage *contacts_list(const World *world, Book book, const char *query,
                           const char *after, GError **error);

typedef struct {
    char *kid; /* the SHA-256 fingerprint */
    char *name, *issuer, *serial, *algorithm;
    char **addresses;
    gint64 not_before, not_after, created;
    char *source;      /* "harvest", "file" or "attachment" */
    const char *state; /* "used", "kept", "offered" or "unusable" */
    /* Why it is unusable (codes of Addressee, and "address-mismatch"), or
     * would be were it accepted; NULL. */
    const char *problem;
    gboolean pinned;
} ContactCertificate;

typedef struct {
    Contact *contact;
    GPtrArray *certificates; /* ContactCertificate; the used one first */
} ContactView;

void contact_view_free(ContactView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactView, contact_view_free)

/* APP_ERROR_NOT_FOUND for another account's. */
ContactView *contacts_get(const World *world, gint64 id, GError **error);

/*
 * The id. An address that stands in "Emailed contacts" moves to the personal
 * book with its certificates; one in the book asked for, or from the personal
 * to the other, is APP_ERROR_CONFLICT. APP_ERROR_INPUT for what is no
 * address.
 */
gint64 contacts_create(const World *world, Book book, const char *name,
                       const char *address, GError **error);
/* Another address takes the certificates away that do not name it. */
gboolean contacts_edit(const World *world, gint64 id, Book book,
                       const char *name, const char *address, GError **error);
gboolean contacts_remove(const World *world, gint64 id, GError **error);

typedef struct {
    char *name, *address;
    gboolean usable; /* can be encrypted to now */
} ContactSuggestion;

void contact_suggestion_free(ContactSuggestion *suggestion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactSuggestion, contact_suggestion_free)

/* At most eight ContactSuggestions, of the personal book first. */
GPtrArray *contacts_suggest(const World *world, const char *query,
                            GError **error);
#endif
