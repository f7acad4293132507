/* The HTML of a message, for its frame, and its files. */
#ifndef SCEAU_FCGI_PAGES_READ_FILES_H
#define SCEAU_FCGI_PAGES_READ_FILES_H

#include "fcgi/pages/read_message.h"

/* Where the parts of the message are: of one just opened they are asked for
 * with its content key. */
char *read_parts_url(const Reading *view);
/* Adds html to message, and htmls, images, ask, remote to data. */
void read_html_add(const Reading *view, Json *message, Json *data);
/* Adds files and what is said of all of them. */
void read_files_add(const Reading *view, Json *message);

#endif
