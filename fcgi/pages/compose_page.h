/*
 * The page on which a message is written (templates/README.md, compose):
 * what it begins with, and the form that comes back from it.
 */
#ifndef SCEAU_FCGI_PAGES_COMPOSE_PAGE_H
#define SCEAU_FCGI_PAGES_COMPOSE_PAGE_H

#include "core/mail/incoming.h"
#include "core/mail/outgoing.h"
#include "fcgi/pages/shell.h"

typedef struct {
    Json *form;         /* what the fields hold */
    Json *files;        /* what the scripts fetch and attach: url, … */
    const char *choice; /* a protection to begin with; NULL: preferred */
    gboolean must_encrypt;
    const char *left_out; /* why a quote is not there, or NULL */
    gboolean draft_encrypted;
    const char *send_key; /* NULL: a new one */
} ComposeStart;

void compose_start_clear(ComposeStart *start);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ComposeStart, compose_start_clear)

/* The form's members, all there, from the fields of a query or a post. */
void compose_start_fields(const Context *ctx, ComposeStart *start,
                          GHashTable *fields);
void compose_start_file(ComposeStart *start, const char *url,
                        const char *name, const char *type);

/* The page's context, to which an error may be added. */
Json *compose_context(const Context *ctx, const Request *req,
                      const ComposeStart *start, GError **error);

/* The files of a posted form (FormFile), under the names that its field
 * `files` says. */
GPtrArray *compose_files(const Request *req, GError **error);
/* The posted form, which borrows from req and files. */
ComposeForm compose_form(const Request *req, GPtrArray *files);

#endif
