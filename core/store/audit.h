/*
 * What administrators, helpdesk and the program did: who, from where, to
 * whom, what, and the value before and after; by code and date, never
 * content. Rows are only ever added. Each carries the SHA-256 of itself and
 * of the hash of the row before, and the end of the chain is kept apart, so
 * that a row that was changed or removed is found (audit_verify).
 */
#ifndef SCEAU_STORE_AUDIT_H
#define SCEAU_STORE_AUDIT_H

#include "core/store/db.h"

typedef struct {
    const char *actor;   /* a login, or "terminal:root" */
    const char *source;  /* the network address it came from, "terminal" */
    gint64 account;      /* acted on; 0: none */
    const char *subject; /* its address, or the name of what was acted on */
    const char *act;     /* "account-allow": a code */
    const char *before, *after; /* values, or NULL */
} AuditAct;

/* Runs inside the caller's transaction, with what it tells of. Once that is
 * kept, the log has the row too, with its hash: the copy that is elsewhere.
 */
gboolean audit_add(Db *db, const AuditAct *act, gint64 now, GError **error);

typedef struct {
    gint64 id, account, created;
    char *subject, *actor, *source, *act, *before, *after;
    char *hash; /* "" for rows of before the chain */
} AuditRow;

void audit_row_free(AuditRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditRow, audit_row_free)

/* What a page or an export asks for; a NULL text or 0 asks for any. */
typedef struct {
    const char *actor, *subject, *act; /* how they begin */
    gint64 from, until; /* when it was done: until is the first not wanted */
    gint64 account;     /* acts on this account alone */
    gint64 scope;       /* what this account's domains let it see */
    gint64 before_id;   /* rows older than this one; 0: the newest */
    guint limit;
} AuditQuery;

/* AuditRow, the newest first. */
GPtrArray *audit_list(Db *db, const AuditQuery *query, GError **error);

/* Rows first to last follow on each other and, bad being 0, end where the
 * chain's end is kept; else bad is the id of the first row that was changed,
 * or before which one is missing. */
typedef struct {
    gint64 first, last, bad, end;
} AuditChain;

/* Follows the chain through its newest rows, 0: from the first one. */
gboolean audit_verify(Db *db, gint64 newest, AuditChain *chain,
                      GError **error);
#endif
