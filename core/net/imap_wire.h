/*
 * An IMAP connection as commands out and responses in. Here are the bounds of
 * SEC-55: one encoder for arguments, limited lines, literals and amounts, and
 * a place for what the server says unasked. After an error that leaves the
 * two sides apart the connection is broken and nothing more is sent on it.
 */
#ifndef SCEAU_NET_IMAP_WIRE_H
#define SCEAU_NET_IMAP_WIRE_H

#include "core/base/error.h"
#include "core/net/imap_parse.h"
#include "core/net/stream.h"

/* A command being written; arguments that no quoted string can hold become
 * literals, before which the server is waited for. */
typedef struct {
    GString *text;
    GArray *pauses; /* gsize: offsets in text behind each "{n}\r\n" */
} ImapCommand;

/* Where a message body goes instead of into memory with its response. */
typedef struct {
    ImapSink sink;
    gpointer user;
    gsize max;
    gsize size; /* announced by the server, before the first sink call */
} ImapBody;

struct Imap {
    Stream *stream;
    guint32 tag; /* of the last command */
    guint can;   /* ImapCapability */
    gboolean broken;
    gboolean greeted, signed_in;

    char *folder; /* selected, NULL: none */
    guint32 uid_validity, exists;
    gboolean renumbered; /* EXISTS or EXPUNGE came since this was cleared */

    char *sought;  /* the search that found answers, NULL: none does */
    GArray *found; /* guint32: UIDs, ascending */

    GPtrArray *folders; /* ImapFolder as listed last, NULL: ask */
    gint64 listed;      /* then, monotonic */

    GByteArray *reply; /* the response being read */
    gboolean cut;      /* its end was thrown away, it was too long */
    gsize budget;      /* bytes that the running command may still bring */
    ImapBody *body;    /* for BODY[] literals; NULL: kept in reply */

    /* The pool's. */
    char *key, *login;
    gboolean dropped; /* its session ended while it was in use */
    guint8 proof[32]; /* HMAC of the password */
    gint64 last_used; /* monotonic */
};

typedef struct {
    ImapReplyKind kind; /* OK, NO or BAD */
    guint can;          /* from a CAPABILITY code */
    guint32 uid_validity;
    guint32 append_validity, append_uid; /* 0: not said */
    gboolean try_create;
    gboolean unavailable; /* [UNAVAILABLE]: later it may work */
} ImapResult;

/* Sees each untagged response of a command, FETCH and LIST and so on. */
typedef void (*ImapHandler)(gpointer user, Imap *imap,
                            const ImapReply *reply);

/* Takes the stream. */
Imap *imap_new(Stream *stream);
void imap_free(Imap *imap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Imap, imap_free)

/* An empty command with room for size bytes: text that is a secret must not
 * outgrow it, or an unwiped copy is left behind. */
ImapCommand *imap_command_new(gsize size);
void imap_command_free(ImapCommand *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapCommand, imap_command_free)
/* Text of ours, as it is. */
void imap_command_add(ImapCommand *command, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* Text from outside; APP_ERROR_INPUT if it contains CR, LF or is not UTF-8.
 */
gboolean imap_command_argument(ImapCommand *command, const char *text,
                               GError **error);
/* A folder's name, UTF-8. */
gboolean imap_command_folder(ImapCommand *command, const char *folder,
                             GError **error);

/* What was found may not be what would be found now. */
void imap_forget_found(Imap *imap);

/* Reads one response into imap->reply; state that it tells is noted. */
gboolean imap_receive(Imap *imap, ImapReply *out, GError **error);
/* Sends without waiting for the answer; literals are waited for. */
gboolean imap_send(Imap *imap, const ImapCommand *command, GError **error);
/* As imap_send, then waits for "+" (APPEND, AUTHENTICATE). A refusal sets
 * *result, returns FALSE and sets no error. */
gboolean imap_send_and_wait(Imap *imap, const ImapCommand *command,
                            ImapResult *result, GError **error);
/* Reads until the last count commands have ended, in whatever order; results
 * in the order in which they were sent. */
gboolean imap_finish(Imap *imap, guint count, ImapHandler handler,
                     gpointer user, ImapResult *results, GError **error);
/* imap_send and imap_finish. */
gboolean imap_call(Imap *imap, const ImapCommand *command,
                   ImapHandler handler, gpointer user, ImapResult *result,
                   GError **error);
/* Marks the connection broken; returns FALSE. */
gboolean imap_break(Imap *imap, AppError code, const char *what,
                    GError **error);

#endif
