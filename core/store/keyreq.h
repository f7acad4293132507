/*
 * Key requests: operations that stop until the browser, which alone holds the
 * private key, has signed or unwrapped something. What the server needs to
 * resume is stored sealed under a ticket that only the browser keeps, and is
 * taken back exactly once (DESIGN §3, SEC-25).
 */
#ifndef SCEAU_STORE_KEYREQ_H
#define SCEAU_STORE_KEYREQ_H

#include "core/store/db.h"

typedef enum { KEYREQ_SIGN, KEYREQ_UNWRAP } KeyreqKind;

typedef struct {
    KeyreqKind kind;
    GBytes *resume;
    gint64 spool; /* 0 if none */
    gint64 expires;
} Keyreq;

void keyreq_free(Keyreq *req);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keyreq, keyreq_free)

#define KEYREQ_LIFETIME 300

/* Stores resume sealed under ticket (secret_token_new, made by the caller so
 * that a spool key can be sealed with it first). */
gboolean keyreq_create(Db *db, gint64 account, gint64 session,
                       KeyreqKind kind, const char *ticket, GBytes *resume,
                       gint64 spool, gint64 expires, GError **error);
/* Reads without removing: to check the answer first. APP_ERROR_NOT_FOUND for
 * another session's or account's, APP_ERROR_EXPIRED for a late one. */
Keyreq *keyreq_peek(Db *db, gint64 account, gint64 session,
                    const char *ticket, gint64 now, GError **error);
/* Removes it; inside the caller's transaction. */
gboolean keyreq_remove(Db *db, const char *ticket, GError **error);
/* Expired requests and their spools. */
gboolean keyreq_sweep(Db *db, gint64 now, GError **error);
#endif
