/*
 * Notices: what somebody else did to an account, kept until the person has
 * read it at their next page and said so (SEC-62). A code, a detail (a date,
 * a name; never content) and who did it; the words are in
 * templates/notices.html.
 */
#ifndef SCEAU_STORE_NOTICE_H
#define SCEAU_STORE_NOTICE_H

#include "core/store/db.h"

typedef struct {
    gint64 id;
    char *code;   /* "preference-reset" */
    char *detail; /* or NULL */
    char *actor;  /* as in the audit: a login, "terminal:root" */
    gint64 created;
} Notice;

void notice_free(Notice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notice, notice_free)

/* Runs inside the transaction of the act it tells of. It replaces what was
 * not read yet about the same thing: of the same detail and code, or of one
 * that says how it stood before ("option-withdrawn" and "option-allowed").
 * detail may be NULL. */
gboolean notice_add(Db *db, gint64 account, const char *code,
                    const char *detail, const char *actor, gint64 now,
                    GError **error);

/* Removes what notice_add would replace: the person has seen to it. */
gboolean notice_settle(Db *db, gint64 account, const char *code,
                       const char *detail, GError **error);

/* Notice, the newest first, at most limit. */
GPtrArray *notice_list(Db *db, gint64 account, guint limit, GError **error);

/* Removes what the person has read; one that is gone, or another account's,
 * is left alone without an error. */
gboolean notice_dismiss(Db *db, gint64 account, gint64 id, GError **error);
#endif
