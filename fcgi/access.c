#include "fcgi/access.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"

/* On plain http, localhost alone, browsers refuse the prefix and Secure. */
static char *
cookie_name(const Site *site, const char *name)
{
    gboolean plain = site->config->insecure_localhost;
    return g_strconcat(plain ? "" : "__Host-", name, NULL);
}

static const char *
cookie_find(const Site *site, const Request *req, const char *name)
{
    g_autofree char *full = cookie_name(site, name);
    return g_hash_table_lookup(req->cookies, full);
}

static void
cookie_set(Response *res, const Site *site, const char *name,
           const char *value, const char *more)
{
    g_autofree char *full = cookie_name(site, name);
    g_autofree char *line =
        g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", full,
                        value != NULL ? value : "",
                        site->config->insecure_localhost ? "" : "; Secure",
                        value != NULL ? more : "; Max-Age=0");
    response_header(res, "Set-Cookie", line);
}

static gboolean
load_session(Visitor *visitor, const Site *site, Db *db, const char *cookie,
             gint64 now, GError **error)
{
    const Config *config = site->config;
    g_autoptr(GError) problem = NULL;
    visitor->session =
        session_find(db, site->server_key, cookie, now, config->idle_minutes,
                     config->hours, &problem);
    if (visitor->session == NULL) {
        if (g_error_matches(problem, APP_ERROR, APP_ERROR_SIGN_IN))
            return TRUE;
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    visitor->account = account_load(db, visitor->session->account, error);
    visitor->cookie = g_strdup(cookie);
    return visitor->account != NULL;
}

Visitor *
access_identify(const Site *site, Db *db, const Request *req, gint64 now,
                GError **error)
{
    g_autoptr(Visitor) visitor = g_new0(Visitor, 1);
    const char *cookie = cookie_find(site, req, "sceau");
    const char *visit = cookie_find(site, req, "sceau-visit");
    visitor->new_visit = visit == NULL || strlen(visit) != 43;
    visitor->visit =
        visitor->new_visit ? secret_token_new() : g_strdup(visit);
    if (cookie != NULL &&
        !load_session(visitor, site, db, cookie, now, error))
        return NULL;
    visitor->csrf =
        visitor->session != NULL
            ? g_strdup(visitor->session->csrf)
            : session_login_csrf(site->server_key, visitor->visit);
    return g_steal_pointer(&visitor);
}

void
visitor_free(Visitor *visitor)
{
    if (visitor == NULL)
        return;
    session_free(visitor->session);
    account_free(visitor->account);
    secret_text_free(visitor->cookie);
    g_free(visitor->visit);
    g_free(visitor->csrf);
    g_free(visitor);
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_FORBIDDEN, "access: %s", what);
    return FALSE;
}

gboolean
access_check_origin(const Site *site, const Request *req, GError **error)
{
    gboolean vouched = g_strcmp0(req->fetch_site, "same-origin") == 0;
    if (req->fetch_site != NULL && !vouched)
        return refuse(error, "a request from another site");
    /* A browser sends at least one of the two with every POST. */
    if (req->origin == NULL)
        return vouched ||
               refuse(error, "a request that does not say where from");
    if (strcmp(req->origin, site->config->origin) == 0)
        return TRUE;
    if (strcmp(req->origin, "null") == 0 && vouched)
        return TRUE;
    return refuse(error, "a request with another Origin");
}

gboolean
access_check_purpose(const Request *req, GError **error)
{
    if (req->purpose != NULL && strstr(req->purpose, "prefetch") != NULL)
        return refuse(error, "a prefetch of a page that is only for reading");
    return TRUE;
}

gboolean
access_check_token(const Visitor *visitor, const Request *req, GError **error)
{
    const char *token = req->csrf;
    if (token == NULL)
        token = request_field(req, "csrf");
    if (token == NULL || !secret_equal(token, visitor->csrf))
        return refuse(error, "a token that is missing or of another session");
    return TRUE;
}

void
access_set_session(Response *res, const Site *site, const char *cookie)
{
    cookie_set(res, site, "sceau", cookie, "");
}

void
access_set_visit(Response *res, const Site *site, const char *cookie)
{
    cookie_set(res, site, "sceau-visit", cookie, "");
}

void
access_set_language(Response *res, const Site *site, const char *language)
{
    cookie_set(res, site, "sceau-language", language, "; Max-Age=31536000");
}

const char *
access_language(const Site *site, const Request *req)
{
    return language_known(cookie_find(site, req, "sceau-language"));
}
