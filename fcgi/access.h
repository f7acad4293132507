/*
 * Who asks, and whether the request came from our own pages: the cookie of
 * the web session (SEC-45), the token of every POST, Origin and the fetch
 * metadata (SEC-46).
 */
#ifndef SCEAU_FCGI_ACCESS_H
#define SCEAU_FCGI_ACCESS_H

#include "fcgi/request.h"
#include "fcgi/response.h"

typedef struct {
    Session *session; /* NULL before sign-in */
    Account *account; /* NULL before sign-in */
    char *cookie;     /* of the session, or NULL */
    char *visit;      /* cookie of who has not signed in; never NULL */
    gboolean new_visit;
    char *csrf;
} Visitor;

/* A cookie of no session is no error: the visitor has not signed in. */
Visitor *access_identify(const Site *site, Db *db, const Request *req,
                         gint64 now, GError **error);
void visitor_free(Visitor *visitor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Visitor, visitor_free)

/*
 * Before the body of a POST is read: Origin is ours, Sec-Fetch-Site says
 * same-origin. Our own forms send "Origin: null", since the pages' referrer
 * policy is no-referrer; then the fetch metadata must vouch.
 */
gboolean access_check_origin(const Site *site, const Request *req,
                             GError **error);
/* Before a page that changes something by GET (\Seen, a verdict). */
gboolean access_check_purpose(const Request *req, GError **error);
/* The header X-CSRF-Token or the form's field csrf. */
gboolean access_check_token(const Visitor *visitor, const Request *req,
                            GError **error);

/* NULL ends the cookie. */
void access_set_session(Response *res, const Site *site, const char *cookie);
void access_set_visit(Response *res, const Site *site, const char *cookie);
void access_set_language(Response *res, const Site *site,
                         const char *language);
/* The language a visitor chose before sign-in, or NULL. */
const char *access_language(const Site *site, const Request *req);

#endif
