/*
 * IMAP (RFC 9051, RFC 3501 servers too) over core/net/stream. One encoder for
 * arguments, bounded lines, streamed literals (SEC-54, 55). A connection is
 * used by one thread at a time; the pool hands out connections that keep
 * their mailbox selected.
 */
#ifndef SCEAU_NET_IMAP_H
#define SCEAU_NET_IMAP_H

#include "core/base/config.h"
#include "core/net/submission.h" /* ByteSource */

typedef struct Imap Imap;
typedef struct ImapPool ImapPool;

typedef enum {
    FOLDER_OTHER,
    FOLDER_INBOX,
    FOLDER_DRAFTS,
    FOLDER_SENT,
    FOLDER_ARCHIVE,
    FOLDER_JUNK,
    FOLDER_TRASH
} FolderKind;

typedef struct {
    char *name;      /* as the server has it, UTF-8 */
    char delimiter;  /* 0 if flat */
    FolderKind kind; /* SPECIAL-USE (RFC 6154) or INBOX */
    gboolean selectable;
} ImapFolder;

typedef struct {
    char *name;    /* decoded by the caller (RFC 2047 raw here); or NULL */
    char *address; /* mailbox@host */
} ImapAddress;

typedef struct {
    guint32 uid;
    gboolean seen, flagged, answered;
    gint64 date;          /* INTERNALDATE */
    char *subject;        /* raw RFC 2047, or NULL */
    GPtrArray *from, *to; /* ImapAddress */
    char *message_id;
    char *preview;        /* RFC 8970, UTF-8, or NULL */
    char *type;           /* "multipart/signed": top level, lower case; NULL
                        if the server's description cannot be read */
    char *smime_type;     /* smime-type parameter of the top level, or NULL */
    char *protocol;       /* protocol parameter of the top level, or NULL */
    gboolean attachments; /* a part with disposition attachment, not a .p7s */
} ImapSummary;

typedef struct {
    guint32 uid_validity;
    guint32 total;       /* in the folder; of a search: found */
    guint32 unseen;      /* in the folder */
    GPtrArray *messages; /* ImapSummary, newest first */
} ImapPage;

/* What a message must have somewhere; instead, if before is not 0, it may
 * have arrived from the day since to the day before `before` (Unix time of
 * the days' first second, UTC). */
typedef struct {
    char *text;
    gint64 since, before;
} ImapTerm;

typedef struct {
    GArray *terms;     /* ImapTerm; all are to be met, at least one */
    gboolean in_texts; /* anywhere; else in From, To, Cc or Subject */
} ImapSearch;

ImapPool *imap_pool_new(const ServerConfig *server, guint max_idle);
void imap_pool_free(ImapPool *pool);

/*
 * A connection signed in as login, pooled under key (web session). Fails with
 * APP_ERROR_CREDENTIALS, APP_ERROR_INSECURE, APP_ERROR_UNREACHABLE.
 */
Imap *imap_pool_take(ImapPool *pool, const char *key, const char *login,
                     const char *password, GError **error);
/* Back into the pool; broken connections are closed instead. */
void imap_pool_give(ImapPool *pool, Imap *imap);
/* Closes what is pooled under key (sign-out); what is in use is closed when
 * it is given back. */
void imap_pool_drop(ImapPool *pool, const char *key);

/* ImapFolders, shared with the connection, which keeps them for 15 seconds:
 * to be read, and sorted at most. */
GPtrArray *imap_list(Imap *imap, GError **error);
/* page 0 is the newest; sequence numbers, no cost that grows. */
ImapPage *imap_page(Imap *imap, const char *folder, guint page,
                    guint per_page, GError **error);
/* The same of the messages that the server finds. That costs it a time which
 * grows with the folder; what is sent here is their numbers and one page. */
ImapPage *imap_search(Imap *imap, const char *folder,
                      const ImapSearch *search, guint page, guint per_page,
                      GError **error);
void imap_page_free(ImapPage *page);
/* Whole message, at most max bytes (APP_ERROR_TOO_LARGE); sets *date to the
 * INTERNALDATE, *seen and, if asked for, *flagged. APP_ERROR_NOT_FOUND also
 * if uid_validity changed. */
GBytes *imap_fetch(Imap *imap, const char *folder, guint32 uid_validity,
                   guint32 uid, gsize max, gint64 *date, gboolean *seen,
                   gboolean *flagged, GError **error);
/* Streams the message to sink (raw download of what is over the limits). */
typedef gboolean (*ImapSink)(gpointer user, const guint8 *data, gsize size,
                             GError **error);
gboolean imap_fetch_to(Imap *imap, const char *folder, guint32 uid_validity,
                       guint32 uid, ImapSink sink, gpointer user,
                       GError **error);
/* flag "\\Seen", "\\Flagged", "\\Deleted"… */
gboolean imap_store(Imap *imap, const char *folder, guint32 uid_validity,
                    guint32 uid, const char *flag, gboolean on,
                    GError **error);
/* MOVE (RFC 6851), else COPY and \Deleted and UID EXPUNGE. */
gboolean imap_move(Imap *imap, const char *folder, guint32 uid_validity,
                   guint32 uid, const char *target, GError **error);
gboolean imap_append(Imap *imap, const char *folder, const char *flags,
                     gsize size, ByteSource source, gpointer user,
                     GError **error);
/* Its top-level type, lower case ("" if the server's description cannot be
 * read), without fetching it; APP_ERROR_NOT_FOUND. */
char *imap_fetch_type(Imap *imap, const char *folder, guint32 uid_validity,
                      guint32 uid, GError **error);

typedef struct {
    guint32 uid_validity, uid;
} ImapPlace;

/* imap_append, and where the message is (APPENDUID). APP_ERROR_REFUSED by a
 * server that does not say (no UIDPLUS), before anything is sent. */
gboolean imap_append_named(Imap *imap, const char *folder, const char *flags,
                           gsize size, ByteSource source, gpointer user,
                           ImapPlace *place, GError **error);
/* Removes this message and no other; APP_ERROR_REFUSED without UIDPLUS. One
 * that is gone is as good. */
gboolean imap_expunge(Imap *imap, const char *folder, guint32 uid_validity,
                      guint32 uid, GError **error);
void imap_folder_free(ImapFolder *folder);
#endif
