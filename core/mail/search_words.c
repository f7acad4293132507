#include "core/mail/search_words.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mime/names.h"

static void
term_clear(gpointer data)
{
    ImapTerm *term = data;
    g_free(term->text);
}

static gint64
day_of(guint year, guint month, guint day)
{
    g_autoptr(GDateTime) date =
        g_date_time_new_utc((gint)year, (gint)month, (gint)day, 0, 0, 0);
    return date != NULL ? g_date_time_to_unix(date) : 0;
}

/* The days of a month, or that day. */
static void
set_days(ImapTerm *term, guint year, guint month, guint day)
{
    if (year < 1970 || year > 2199 || month < 1 || month > 12)
        return;
    if (day == 0) {
        term->since = day_of(year, month, 1);
        term->before =
            month < 12 ? day_of(year, month + 1, 1) : day_of(year + 1, 1, 1);
    } else if (g_date_valid_dmy((GDateDay)day, (GDateMonth)month,
                                (GDateYear)year)) {
        term->since = day_of(year, month, day);
        term->before = term->since + 24 * 60 * 60;
    }
}

/* The numbers in text, in order: shape is of '0' for digits, one or two in
 * the place of "00", else four, and of what stands between. */
static gboolean
numbers(const char *text, const char *shape, guint out[3])
{
    guint n = 0;
    while (*shape != '\0') {
        if (*shape != '0') {
            if (*text++ != *shape++)
                return FALSE;
            continue;
        }
        gsize places = strspn(shape, "0"),
              digits = strspn(text, "0123456789");
        if (digits > places || digits < (places == 2 ? 1 : places))
            return FALSE;
        out[n] = 0;
        for (gsize i = 0; i < digits; i++)
            out[n] = out[n] * 10 + (guint)(text[i] - '0');
        n++;
        text += digits;
        shape += places;
    }
    return *text == '\0';
}

static void
find_days(ImapTerm *term)
{
    guint at[3] = {0};
    if (numbers(term->text, "0000-00-00", at))
        set_days(term, at[0], at[1], at[2]);
    else if (numbers(term->text, "00/00/0000", at) ||
             numbers(term->text, "00.00.0000", at))
        set_days(term, at[2], at[1], at[0]);
    else if (numbers(term->text, "0000-00", at))
        set_days(term, at[0], at[1], 0);
    else if (numbers(term->text, "00/0000", at))
        set_days(term, at[1], at[0], 0);
}

static void
add_term(GArray *terms, const char *text, gsize size)
{
    ImapTerm term = {.text = g_strndup(text, size)};
    g_strstrip(term.text);
    if (*term.text == '\0') {
        g_free(term.text);
        return;
    }
    find_days(&term);
    g_array_append_val(terms, term);
}

/* A quotation mark that is not closed ends with the words. */
static void
split(GArray *terms, const char *at)
{
    while (*at != '\0') {
        gboolean quoted = *at == '"';
        at += quoted ? 1 : 0;
        gsize size = strcspn(at, quoted ? "\"" : " \"");
        add_term(terms, at, size);
        at += size;
        if (*at == ' ' || (quoted && *at == '"'))
            at++;
    }
}

static GArray *
refuse(const char *what, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "search: %s", what);
    return NULL;
}

GArray *
search_words_parse(const char *words, GError **error)
{
    g_autofree char *line = text_line_clean(words);
    g_autoptr(GArray) terms = g_array_new(FALSE, TRUE, sizeof(ImapTerm));
    g_array_set_clear_func(terms, term_clear);
    if (line != NULL && g_utf8_strlen(line, -1) > SEARCH_WORDS_MAX)
        return refuse("the words are too long", error);
    split(terms, line != NULL ? line : "");
    if (terms->len == 0)
        return refuse("there are no words", error);
    return g_steal_pointer(&terms);
}
