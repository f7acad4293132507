/* The pages of the local authority share this. */
#ifndef SCEAU_FCGI_PAGES_ADMIN_AUTHORITY_H
#define SCEAU_FCGI_PAGES_ADMIN_AUTHORITY_H

#include "fcgi/pages/shell.h"

/* A form that was refused: what is wrong, and what to do; both msgids. */
typedef struct {
    const char *form; /* "make", "rule", "upload", "decide" */
    const char *message, *action;
} AuthorityFault;

/* The page, with a fault above its form, or NULL. */
gboolean authority_show(const Context *ctx, const Request *req, Response *res,
                        const AuthorityFault *fault, GError **error);

/* "3F 2A …" in fours; the caller frees. */
char *authority_print(const char *hex);
/* Sets name to the day of an RFC 3339 text in from, if there is one. */
void authority_set_day(const Context *ctx, Json *to, const char *name,
                       const Json *from, const char *member);

#endif
