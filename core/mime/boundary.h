/*
 * The boundary in a Content-Type field, read so that every reading another
 * parser could have is known; and whether a line is a delimiter of it.
 */
#ifndef SCEAU_MIME_BOUNDARY_H
#define SCEAU_MIME_BOUNDARY_H

#include <glib.h>

typedef struct {
    const guint8 *text; /* borrowed from the field */
    gsize size;
} Boundary;

/*
 * Sets out[0], and out[1] if the value can end earlier; returns how many, or
 * -1 when the boundary is written in a way that parsers read differently
 * (escapes, comments, RFC 2231 pieces, twice): no mailer needs that.
 */
int boundary_find(const guint8 *value, gsize size, Boundary out[2]);

typedef enum { LINE_OTHER, LINE_DELIMITER, LINE_CLOSE } BoundaryLine;

/* line without its end; white space may follow (RFC 2046 §5.1.1). */
BoundaryLine boundary_line(const guint8 *line, gsize size,
                           const Boundary *boundary);
#endif
