#include "core/store/tally.h"

#include <string.h>

#define DAY (24 * 3600)

static const char add_sql[] =
    "INSERT INTO tally (day, name, count) VALUES ($1, $2, 1)"
    " ON CONFLICT (day, name) DO UPDATE SET count = count + 1";
static const char since_sql[] =
    "SELECT name, SUM(count) FROM tally"
    " WHERE day >= $1 AND substr(name, 1, length($2)) = $2"
    " GROUP BY name ORDER BY name";
static const char days_sql[] =
    "SELECT day, count FROM tally WHERE name = $1 AND day >= $2 AND day < $3";

static gint64
day_of(gint64 now)
{
    return now - now % DAY;
}

gboolean
tally_add(Db *db, const char *name, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, add_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, day_of(now));
    stmt_bind_text(st, 2, name);
    return stmt_run(st, error);
}

gboolean
tally_add_code(Db *db, const char *head, const char *code, gint64 now,
               GError **error)
{
    g_autofree char *name = g_strconcat(head, code, NULL);
    return tally_add(db, name, now, error);
}

void
tally_free(Tally *tally)
{
    if (tally == NULL)
        return;
    g_free(tally->name);
    g_free(tally);
}

static gpointer
tally_from_row(Stmt *st)
{
    Tally *tally = g_new0(Tally, 1);
    tally->name = g_strdup(stmt_text(st, 0));
    tally->count = stmt_int(st, 1);
    return tally;
}

GPtrArray *
tally_since(Db *db, const char *head, gint64 from, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, since_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, day_of(from));
    stmt_bind_text(st, 2, head);
    return stmt_rows(st, tally_from_row, (GDestroyNotify)tally_free, error);
}

gint64
tally_of(const GPtrArray *tallies, const char *name)
{
    for (guint i = 0; i < tallies->len; i++) {
        const Tally *tally = g_ptr_array_index(tallies, i);
        if (strcmp(tally->name, name) == 0)
            return tally->count;
    }
    return 0;
}

GArray *
tally_days(Db *db, const char *name, gint64 from, guint n, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, days_sql, error);
    if (st == NULL)
        return NULL;
    gint64 first = day_of(from);
    stmt_bind_text(st, 1, name);
    stmt_bind_int(st, 2, first);
    stmt_bind_int(st, 3, first + (gint64)n * DAY);
    g_autoptr(GArray) days = g_array_new(FALSE, TRUE, sizeof(gint64));
    g_array_set_size(days, n);
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return g_steal_pointer(&days);
        gint64 at = (stmt_int(st, 0) - first) / DAY;
        g_array_index(days, gint64, at) = stmt_int(st, 1);
    }
    return NULL;
}
