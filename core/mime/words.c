/*
 * RFC 2047 encoded words. Ours, because GMime decodes neighbouring words of
 * one charset as one: the padding of the first ends the text of the second.
 */
#include <string.h>

#include "core/mime/base64.h"
#include "core/mime/mime.h"

#define MAX_CHARSET 40

typedef struct {
    char charset[MAX_CHARSET + 1];
    char encoding; /* 'b' or 'q' */
    const char *text;
    gsize size;
} Word;

/* Reads "=?charset?e?text?=" at the beginning; returns its size or 0. */
static gsize
read_word(const char *at, Word *word)
{
    if (at[0] != '=' || at[1] != '?')
        return 0;
    const char *charset = at + 2;
    gsize n = strcspn(charset, "? \t");
    /* RFC 2231 §5: a language may follow. */
    gsize name = MIN(n, strcspn(charset, "*"));
    if (name == 0 || name > MAX_CHARSET || charset[n] != '?' ||
        charset[n + 1] == '\0' || charset[n + 2] != '?')
        return 0;
    memcpy(word->charset, charset, name);
    word->charset[name] = '\0';
    word->encoding = g_ascii_tolower(charset[n + 1]);
    word->text = charset + n + 3;
    /* Some mailers leave spaces inside; a question mark ends it. */
    word->size = strcspn(word->text, "?");
    if (strchr("bq", word->encoding) == NULL ||
        word->text[word->size] != '?' || word->text[word->size + 1] != '=')
        return 0;
    return (gsize)(word->text - at) + word->size + 2;
}

static void
decode_q(const Word *word, GByteArray *out)
{
    for (gsize i = 0; i < word->size; i++) {
        guint8 c = (guint8)word->text[i];
        if (c == '_') {
            c = ' ';
        } else if (c == '=' && i + 2 < word->size &&
                   g_ascii_isxdigit(word->text[i + 1]) &&
                   g_ascii_isxdigit(word->text[i + 2])) {
            c = (guint8)(g_ascii_xdigit_value(word->text[i + 1]) * 16 +
                         g_ascii_xdigit_value(word->text[i + 2]));
            i += 2;
        }
        g_byte_array_append(out, &c, 1);
    }
}

static void
decode_word(const Word *word, GByteArray *out)
{
    if (word->encoding == 'q') {
        decode_q(word, out);
        return;
    }
    g_autoptr(GBytes) bytes =
        base64_decode_body((const guint8 *)word->text, word->size, NULL);
    if (bytes == NULL)
        g_byte_array_append(out, (const guint8 *)"\xef\xbf\xbd", 3);
    else
        g_byte_array_append(out, g_bytes_get_data(bytes, NULL),
                            (guint)g_bytes_get_size(bytes));
}

/* Bytes gathered from words of one charset (NULL: none). A character may be
 * split between two words, whatever RFC 2047 §5 says. */
static void
flush(GString *out, GByteArray *bytes, const char *charset)
{
    if (bytes->len == 0)
        return;
    g_autofree char *text =
        mime_to_utf8(bytes->data, bytes->len, charset, 4 * (gsize)bytes->len);
    g_string_append(out, text);
    g_byte_array_set_size(bytes, 0);
}

/* Plain bytes up to the next word or the end. */
static gsize
plain_size(const char *text, Word *word, gsize *word_size)
{
    gsize n = 0;
    *word_size = 0;
    while (text[n] != '\0') {
        n += strcspn(text + n, "=");
        *word_size = read_word(text + n, word);
        if (*word_size > 0 || text[n] == '\0')
            return n;
        n++;
    }
    return n;
}

char *
mime_decode_words(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    GByteArray *bytes = g_byte_array_new();
    char charset[MAX_CHARSET + 1] = "";
    while (*text != '\0') {
        Word word;
        gsize size = 0;
        gsize plain = plain_size(text, &word, &size);
        /* White space between two words belongs to neither. */
        gboolean joined =
            charset[0] != '\0' && size > 0 && strspn(text, " \t") == plain;
        if (!joined || g_ascii_strcasecmp(charset, word.charset) != 0)
            flush(out, bytes, charset);
        if (!joined && plain > 0) {
            g_byte_array_append(bytes, (const guint8 *)text, (guint)plain);
            flush(out, bytes, NULL);
        }
        charset[0] = '\0';
        if (size > 0) {
            decode_word(&word, bytes);
            g_strlcpy(charset, word.charset, sizeof charset);
        }
        text += plain + size;
    }
    flush(out, bytes, charset);
    g_byte_array_unref(bytes);
    return g_utf8_make_valid(out->str, (gssize)out->len);
}
