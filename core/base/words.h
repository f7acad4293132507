/* Texts as they are searched: words without case and accents. */
#ifndef SCEAU_BASE_WORDS_H
#define SCEAU_BASE_WORDS_H

#include <glib.h>

/* "lefevre" finds Lefèvre, and stands beside it. */
char *words_fold(const char *text);
/* Adds the folded words of text, most at the limit; long ones are cut, in
 * what is searched and in searches alike. words frees with g_free. */
void words_add(GPtrArray *words, const char *text);
/* The words of a search, the longest first: they select best. None of what
 * is no text or longer than a name. */
char **words_of_query(const char *query);

/* No text has a character beyond it: a range of beginnings ends here. */
#define WORDS_LAST "\xf4\x8f\xbf\xbf"

#endif
