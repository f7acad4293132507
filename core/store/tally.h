/*
 * How often something happened, per day: the figures of the overview and of
 * /metrics. A name is a code of ours ("sent-signed"); nothing of a person is
 * counted by person.
 */
#ifndef SCEAU_STORE_TALLY_H
#define SCEAU_STORE_TALLY_H

#include "core/store/db.h"

/* One more today. Called within the transaction of what is counted where
 * there is one: it is then one row and no write of its own. */
gboolean tally_add(Db *db, const char *name, gint64 now, GError **error);
/* The same with head before the code: "failure-" and "unreachable". */
gboolean tally_add_code(Db *db, const char *head, const char *code,
                        gint64 now, GError **error);

typedef struct {
    char *name;
    gint64 count;
} Tally;

void tally_free(Tally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tally, tally_free)

/* The sums since the day of the time from (0: ever), by name; names that
 * begin with head, "" being all. */
GPtrArray *tally_since(Db *db, const char *head, gint64 from, GError **error);
/* The count of name in tallies, 0 when it is not there. */
gint64 tally_of(const GPtrArray *tallies, const char *name);
/* gint64 by day, the first being that of from, n days. */
GArray *tally_days(Db *db, const char *name, gint64 from, guint n,
                   GError **error);
#endif
