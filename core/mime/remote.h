/* Whether showing HTML or CSS would ask another server for something. It only
 * looks; what makes it safe to show is the browser's sanitiser. */
#ifndef SCEAU_MIME_REMOTE_H
#define SCEAU_MIME_REMOTE_H

#include <glib.h>

/* html is NUL-terminated UTF-8. In doubt the answer is TRUE. */
gboolean html_has_remote(const char *html);
#endif
