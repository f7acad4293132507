/*
 * The header block of a message that passed the gate, read from its own
 * bytes: which fields there are and how often, their decoded text, and the
 * mailboxes in an address field.
 */
#ifndef SCEAU_MIME_HEADERS_H
#define SCEAU_MIME_HEADERS_H

#include <glib.h>

typedef struct {
    char *name;    /* display name, UTF-8, may be NULL; not yet cleaned */
    char *address; /* addr-spec */
} Mailbox;

void mailbox_free(Mailbox *mailbox);

typedef struct Headers Headers;
Headers *headers_parse(const guint8 *data, gsize size); /* copies */
void headers_free(Headers *headers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Headers, headers_free)

/* How many fields there are, and their names in order (SEC-51). */
guint headers_length(const Headers *headers);
const char *headers_name_at(const Headers *headers, guint index);

guint headers_count(const Headers *headers, const char *name);
/* First field of that name, unfolded raw bytes; NULL if none; borrowed. */
const char *headers_raw(const Headers *headers, const char *name);
/* Decoded (RFC 2047) valid UTF-8, controls removed; NULL if none. */
char *headers_text(const Headers *headers, const char *name);
/* The same of the index-th field of that name. */
char *headers_text_at(const Headers *headers, const char *name, guint index);
/* The fields that HP-Outer (RFC 9788 §2.2) says stand outside; NULL if there
 * is none. */
Headers *headers_hp_outer(const Headers *headers);
/* Mailboxes of an address field, groups flattened; owner frees the array. */
GPtrArray *headers_mailboxes(const Headers *headers, const char *name);
gboolean headers_date(const Headers *headers, gint64 *unix_seconds);
/* SEC-16: one From with one mailbox, and no repeated field that matters. */
gboolean headers_are_sound(const Headers *headers);

/* What a person typed in To, Cc, Bcc → Mailboxes; APP_ERROR_INPUT quotes the
 * first thing that is no address. Empty text is an empty array. */
GPtrArray *mailboxes_parse(const char *text, GError **error);
/* SEC-43: without control, bidi and zero-width characters; NULL when nothing
 * is left or when it contains '@' (then show the address alone). */
char *display_name_clean(const char *name);
/* O7: what a name that contains '@' says, without what nobody sees, if any
 * address in it is another than address; else NULL. */
char *display_name_claim(const char *name, const char *address);
#endif
