/*
 * The one error domain. A code names what the person can do next, never which
 * library complained; the page layer (fcgi/messages) has the only table from
 * code to HTTP status and words. The message is for one line of a log or a
 * terminal: it says what and where, and bytes from outside go through
 * error_quote() first.
 */
#ifndef SCEAU_BASE_ERROR_H
#define SCEAU_BASE_ERROR_H

#include <glib.h>

typedef enum {
    APP_ERROR_INPUT = 1,   /* what was given is wrong: mend it and repeat */
    APP_ERROR_NOT_FOUND,   /* there is no such thing, or no longer */
    APP_ERROR_EXPIRED,     /* it came too late: begin again */
    APP_ERROR_FORBIDDEN,   /* this account may not: ask the administrator */
    APP_ERROR_SIGN_IN,     /* the session ended: sign in again */
    APP_ERROR_CREDENTIALS, /* the mail server refused the password */
    APP_ERROR_BACK_OFF,    /* too many attempts: wait */
    APP_ERROR_TOO_LARGE,   /* a size limit: make it smaller */
    APP_ERROR_TOO_COMPLEX, /* a structure limit: download the original */
    APP_ERROR_MALFORMED,   /* what came from outside cannot be read */
    APP_ERROR_UNREACHABLE, /* a server does not answer: try later */
    APP_ERROR_INSECURE,    /* TLS cannot be had or verified: nothing sent */
    APP_ERROR_REFUSED,     /* a server refused the message or recipient */
    APP_ERROR_UNKNOWN_OUTCOME, /* it may or may not have been sent */
    APP_ERROR_CONFLICT,        /* someone else was first: reload */
    APP_ERROR_SIGNATURE,       /* the signature is not this request's */
    APP_ERROR_CERTIFICATE,     /* the certificate cannot be used for this */
    APP_ERROR_BUSY,            /* over capacity: try in a moment */
    APP_ERROR_STORE,           /* the disk or database failed */
    APP_ERROR_CONFIG,   /* the administrator must mend the configuration */
    APP_ERROR_FILE,     /* a file cannot be read or written */
    APP_ERROR_INTERNAL, /* a fault of ours */
} AppError;

#define APP_ERROR (app_error_quark())
GQuark app_error_quark(void);

/* The code's name in lower case with dashes, "not-found"; static. */
const char *app_error_name(AppError code);

/* The code in error, or APP_ERROR_INTERNAL if it is of another domain. */
AppError app_error_code(const GError *error);

/*
 * At most max bytes of text (len -1: NUL-terminated) with everything but
 * printable ASCII escaped as \xNN, for use in an error or a log line.
 */
char *error_quote(const char *text, gssize len, gsize max);

#endif
