/* The text of HTML, to be quoted or read where HTML may not be shown. */
#ifndef SCEAU_MIME_HTML_TEXT_H
#define SCEAU_MIME_HTML_TEXT_H

#include <glib.h>

/*
 * html is valid UTF-8. What its style hides from the reader is left out, and
 * *hidden set (SEC-35); what is not known to be hidden is there to be seen.
 * No addresses of links or images.
 */
char *html_to_text(const char *html, gboolean *hidden);
#endif
