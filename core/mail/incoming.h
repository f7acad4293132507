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
    gboolean embedded; /* an image that the HTML shows: not to be listed */
} IncomingFile;

typedef struct {
    char *name, *address; /* name cleaned (SEC-43) or NULL */
} IncomingPerson;

/* Whose key would open the message: what the message says of it. */
typedef struct {
    char *issuer, *serial; /* RFC 4514 and hex, or NULL */
    char *key_id;          /* hex, instead of both; or NULL */
} IncomingRecipient;

/*
 * What is shown comes from the payload alone: the signed part if there is a
 * signature, else the whole message. Fields are those under the signature if
 * it verified and has them (RFC 9788), else those outside.
 */
typedef struct {
    char *subject;       /* or NULL */
    IncomingPerson from; /* address is never NULL, "" when there is none */
    char *from_claim;    /* O7: a name that shows another address; or NULL */
    GPtrArray *to, *cc;  /* IncomingPerson */
    GPtrArray *reply_to; /* empty unless it differs from From */
    IncomingPerson sender; /* Sender when it differs from From; else NULLs */
    gint64 date; /* Date, or arrival when there is none; 0 unknown */
    gboolean seen, flagged;
    Judgement *judgement; /* NULL when too_complex */
    GPtrArray *texts;     /* char*: text/plain parts to show, UTF-8 */
    /* char*: HTML parts, for the frame only, in order with the texts that
     * stand beside them (escaped): all there is to read. Empty without HTML.
     */
    GPtrArray *htmls;
    gboolean remote;       /* an HTML part refers to remote content */
    GPtrArray *files;      /* IncomingFile */
    gboolean encrypted;    /* an encrypted layer, open or not */
    gboolean opened;       /* it is open here */
    gboolean copied;       /* SEC-29: not shown, its envelope is another's */
    gboolean html_allowed; /* SEC-30: else htmls is empty */
    /* What a quote may take: texts, and HTML without a text beside it as
     * text; hidden: some of it was hidden by its style and is left out. */
    GPtrArray *quotable; /* char* */
    gboolean hidden;
    /* Of a locked message: the JSON text of CONTRACT for the vault, or NULL
     * when no certificate of the account fits; then whose would. */
    char *key_request;
    GPtrArray *missing; /* IncomingRecipient; empty when one fits */
    /* "added" "known" "renewed" "offered" or NULL; the certificate and the
     * contact that it was about. */
    const char *harvest;
    char *harvest_kid;
    gint64 harvest_contact;
    gboolean too_complex; /* refused by the gate: only download */
    /* "<id>" and "<id> <id>", fit for a reply; or NULL. */
    char *message_id, *references;
} Incoming;

Incoming *incoming_open(const World *world, const char *folder,
                        guint32 uid_validity, guint32 uid, GError **error);
/* The same of a message at hand: nothing is fetched or stored. */
Incoming *incoming_read(const World *world, GBytes *message, gint64 arrival,
                        GError **error);
/*
 * Goes on with the key request of a locked message: its bytes must be those
 * that were shown. A key that opens nothing is APP_ERROR_MALFORMED and leaves
 * the request; after a success another key is APP_ERROR_CONFLICT, the same
 * gives the same page again. Nothing of key or text is kept.
 */
Incoming *incoming_finish(const World *world, const char *folder,
                          guint32 uid_validity, guint32 uid,
                          const char *ticket, GBytes *content_key,
                          GError **error);
/* An opened message once more, for a reply: its content key is at hand. */
Incoming *incoming_opened(const World *world, const char *folder,
                          guint32 uid_validity, guint32 uid,
                          GBytes *content_key, GError **error);
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
/* The same of an opened message. */
IncomingPart *incoming_part_opened(const World *world, const char *folder,
                                   guint32 uid_validity, guint32 uid,
                                   GBytes *content_key, const char *path,
                                   GError **error);
typedef gboolean (*IncomingSink)(gpointer user, const guint8 *data,
                                 gsize size, GError **error);
/* The original bytes, whatever the limits say. */
gboolean incoming_raw(const World *world, const char *folder,
                      guint32 uid_validity, guint32 uid, IncomingSink sink,
                      gpointer user, GError **error);
#endif
