/*
 * One pass over the lines of a message: header blocks, the fields in them and
 * the multipart boundaries between them, with the limits of SEC-01 and SEC-02
 * counted on the way. Where a message could be read in two ways both readings
 * are counted, so that no later parser meets more than was counted here.
 */
#ifndef SCEAU_MIME_SCAN_H
#define SCEAU_MIME_SCAN_H

#include <glib.h>

#define SCAN_MAX_DEPTH 32
#define SCAN_MAX_PARTS 1000
#define SCAN_MAX_HEADER (256 * 1024)
#define SCAN_MAX_FIELD (16 * 1024)
#define SCAN_MAX_FIELDS 1000
/* All header blocks together: a parser makes an object of every field. */
#define SCAN_MAX_ALL_FIELDS 10000
#define SCAN_MAX_BOUNDARY 250

typedef struct {
    const guint8 *name; /* up to the colon, without spaces around it */
    gsize name_size;
    const guint8 *value; /* after the colon, folded as it came */
    gsize value_size;
    guint part; /* 0 is the top; numbered in order of appearance */
} ScanField;

typedef struct {
    guint parts; /* header blocks, the top one included */
    guint depth; /* multiparts and nested messages, one in another */
} ScanTotals;

typedef gboolean (*ScanSink)(gpointer user, const ScanField *field,
                             GError **error);

/* Calls sink for every field of every header block, nested messages too; sink
 * and totals may be NULL. FALSE with APP_ERROR_TOO_COMPLEX beyond a limit, or
 * with sink's error. */
gboolean scan_fields(const guint8 *data, gsize size, ScanSink sink,
                     gpointer user, ScanTotals *totals, GError **error);

gboolean scan_name_is(const ScanField *field, const char *name);
/* Without regard to case, anywhere in it. */
gboolean scan_value_has(const ScanField *field, const char *word);

/* Size of a leading mbox line ("From …"), which is no part of a message. */
gsize scan_mbox_line(const guint8 *data, gsize size);

/* Where the body begins: behind the empty line, or at the end. */
gsize scan_body(const guint8 *data, gsize size);

/* Size of the line at data, with its end. */
gsize scan_line(const guint8 *data, gsize size);

/* The same without its end: LF and any CR before it. */
gsize scan_line_text(const guint8 *line, gsize size);
#endif
