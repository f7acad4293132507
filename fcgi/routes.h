/*
 * Every way in. A request that matches no row is answered 404, one that
 * matches only with another method 405.
 */
#ifndef SCEAU_FCGI_ROUTES_H
#define SCEAU_FCGI_ROUTES_H

#include "fcgi/page.h"

typedef enum {
    ACCESS_OPEN = 0,
    ACCESS_USER = 1 << 0,     /* signed in */
    ACCESS_SECURE = 1 << 1,   /* the account has the secure-mail option */
    ACCESS_MARKS = 1 << 2,    /* a GET that marks as read: not for prefetch */
    ACCESS_ALONE = 1 << 3,    /* needs neither visitor nor database */
    ACCESS_HELPDESK = 1 << 4, /* the role helpdesk or administrator */
    ACCESS_ADMIN = 1 << 5,    /* the role administrator */
} Access;

typedef struct {
    Method method;
    const char *pattern; /* "/mail/{}/{}": {} is one segment, captured */
    guint access;
    gsize body_max;
    Page page;
} Route;

const Route *routes_all(gsize *n);

/*
 * The row for the request, whose captures it sets. NULL with
 * APP_ERROR_NOT_FOUND; *other_method tells a 405 apart.
 */
const Route *routes_find(Request *req, gboolean *other_method,
                         GError **error);

#endif
