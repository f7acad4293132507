/* From a template's source to nodes; used by template.c only. */
#ifndef SCEAU_FCGI_TEMPLATE_PARSE_H
#define SCEAU_FCGI_TEMPLATE_PARSE_H

#include "fcgi/template.h"
#include "fcgi/template_node.h"

typedef struct {
    TemplateSource source;
    gconstpointer source_user;
    const Catalogue *words;
    TemplateWord found; /* or NULL */
    gpointer found_user;
} ParseInput;

/* The nodes of name with its partials put in. */
GPtrArray *template_parse(const ParseInput *input, const char *name,
                          GError **error);

#endif
