/*
 * The support code of an error panel (B11): what a person reads out, and a
 * row by which helpdesk finds the kind of error, the page and the time again.
 * There is always a code; where the row cannot be kept, the log has it.
 */
#ifndef SCEAU_FCGI_SUPPORT_H
#define SCEAU_FCGI_SUPPORT_H

#include "fcgi/page.h"

/* For an error that is shown; req may be NULL. The caller frees. Before
 * sign-in only what is no fault of the request's is kept, so that nobody
 * fills the store from outside. */
char *support_of_error(const Context *ctx, const Request *req,
                       const GError *error);
/* For a panel that says what is wrong with a correspondent's certificate:
 * problem is its code, page the pattern of the route. The same all day. */
char *support_of_certificate(const Context *ctx, const char *page,
                             const char *kid, const char *problem);

#endif
