/*
 * Web sessions (SEC-45): named by the hash of their cookie; the mail password
 * is sealed under HKDF(cookie, server key), so the database alone gives none.
 */
#ifndef SCEAU_STORE_SESSION_H
#define SCEAU_STORE_SESSION_H

#include "core/store/db.h"

typedef struct {
    gint64 id;
    gint64 account;
    char *login;
    char *csrf;     /* token, in the clear: it is of no use without cookie */
    char *password; /* the mail password, wiped by session_free */
    gint64 created, seen;
} Session;

void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* Returns the cookie value. */
char *session_create(Db *db, GBytes *server_key, gint64 account,
                     const char *login, const char *password, gint64 now,
                     GError **error);
/* APP_ERROR_SIGN_IN for an unknown, idle or old one, which is removed. The
 * account's policy may make idle_minutes shorter. */
Session *session_find(Db *db, GBytes *server_key, const char *cookie,
                      gint64 now, guint idle_minutes, guint hours,
                      GError **error);
/* Unknown is fine: there is nothing to end. */
gboolean session_end(Db *db, const char *cookie, GError **error);
/* Removes what nobody will come back to. */
gboolean session_sweep(Db *db, gint64 now, guint idle_minutes, guint hours,
                       GError **error);
/* Sessions of people who have not signed in carry a CSRF token too:
 * HMAC(server key, pre-session cookie). */
char *session_login_csrf(GBytes *server_key, const char *cookie);

#endif
