/* Folder names as IMAP writes them: modified UTF-7 (RFC 3501 §5.1.3). */
#ifndef SCEAU_NET_UTF7_H
#define SCEAU_NET_UTF7_H

#include <glib.h>

/* UTF-8 in, ASCII out; NULL where text is no UTF-8 or has control characters.
 */
char *utf7_from_utf8(const char *text);
/*
 * NULL unless text is exactly what utf7_from_utf8() would make of the result:
 * two spellings of one name would be two folders on the screen.
 */
char *utf7_to_utf8(const char *text);

#endif
