/*
 * The draft as GMime objects. Every header value is ours, byte for byte:
 * GMime would fold and encode in ways that the browser cannot repeat.
 */
#ifndef SCEAU_MIME_TREE_H
#define SCEAU_MIME_TREE_H

#include "core/mime/entity.h"
#include "core/mime/gmime_auto.h"

/* A text part, or a multipart/mixed of it and the files, without contents. */
GMimeObject *tree_new(const Draft *draft, Protect protect,
                      const char *boundary);
/* The header block of one of its objects, CRLF, without the empty line. */
char *tree_header(GMimeObject *object);

/* Adds "name: value"; value may be folded. */
void tree_add_field(GMimeHeaderList *list, const char *name,
                    const char *value);
typedef enum {
    FIELDS_PLAIN,    /* outside; with what an unfinished message keeps */
    FIELDS_SIGNED,   /* outside of a signed message */
    FIELDS_OBSCURED, /* outside of an encrypted one: subject "[...]" */
    FIELDS_CLEAR,    /* inside, hp="clear" */
    FIELDS_CIPHER,   /* inside, with HP-Outer; and what is kept */
} TreeFields;

/* From to References, those that the draft has. */
void tree_add_fields(GMimeHeaderList *list, const Draft *draft,
                     TreeFields fields);
/* SEC-51: whether a finished header block, read again, has these fields in
 * this order and no other. */
gboolean tree_header_is(const char *header, const Draft *draft,
                        TreeFields fields, const char *const *before,
                        const char *const *after);
#endif
