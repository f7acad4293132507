/*
 * One request from its parameters to its answer: route, visitor, checks,
 * body, page; an error becomes a page with a reference that is also logged.
 */
#ifndef SCEAU_FCGI_SERVE_H
#define SCEAU_FCGI_SERVE_H

#include "fcgi/response.h"

typedef struct {
    /* Reads exactly size bytes of body; FALSE when late or cut short. */
    gboolean (*read)(gpointer user, guint8 *out, gsize size);
    ResponseWrite write;
    gpointer user;
    /* The answer is out, and what is done here keeps nobody waiting; or NULL.
     * The world has a session only where somebody signed in looked at a
     * page: a POST may have ended it. */
    void (*end)(gpointer user, const World *world);
} Channel;

void serve(const Site *site, Db *db, char *const *envp,
           const Channel *channel, gint64 now);

#endif
