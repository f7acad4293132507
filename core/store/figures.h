/*
 * Figures of the whole site, or of the domains of one administrator (scope:
 * account_scope; 0: of all). Counts, and whose certificate ends soon.
 */
#ifndef SCEAU_STORE_FIGURES_H
#define SCEAU_STORE_FIGURES_H

#include "core/store/db.h"

typedef struct {
    gint64 forbidden, off, on; /* accounts by the option of secure mail */
} FigureAccounts;

gboolean figures_accounts(Db *db, gint64 scope, FigureAccounts *out,
                          GError **error);

/* A person whose last certificate ends. */
typedef struct {
    gint64 account, not_after;
    char *address;
} FigureEnd;

void figure_end_free(FigureEnd *end);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FigureEnd, figure_end_free)

/* Of those that end from one time until before another. */
gboolean figures_ending(Db *db, gint64 scope, gint64 from, gint64 until,
                        gint64 *count, GError **error);
/* FigureEnd, the soonest first. */
GPtrArray *figures_ending_list(Db *db, gint64 scope, gint64 from,
                               gint64 until, guint limit, GError **error);

/* What is there just now. */
gboolean figures_sessions(Db *db, gint64 *count, GError **error);
/* Messages that have not left, by OutboxState 0 to 4. */
gboolean figures_outbox(Db *db, gint64 counts[5], GError **error);
gboolean figures_audit_rows(Db *db, gint64 *count, GError **error);

#endif
