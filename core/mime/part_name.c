#include "core/mime/part_name.h"

#include <string.h>

#include "core/mime/mime.h"
#include "core/mime/names.h"

/* SEC-43: what nobody sees is taken out of file names too. */
static char *
visible_name(const char *raw)
{
    g_autofree char *valid = g_utf8_make_valid(raw, -1);
    g_autoptr(GString) visible = g_string_new(NULL);
    for (const char *at = valid; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (!char_is_hidden(c))
            g_string_append_unichar(visible, c);
    }
    return file_name_clean(visible->str);
}

/*
 * A quoted value made of encoded words: against RFC 2047 §5 and common. GMime
 * would lose what follows the padding of the first (see words.c).
 */
static char *
encoded_value(GMimeObject *leaf, const char *field, const char *parameter)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(leaf);
    GMimeHeader *header = g_mime_header_list_get_header(list, field);
    const char *raw =
        header == NULL ? NULL : g_mime_header_get_raw_value(header);
    if (raw == NULL || strstr(raw, "=?") == NULL)
        return NULL;

    g_autofree char *lower = g_ascii_strdown(raw, -1);
    g_autofree char *start = g_strconcat(parameter, "=\"=?", NULL);
    const char *found = strstr(lower, start);
    if (found == NULL)
        return NULL;
    const char *value = raw + (found - lower) + strlen(parameter) + 2;
    g_autofree char *quoted = g_strndup(value, strcspn(value, "\""));
    g_autofree char *line = text_line_clean(quoted);
    return mime_decode_words(line);
}

char *
part_name(GMimeObject *leaf)
{
    if (!GMIME_IS_PART(leaf))
        return NULL;
    g_autofree char *encoded =
        encoded_value(leaf, "Content-Disposition", "filename");
    if (encoded == NULL)
        encoded = encoded_value(leaf, "Content-Type", "name");
    const char *plain = g_mime_part_get_filename(GMIME_PART(leaf));
    const char *name = encoded != NULL ? encoded : plain;
    return name == NULL ? NULL : visible_name(name);
}
