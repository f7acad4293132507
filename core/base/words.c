#include "core/base/words.h"

#include <string.h>

#define QUERY_MAX_BYTES 256
#define WORDS_MAX 24
#define WORD_MAX_BYTES 48

/* g_utf8_next_char() casts const away. */
static const char *
next(const char *at)
{
    return at + g_utf8_skip[*(const guchar *)at];
}

char *
words_fold(const char *text)
{
    g_autofree char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
    g_autofree char *folded = g_utf8_casefold(apart != NULL ? apart : "", -1);
    GString *out = g_string_new(NULL);
    for (const char *at = folded; *at != '\0'; at = next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_ismark(c))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

static char *
word_of(const char *begin, gsize size)
{
    gsize cut = MIN(size, WORD_MAX_BYTES);
    while (cut < size && ((guchar)begin[cut] & 0xc0) == 0x80)
        cut--;
    return g_strndup(begin, cut);
}

void
words_add(GPtrArray *words, const char *text)
{
    g_autofree char *folded = words_fold(text);
    const char *at = folded;
    while (*at != '\0' && words->len < WORDS_MAX) {
        const char *begin = at;
        while (*at != '\0' && g_unichar_isalnum(g_utf8_get_char(at)))
            at = next(at);
        if (at > begin)
            g_ptr_array_add(words, word_of(begin, (gsize)(at - begin)));
        else
            at = next(at);
    }
}

static gint
longest_first(gconstpointer a, gconstpointer b)
{
    gsize one = strlen(*(const char *const *)a);
    gsize other = strlen(*(const char *const *)b);
    return one == other ? 0 : one > other ? -1 : 1;
}

char **
words_of_query(const char *query)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    if (g_utf8_validate(query, -1, NULL) && strlen(query) <= QUERY_MAX_BYTES)
        words_add(words, query);
    g_ptr_array_sort(words, longest_first);
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_steal(words, NULL);
}
