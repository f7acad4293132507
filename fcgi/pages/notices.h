/* What others did to the visitor's account, at the top of every page. */
#ifndef SCEAU_FCGI_PAGES_NOTICES_H
#define SCEAU_FCGI_PAGES_NOTICES_H

#include "fcgi/page.h"

/* Adds notices (templates/README.md); without them when they cannot be read:
 * the page is wanted all the same. */
void notices_add(const Context *ctx, Json *context);
/* Two weeks before the last certificate that signs ends, says so. */
void notices_add_end(const Context *ctx, Json *context);
/* Was the visitor sent to the guide, and has not said so yet? */
gboolean notices_guide(const Context *ctx, gint64 account);

#endif
