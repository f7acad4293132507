/* Names as people see them: of persons and of files. */
#ifndef SCEAU_MIME_NAMES_H
#define SCEAU_MIME_NAMES_H

#include <glib.h>

/* Entity profile: control characters removed, spaces collapsed, ends
 * trimmed; NULL when nothing is left. name is valid UTF-8. */
char *person_name_clean(const char *name);

/* Entity profile: the part after the last slash or backslash, without
 * control and bidi characters, ends trimmed, at most 255 bytes, "file" when
 * nothing is left. */
char *file_name_clean(const char *name);

/* Valid UTF-8 without control characters (a tab or line end becomes a space)
 * and without characters that change the direction of what follows. */
char *text_line_clean(const char *text);

/* TRUE for characters nobody sees: control, bidi, zero-width, fillers. */
gboolean char_is_hidden(gunichar c);
/* As g_utf8_next_char(), which takes const away. */
static inline const char *
utf8_next(const char *at)
{
    return at + g_utf8_skip[*(const guint8 *)at];
}
#endif
