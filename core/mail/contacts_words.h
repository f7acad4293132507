/* How a contact is written down: what it is sorted by, compared by and found
 * by. */
#ifndef SCEAU_MAIL_CONTACTS_WORDS_H
#define SCEAU_MAIL_CONTACTS_WORDS_H

#include "core/store/contact.h"

/*
 * Fills name, address, match and place, and *words (g_strfreev). name: NULL
 * or "" when unknown. APP_ERROR_INPUT for what is no address, or too long.
 */
gboolean contact_describe(Contact *contact, const char *name,
                          const char *address, char ***words, GError **error);

/* The words of a search, the longest first: they select best. */
char **contact_query_words(const char *query);

#endif
