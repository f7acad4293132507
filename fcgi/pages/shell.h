/* The members that every page's context has (templates/README.md). */
#ifndef SCEAU_FCGI_PAGES_SHELL_H
#define SCEAU_FCGI_PAGES_SHELL_H

#include "fcgi/page.h"

/*
 * The context of page name, with all common members but the folders, which
 * a page adds when it has them from the mail server.
 */
Json *shell_context(const Context *ctx, const Request *req, const char *page);

/* Adds nav: folders is an array of MailFolder; current may be NULL. */
void shell_nav(const Context *ctx, Json *context, const GPtrArray *folders,
               const char *current, guint unread);
/* The same, asking the mail server for the folders. */
gboolean shell_nav_load(const Context *ctx, Json *context, GError **error);

/* Who acts, for core/admin: the visitor, from where this request came. */
Office shell_office(const Context *ctx, const Request *req);

/* The translated label of a folder; static, or borrowed from name. */
const char *shell_folder_label(const Context *ctx, const char *kind,
                               const char *name);
char *shell_folder_url(const Context *ctx, const char *name);

/* "AM" for Alice Martin; the caller frees. */
char *shell_initials(const char *name, const char *address);
/* Sets {code: true} with '-' and '+' as '_' in a new object. */
Json *shell_code(const char *code);
void shell_set_true(Json *object, const char *name, gboolean really);

/* Adds authority, the site's own while it certifies: who has no key, or
 * needs another, asks there. */
void shell_authority(const Context *ctx, Json *context);

/* Renders page with context as the answer. */
gboolean shell_show(const Context *ctx, Response *res, const char *page,
                    const Json *context);
/* The same with nav; without folders when the mail server does not answer,
 * for a page that does not need it. */
gboolean shell_show_beside(const Context *ctx, Response *res,
                           const char *page, Json *context);

/* saved {code: true} for the query's "saved", after a post that led here;
 * known: NULL-terminated. */
void shell_saved(const Request *req, Json *context, const char *const *known);

#endif
