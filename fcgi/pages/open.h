/* The content key of one message, as the browser posts it. */
#ifndef SCEAU_FCGI_PAGES_OPEN_H
#define SCEAU_FCGI_PAGES_OPEN_H

#include "fcgi/page.h"

/* The member content_key, wiped when it is freed. */
GBytes *open_content_key(const Request *req, GError **error);

#endif
