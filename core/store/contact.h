/*
 * The account's address books: one row for each mailbox, in one of two books.
 * How addresses compare, what a contact is sorted by and which words find it
 * is the caller's to say; here they are texts. Lists go by keys, so that a
 * page costs the same in a book of ten and of twenty thousand.
 */
#ifndef SCEAU_STORE_CONTACT_H
#define SCEAU_STORE_CONTACT_H

#include "core/store/db.h"

typedef struct {
    gint64 id;
    char *book;    /* "personal" or "emailed" */
    char *name;    /* "" when unknown */
    char *address; /* as written */
    char *match;   /* as addresses compare; unique in the account */
    char *place;   /* what the list is sorted by */
    char *pinned;  /* kid of the certificate that never moves, or NULL */
    gint64 created;
    gboolean has_certificate; /* one of the accepted identity */
} Contact;

void contact_free(Contact *contact);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Contact, contact_free)

/* Inside the caller's transaction, as are edit and delete; id, pinned and
 * created are not looked at. words: NULL-terminated. Returns the id, 0 with
 * error: APP_ERROR_CONFLICT when the address stands in a book already. */
gint64 contact_create(Db *db, gint64 account, const Contact *contact,
                      const char *const *words, gint64 now, GError **error);
/* Book, name, address, match, place and words of contact->id become these. */
gboolean contact_edit(Db *db, gint64 account, const Contact *contact,
                      const char *const *words, GError **error);
gboolean contact_pin(Db *db, gint64 account, gint64 id, const char *kid,
                     GError **error);
gboolean contact_delete(Db *db, gint64 account, gint64 id, GError **error);

Contact *contact_get(Db *db, gint64 account, gint64 id, GError **error);
/* NULL without error when there is none. */
Contact *contact_find(Db *db, gint64 account, const char *match,
                      GError **error);

/* Where a page ends; the next one begins after it. Empty text and 0: begin.
 */
typedef struct {
    char *text; /* place, or the word that was found */
    gint64 id;
} ContactMark;

/* At most limit Contacts of the book in the order of place. */
GPtrArray *contact_list(Db *db, gint64 account, const char *book,
                        const ContactMark *after, gsize limit,
                        GError **error);
/*
 * At most limit Contacts with a word that begins with first, and, unless it
 * is NULL, one that begins with second; by the word that fits the one of the
 * two with fewer. *words, if asked for, gets that word of each (GPtrArray of
 * char *).
 */
GPtrArray *contact_search(Db *db, gint64 account, const char *book,
                          const char *first, const char *second,
                          const ContactMark *after, gsize limit,
                          GPtrArray **words, GError **error);
#endif
