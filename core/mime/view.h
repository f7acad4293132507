/*
 * What is shown of an entity: parts as text, HTML and attachments, walked by
 * GMime over the bytes that passed the gate.
 */
#ifndef SCEAU_MIME_VIEW_H
#define SCEAU_MIME_VIEW_H

#include <glib.h>

typedef enum {
    PART_TEXT,
    PART_HTML,
    PART_ATTACHMENT,
    PART_SIGNATURE,
    PART_ENCRYPTED
} PartRole;

typedef struct {
    char *path;        /* "1.2": as IMAP numbers it here; "0": no part */
    char *type;        /* "text/plain", lower case */
    char *charset;     /* as declared, or NULL */
    char *name;        /* cleaned file name or NULL */
    char *content_id;  /* without brackets, or NULL */
    char *disposition; /* "attachment", "inline" or NULL */
    gsize size;        /* decoded bytes */
    PartRole role;
    gboolean alternative; /* the same as an HTML part, or one of several */
    const char *image;    /* what the bytes say it is (SEC-41), or NULL */
    char *text;           /* UTF-8 for PART_TEXT and PART_HTML; else NULL */
} Part;

typedef struct {
    GPtrArray *parts; /* Part, in the order they are shown */
    gboolean remote;  /* an HTML part refers to remote content */
} View;

/* Runs the gate itself; nested messages are attachments. */
View *view_build(const guint8 *entity, gsize size, GError **error);
/* The same without legacy display elements (core/mime/legacy.h), for who
 * shows the protected fields. */
View *view_build_protected(const guint8 *entity, gsize size, GError **error);
void view_free(View *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

/* view_build()->remote alone, decoding nothing but the HTML parts; FALSE for
 * what the gate refuses. */
gboolean view_has_remote(const guint8 *entity, gsize size);

/* Decoded bytes of the part at path; APP_ERROR_NOT_FOUND. */
GBytes *view_part_data(const guint8 *entity, gsize size, const char *path,
                       GError **error);
/* "image/png", "image/jpeg", "image/gif", "image/webp" from magic bytes, or
 * NULL: what may be shown inline (SEC-41). */
const char *view_image_type(GBytes *data);
#endif
