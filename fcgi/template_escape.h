/* Escaping by context: the only ways a value gets into a page. */
#ifndef SCEAU_FCGI_TEMPLATE_ESCAPE_H
#define SCEAU_FCGI_TEMPLATE_ESCAPE_H

#include "core/base/json.h"
#include "fcgi/template_html.h"

/* Appends text for where it stands; for ESCAPE_JSON as a JSON text. */
void escape_text(GString *out, const char *text, Escape escape);

/*
 * Appends a value: texts and numbers escaped; nothing for null, arrays and
 * objects, except for ESCAPE_JSON, where any value is written whole.
 */
void escape_value(GString *out, const Json *value, Escape escape);

/* TRUE for a path of this site, https: or mailto: and nothing odd inside. */
gboolean escape_is_safe_url(const char *url);

#endif
