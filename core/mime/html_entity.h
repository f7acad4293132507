/* Character references in the text of HTML: numbers, and the names that
 * mailers write. */
#ifndef SCEAU_MIME_HTML_ENTITY_H
#define SCEAU_MIME_HTML_ENTITY_H

#include <glib.h>

/* Appends the text with its references read; what is none stays. */
void html_entities_append(GString *out, const char *text, gsize size);

#endif
