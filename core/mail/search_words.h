/*
 * What a person typed to find a message, as terms for the mail server: words
 * with spaces between, "several words" as one, and days: 2026-11-25,
 * 25/11/2026 and 25.11.2026, and months: 2026-11, 11/2026.
 */
#ifndef SCEAU_MAIL_SEARCH_WORDS_H
#define SCEAU_MAIL_SEARCH_WORDS_H

#include "core/net/imap.h"

#define SEARCH_WORDS_MAX 200 /* characters */

/* ImapTerms, at least one; APP_ERROR_INPUT for nothing and for too much. A
 * day is looked for as a text, too. */
GArray *search_words_parse(const char *words, GError **error);

#endif
