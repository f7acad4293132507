/* A compiled template: a tree whose texts are final and whose holes know how
 * they are escaped. Shared by template.c and template_parse.c only. */
#ifndef SCEAU_FCGI_TEMPLATE_NODE_H
#define SCEAU_FCGI_TEMPLATE_NODE_H

#include "fcgi/template_html.h"

#define TEMPLATE_DEPTH 24

typedef enum {
    NODE_TEXT,     /* written as it is */
    NODE_VALUE,    /* a hole */
    NODE_SECTION,  /* children for each item of path */
    NODE_INVERTED, /* children when there is nothing at path */
    NODE_MESSAGE,  /* children joined, then one JSON text */
} NodeKind;

typedef struct {
    NodeKind kind;
    Escape escape;
    GString *text;       /* TEXT */
    char **path;         /* VALUE, SECTION, INVERTED */
    GPtrArray *children; /* SECTION, INVERTED, MESSAGE */
} Node;

void node_free(Node *node);
GPtrArray *nodes_new(void);
Node *node_add(GPtrArray *nodes, NodeKind kind);
/* Adds to the last text or begins one. */
void node_add_text(GPtrArray *nodes, const char *text, gsize size);

#endif
