/* What the pages of contacts share. */
#ifndef SCEAU_FCGI_PAGES_CONTACTS_H
#define SCEAU_FCGI_PAGES_CONTACTS_H

#include "core/mail/contacts_certificate.h"
#include "fcgi/pages/shell.h"

/* Captured at index; APP_ERROR_NOT_FOUND for what is no number. */
gboolean contact_id_read(const Request *req, guint index, gint64 *out,
                         GError **error);
/* 303 to the contact's page, which says what was done; saved may be NULL. */
gboolean contact_redirect(Response *res, gint64 id, const char *saved);

/* What a person typed that could not be kept: msgids. */
typedef struct {
    const char *message, *action;
    guint status;
} ContactFault;

/* In words, of an error for which the form is shown again; FALSE for one
 * that is not the form's. */
gboolean contact_fault(const GError *error, ContactFault *fault);
/* error {message, action, reference} in context, and the status. */
void contact_set_fault(const Context *ctx, const Request *req, Response *res,
                       Json *context, const ContactFault *fault);
/* [{code, label}] with current in the one that is book; a page adds more. */
Json *contact_books(const Context *ctx, const char *book);

/* The contact's page; fault, or NULL, is what went wrong with a post, and
 * edited says that it was the form of name and address. */
gboolean contact_show(const Context *ctx, const Request *req, Response *res,
                      gint64 id, const ContactFault *fault, gboolean edited,
                      GError **error);

#endif
