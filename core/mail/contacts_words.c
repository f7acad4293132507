#include "core/mail/contacts_words.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mime/address.h"
#include "core/mime/names.h"
#include "core/pki/cert.h"

#define NAME_MAX_BYTES 256
#define ADDRESS_MAX_BYTES 254
#define QUERY_MAX_BYTES 256
#define WORDS_MAX 24
#define WORD_MAX_BYTES 48

/* Without case and accents: "lefevre" finds Lefèvre, and stands beside it. */
static char *
fold(const char *text)
{
    g_autofree char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
    g_autofree char *folded = g_utf8_casefold(apart != NULL ? apart : "", -1);
    GString *out = g_string_new(NULL);
    for (const char *at = folded; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_ismark(c))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* Long words are cut, in contacts and in searches alike. */
static char *
word_of(const char *begin, gsize size)
{
    gsize cut = MIN(size, WORD_MAX_BYTES);
    while (cut < size && ((guchar)begin[cut] & 0xc0) == 0x80)
        cut--;
    return g_strndup(begin, cut);
}

static void
add_words(GPtrArray *words, const char *text)
{
    g_autofree char *folded = fold(text);
    const char *at = folded;
    while (*at != '\0' && words->len < WORDS_MAX) {
        const char *begin = at;
        while (*at != '\0' && g_unichar_isalnum(g_utf8_get_char(at)))
            at = utf8_next(at);
        if (at > begin)
            g_ptr_array_add(words, word_of(begin, (gsize)(at - begin)));
        else
            at = utf8_next(at);
    }
}

static char **
finish(GPtrArray *words)
{
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_steal(words, NULL);
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "contact: %s", what);
    return FALSE;
}

gboolean
contact_describe(Contact *contact, const char *name, const char *address,
                 char ***words, GError **error)
{
    if (name == NULL)
        name = "";
    if (!g_utf8_validate(name, -1, NULL) || strlen(name) > NAME_MAX_BYTES)
        return refuse(error, "the name is too long or no text");
    if (!address_is_plain(address) || strlen(address) > ADDRESS_MAX_BYTES)
        return refuse(error, "the address is none");
    g_autofree char *match = cert_address_key(address);
    if (match == NULL)
        return refuse(error, "the address is none");

    char *clean = display_name_clean(name);
    contact->name = clean != NULL ? clean : g_strdup("");
    contact->address = g_strdup(address);
    contact->match = g_steal_pointer(&match);
    contact->place = fold(clean != NULL ? clean : address);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    add_words(found, contact->match);
    add_words(found, contact->name);
    *words = finish(found);
    return TRUE;
}

static gint
longest_first(gconstpointer a, gconstpointer b)
{
    gsize one = strlen(*(const char *const *)a);
    gsize other = strlen(*(const char *const *)b);
    return one == other ? 0 : one > other ? -1 : 1;
}

char **
contact_query_words(const char *query)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    if (g_utf8_validate(query, -1, NULL) && strlen(query) <= QUERY_MAX_BYTES)
        add_words(words, query);
    g_ptr_array_sort(words, longest_first);
    return finish(words);
}
