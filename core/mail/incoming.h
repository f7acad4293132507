/*
 * Reading a message: fetch, limits, layers, verdict, view (DESIGN §2). One
 * state per message (SECURITY §4); the same judgement serves sceauctl verify.
 */
#ifndef SCEAU_MAIL_INCOMING_H
#define SCEAU_MAIL_INCOMING_H

#include "core/mail/world.h"
#include "core/mail/judge.h"

typedef struct {
    char *path, *name, *type; /* name is never NULL */
    gsize size;
    gboolean covered; /* inside the signature */
    char *content_id;
    const char *image; /* safe inline image type or NULL */
} IncomingFile;

typedef struct {
    char *name, *address; /* name cleaned (SEC-43) or NULL */
} IncomingPerson;

/*
 * What is shown comes from the payload alone: the signed part if there is a
 * signature, else the whole message. Fields are those under the signature if
 * it verified and has them (RFC 9788), else those outside.
 */
typedef struct {
    char *subject;         /* or NULL */
    IncomingPerson from;   /* address is never NULL, "" when there is none */
    GPtrArray *to, *cc;    /* IncomingPerson */
    GPtrArray *reply_to;   /* empty unless it differs from From */
    IncomingPerson sender; /* Sender when it differs from From; else NULLs */
    gint64 date; /* Date, or arrival when there is none; 0 unknown */
    gboolean seen;
    Judgement *judgement; /* NULL when too_complex */
    GPtrArray *texts;     /* char*: text/plain parts to show, UTF-8 */
    /* char*: HTML parts, for the frame only, in order with the texts that
     * stand beside them (escaped): all there is to read. Empty without HTML.
     */
    GPtrArray *htmls;
    gboolean remote;      /* an HTML part refers to remote content */
    GPtrArray *files;     /* IncomingFile */
    gboolean encrypted;   /* cannot be opened in this version */
    gboolean too_complex; /* refused by the gate: only download */
    /* "<id>" and "<id> <id>", fit for a reply; or NULL. */
    char *message_id, *references;
} Incoming;

Incoming *incoming_open(const World *world, const char *folder,
                        guint32 uid_validity, guint32 uid, GError **error);
/* The same of a message at hand: nothing is fetched or stored. */
Incoming *incoming_read(const World *world, GBytes *message, gint64 arrival,
                        GError **error);
void incoming_free(Incoming *incoming);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Incoming, incoming_free)

typedef struct {
    GBytes *data; /* decoded */
    char *name;   /* never NULL */
    /* What the bytes say, of those that may be shown (SEC-41), or NULL. */
    const char *image;
} IncomingPart;

void incoming_part_free(IncomingPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IncomingPart, incoming_part_free)

/* An attachment (or inline image, by path). */
IncomingPart *incoming_part(const World *world, const char *folder,
                            guint32 uid_validity, guint32 uid,
                            const char *path, GError **error);
typedef gboolean (*IncomingSink)(gpointer user, const guint8 *data,
                                 gsize size, GError **error);
/* The original bytes, whatever the limits say. */
gboolean incoming_raw(const World *world, const char *folder,
                      guint32 uid_validity, guint32 uid, IncomingSink sink,
                      gpointer user, GError **error);
#endif
