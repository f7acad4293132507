/*
 * Message submission (RFC 6409) over core/net/stream: implicit TLS or
 * STARTTLS, AUTH PLAIN, SIZE, SMTPUTF8, 8BITMIME, PIPELINING off until TLS.
 * Strict and small; certificates verified, fail closed (SEC-53, 54, 56).
 */
#ifndef SCEAU_NET_SUBMISSION_H
#define SCEAU_NET_SUBMISSION_H

#include "core/base/config.h"

typedef struct {
    char *address;
    gboolean accepted;
    char *reason; /* "550 5.1.1": codes only, escaped; NULL when accepted */
} RecipientResult;

void recipient_result_free(RecipientResult *result);

/* Next bytes of the message, CRLF form without dot-stuffing: returns the
 * size, 0 at the end, -1 with error. */
typedef gssize (*ByteSource)(gpointer user, guint8 *buffer, gsize size,
                             GError **error);

typedef struct {
    const char *login, *password;  /* password wiped by the caller */
    const char *from;              /* envelope sender */
    const char *const *recipients; /* NULL-terminated */
    gsize size;                    /* exact bytes that source will give */
    ByteSource source;
    gpointer user;
} Submission;

/*
 * One attempt. Returns RecipientResults in the order of recipients when the
 * server took the message for at least one of them (final 250).
 *
 * Errors: APP_ERROR_INSECURE before anything was said; APP_ERROR_UNREACHABLE
 * if nothing was sent but might be later (no connection, or a 4yz answer);
 * APP_ERROR_CREDENTIALS; APP_ERROR_TOO_LARGE; APP_ERROR_INPUT for an address
 * and APP_ERROR_MALFORMED for a message that cannot be sent as it is (or a
 * server that does not speak SMTP); APP_ERROR_REFUSED when nobody gets it.
 * APP_ERROR_UNKNOWN_OUTCOME only when the connection ended between the first
 * byte of the final dot and the answer. *refused (may be NULL) is set to the
 * results when every recipient was refused, else to NULL.
 */
GPtrArray *submission_send(const ServerConfig *server, const Submission *what,
                           GPtrArray **refused, GError **error);
#endif
