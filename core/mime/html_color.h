/* Colours as CSS and HTML write them. */
#ifndef SCEAU_MIME_HTML_COLOR_H
#define SCEAU_MIME_HTML_COLOR_H

#include <glib.h>

#define COLOR_UNKNOWN (-1)
#define COLOR_NONE (-2) /* transparent */

/* value: lower case; 0xrrggbb, or one of the above. */
gint32 color_read(const char *value);
/* So alike that nobody reads one on the other. */
gboolean color_is_near(gint32 a, gint32 b);

#endif
