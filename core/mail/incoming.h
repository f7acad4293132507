/*
 * Reading a message: fetch, limits, layers, verdict, view (DESIGN §2). One
 * state per message (SECURITY §4); the same judgement serves sceauctl verify.
 */
#ifndef SCEAU_MAIL_INCOMING_H
#define SCEAU_MAIL_INCOMING_H

#include "core/mail/world.h"
#include "core/mail/judge.h"

typedef struct {
    char *path, *name, *type;
    gsize size;
    gboolean covered; /* inside the signature */
    char *content_id;
    const char *image; /* safe inline image type or NULL */
} IncomingFile;

typedef struct {
    char *name, *address; /* name cleaned (SEC-43) or NULL */
} IncomingPerson;

typedef struct {
    char *subject;
    IncomingPerson from;
    GPtrArray *to, *cc, *reply_to; /* IncomingPerson */
    IncomingPerson sender;  /* Sender when it differs from From; else NULLs */
    gint64 date;            /* Date, or arrival when there is none */
    gboolean seen;
    Judgement *judgement;
    GPtrArray *texts;       /* char*: text/plain parts to show, UTF-8 */
    GPtrArray *htmls;       /* char*: HTML parts, for the frame only */
    gboolean remote;        /* an HTML part refers to remote content */
    GPtrArray *files;       /* IncomingFile */
    gboolean encrypted;     /* cannot be opened in this version */
    gboolean too_complex;   /* refused by the gate: only download */
    char *message_id, *references;
} Incoming;

Incoming *incoming_open(const World *world, const char *folder,
                        guint32 uid_validity, guint32 uid, GError **error);
void incoming_free(Incoming *incoming);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Incoming, incoming_free)

/* The decoded bytes of an attachment (or inline image, by path). */
GBytes *incoming_part(const World *world, const char *folder,
                      guint32 uid_validity, guint32 uid, const char *path,
                      GError **error);
typedef gboolean (*IncomingSink)(gpointer user, const guint8 *data, gsize size,
                                 GError **error);
/* The original bytes, whatever the limits say. */
gboolean incoming_raw(const World *world, const char *folder,
                      guint32 uid_validity, guint32 uid, IncomingSink sink,
                      gpointer user, GError **error);
#endif
