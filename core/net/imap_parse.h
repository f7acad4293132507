/*
 * IMAP responses as data (RFC 9051 §7): bytes in, structs out; no connection.
 * What comes from a server is judged here and nowhere else.
 */
#ifndef SCEAU_NET_IMAP_PARSE_H
#define SCEAU_NET_IMAP_PARSE_H

#include "core/net/imap.h"

typedef enum {
    IMAP_REPLY_CONTINUE, /* "+" */
    IMAP_REPLY_OK,
    IMAP_REPLY_NO,
    IMAP_REPLY_BAD,
    IMAP_REPLY_BYE,
    IMAP_REPLY_PREAUTH,
    IMAP_REPLY_CAPABILITY,
    IMAP_REPLY_LIST,
    IMAP_REPLY_STATUS,
    IMAP_REPLY_SEARCH,
    IMAP_REPLY_EXISTS,
    IMAP_REPLY_EXPUNGE,
    IMAP_REPLY_FETCH,
    IMAP_REPLY_OTHER, /* legal, of no interest */
} ImapReplyKind;

/* Borrowed: points into the bytes that were parsed. */
typedef struct {
    ImapReplyKind kind;
    guint32 tag;        /* of "T7 OK"; 0: untagged */
    guint32 number;     /* of EXISTS, EXPUNGE and FETCH */
    const guint8 *code; /* what is in "[…]" after OK, NO …; NULL: nothing */
    gsize code_size;
    const guint8 *rest; /* what follows the kind */
    gsize rest_size;
} ImapReply;

typedef enum {
    IMAP_CAN_STARTTLS = 1 << 0,
    IMAP_CAN_PLAIN = 1 << 1,
    IMAP_CAN_SASL_IR = 1 << 2,
    IMAP_CANNOT_LOGIN = 1 << 3,
    IMAP_CAN_SPECIAL_USE = 1 << 4,
    IMAP_CAN_PREVIEW = 1 << 5,
    IMAP_CAN_MOVE = 1 << 6,
    IMAP_CAN_UIDPLUS = 1 << 7,
    IMAP_CAN_REV = 1 << 8, /* IMAP4rev1 or 2: in every true list */
} ImapCapability;

/* What one FETCH response says. */
typedef struct {
    ImapSummary *summary; /* fields that were not said are 0 or NULL */
    gboolean has_flags;
    gboolean has_envelope;
    GBytes *body;   /* BODY[]; NULL: not said */
    gboolean whole; /* FALSE: reading stopped at a fault */
} ImapFetched;

/* A whole response without its last CRLF, literals in place. */
gboolean imap_parse_reply(const guint8 *text, gsize size, ImapReply *out,
                          GError **error);
/* TRUE for the responses in which "{n}" at a line's end is a literal. */
gboolean imap_reply_has_literals(const guint8 *line, gsize size);
/* TRUE if the response code is word, as in "[TRYCREATE]". */
gboolean imap_reply_code_is(const ImapReply *reply, const char *word);
/* The number in "[UIDVALIDITY 7]". */
gboolean imap_reply_code_number(const ImapReply *reply, const char *word,
                                guint32 *out);
/* Both numbers of "[APPENDUID 7 12]" (RFC 4315): exactly two, neither 0. */
gboolean imap_reply_append_uid(const ImapReply *reply, guint32 *uid_validity,
                               guint32 *uid);
/* ImapCapability bits of a CAPABILITY response or code; 0: neither. */
guint imap_parse_capabilities(const ImapReply *reply);
/* NULL for what is no folder that could be named back to the server. */
ImapFolder *imap_parse_list(const ImapReply *reply);
/* A number of a STATUS response, as of "UNSEEN". */
gboolean imap_parse_status(const ImapReply *reply, const char *item,
                           guint32 *out);
/* Appends the numbers of a SEARCH response (guint32), as far as they are
 * numbers and none is 0. */
void imap_parse_search(const ImapReply *reply, GArray *out);
ImapFetched *imap_parse_fetch(const ImapReply *reply);
void imap_fetched_free(ImapFetched *fetched);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapFetched, imap_fetched_free)
/* "17-Jul-1996 02:44:25 -0700" as Unix time. */
gboolean imap_parse_date(const char *text, gint64 *out);

ImapSummary *imap_summary_new(void);
void imap_summary_free(ImapSummary *summary);
void imap_address_free(ImapAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapFolder, imap_folder_free)

#endif
