/*
 * For programs that link to this library (T11): the text and files of a form
 * or a transaction as an encrypted message, written with the recipients'
 * public certificates alone. No key, no account, no database and no server is
 * needed; the message is for the program to hand to its mail server.
 *
 * It is encrypted and not signed: nobody's key is here to sign with, and its
 * reader is shown an author that nothing proves. Sending a person's mail
 * (outgoing.h) never encrypts without a signature.
 */
#ifndef SCEAU_MAIL_FORM_MAIL_H
#define SCEAU_MAIL_FORM_MAIL_H

#include <glib.h>

typedef struct {
    const char *name; /* UTF-8 */
    const char *type; /* "application/pdf" */
    GBytes *data;
} FormMailFile;

typedef struct {
    const char *from;    /* "Orders <orders@example.org>" */
    const char *to;      /* one or more, with commas between */
    const char *subject; /* inside only; outside it is "[...]" */
    const char *text;    /* UTF-8 */
    const FormMailFile *files;
    gsize n_files;
    /* DER or PEM, in any order; one for each recipient at least. Whether they
     * are trusted is the caller's affair: it chose them. */
    GBytes *const *certificates;
    gsize n_certificates;
    /* "aes256-cbc", which every program reads, if NULL; or "aes128-cbc",
     * "aes128-gcm", "aes256-gcm". */
    const char *cipher;
    gint64 now; /* Unix time: the message's date, and for the certificates */
} FormMail;

/* Gets the message piece by piece, CRLF, header first; FALSE ends it. */
typedef gboolean (*FormMailSink)(gpointer user, const guint8 *data,
                                 gsize size, GError **error);

/*
 * The whole message to sink. Nothing is written when anything is wrong with
 * the form: APP_ERROR_INPUT or APP_ERROR_TOO_LARGE name the field,
 * APP_ERROR_CERTIFICATE the recipient without a certificate that names this
 * address, is valid now and may encrypt mail (SEC-33).
 */
gboolean form_mail_write(const FormMail *mail, FormMailSink sink,
                         gpointer user, GError **error);
#endif
