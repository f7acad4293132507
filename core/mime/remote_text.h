/* The values in HTML that may name another server. */
#ifndef SCEAU_MIME_REMOTE_TEXT_H
#define SCEAU_MIME_REMOTE_TEXT_H

#include <glib.h>

/* Character references that can hide an address. */
char *entities_decode(const char *text);
/* TRUE unless relative, or of a scheme that fetches nothing. */
gboolean address_is_remote(const char *text);
gboolean list_is_remote(const char *srcset);
gboolean refresh_is_remote(const char *content);
gboolean css_has_remote(const char *css);
/* Lower case, escapes such as "\75 rl(" taken off. */
char *css_plain(const char *css);
#endif
