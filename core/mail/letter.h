/*
 * What is kept of a message on its way out, besides its entity in the spool:
 * first in a key request, then in the outbox. The message is prefix, entity
 * and suffix; who gets it is in recipients only, so that Bcc is never in the
 * bytes. Of an encrypted message each copy is a letter of its own, with the
 * base64 of its envelope for an entity, and without a subject.
 */
#ifndef SCEAU_MAIL_LETTER_H
#define SCEAU_MAIL_LETTER_H

#include <glib.h>

typedef struct {
    char *message_id;
    char *from;
    char **recipients;
    char *subject;
    char *prefix;
    char *suffix; /* NULL until it is signed; "" for a plain one */
    gint64 entity_size;
    GBytes *spool_key;
    /* Of a message to be signed: */
    char *send_key; /* the form's, or NULL */
    char *kid;
    char *boundary;
    GBytes *attributes;
} Letter;

Letter *letter_new(void);
void letter_free(Letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

/* What its own header says of it: "none", "sign" or "sign+encrypt". */
const char *letter_protection(const Letter *letter);
/* Wiped when freed. */
GBytes *letter_write(const Letter *letter);
/* NULL bytes are APP_ERROR_NOT_FOUND: the content was wiped. */
Letter *letter_read(GBytes *bytes, GError **error);

#endif
