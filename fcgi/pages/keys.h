/* The end of a certificate, as the pages count it down (B12). */
#ifndef SCEAU_FCGI_PAGES_KEYS_H
#define SCEAU_FCGI_PAGES_KEYS_H

#include "core/base/json.h"
#include "fcgi/page.h"

/* How urgent it is, 60, 30, 14 and 3 days before it (templates/README.md);
 * NULL before that, and once it is over. */
Json *keys_left(const Context *ctx, gint64 end);

#endif
