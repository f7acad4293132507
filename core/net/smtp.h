/*
 * An SMTP connection as commands out and replies in (RFC 5321), up to the
 * point at which a message can be given to it: greeting, EHLO, TLS, AUTH.
 * Text of the server's never leaves here, only its codes.
 */
#ifndef SCEAU_NET_SMTP_H
#define SCEAU_NET_SMTP_H

#include "core/base/error.h"
#include "core/net/stream.h"

typedef enum {
    SMTP_CAN_STARTTLS = 1 << 0,
    SMTP_CAN_PLAIN = 1 << 1,
    SMTP_CAN_LOGIN = 1 << 2,
    SMTP_CAN_8BITMIME = 1 << 3,
    SMTP_CAN_UTF8 = 1 << 4,
    SMTP_CAN_PIPELINE = 1 << 5,
    SMTP_CAN_SIZE = 1 << 6,
} SmtpCapability;

typedef struct {
    Stream *stream;
    guint can;   /* SmtpCapability, of the last EHLO */
    guint64 max; /* SIZE; 0: none given */
    GByteArray *line;
} Smtp;

typedef struct {
    guint code;        /* 250 */
    char enhanced[16]; /* "2.1.5", or empty */
} SmtpReply;

/* Takes the stream. */
Smtp *smtp_new(Stream *stream);
void smtp_free(Smtp *smtp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Smtp, smtp_free)

/* Reads a reply of one or more lines. */
gboolean smtp_receive(Smtp *smtp, SmtpReply *reply, GError **error);
/* Sends one line of ours and reads the reply. */
gboolean smtp_call(Smtp *smtp, const char *line, SmtpReply *reply,
                   GError **error);
/* "550 5.1.1"; caller frees. */
char *smtp_reply_text(const SmtpReply *reply);
/* Sets the error for a negative reply: 4yz is APP_ERROR_UNREACHABLE, as it
 * may go better later, 5yz is code. Returns FALSE. */
gboolean smtp_refused(const SmtpReply *reply, AppError code, const char *what,
                      GError **error);

/*
 * Greeting, EHLO, STARTTLS where tls says so and EHLO again, AUTH unless
 * login is NULL.
 */
gboolean smtp_begin(Smtp *smtp, TlsMode tls, const char *login,
                    const char *password, GError **error);

#endif
