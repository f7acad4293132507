#include "core/store/attempt.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"

#define DAY (24 * 3600)
/* With 300 s between guesses at worst, a day holds 288 of them. */
#define WAIT_MAX 300

static const char find_sql[] =
    "SELECT failures, changed FROM attempt WHERE subject = $1";
static const char add_sql[] =
    "INSERT INTO attempt (subject, failures, changed) VALUES ($1, $2, $3)"
    " ON CONFLICT (subject) DO UPDATE SET"
    " failures = excluded.failures, changed = excluded.changed";
static const char take_back_sql[] =
    "UPDATE attempt SET failures = MAX(failures - 1, 0) WHERE subject = $1";
static const char forget_sql[] = "DELETE FROM attempt WHERE subject = $1";
static const char sweep_sql[] = "DELETE FROM attempt WHERE changed <= $1";

typedef struct {
    const char *kind;
    guint free;  /* failures without a wait */
    guint fades; /* seconds after which one failure is forgotten */
} Limit;

static const Limit login_limit = {"login", 5, 1800};
/* A whole office may share one source. */
static const Limit source_limit = {"source", 20, 600};

/* Of IPv6 the network: one subscriber has a whole /64 of addresses. */
static char *
source_network(const char *source)
{
    struct in6_addr address;
    if (inet_pton(AF_INET6, source, &address) != 1)
        return g_strdup(source);
    memset(address.s6_addr + 8, 0, 8);
    char text[INET6_ADDRSTRLEN];
    return g_strdup(inet_ntop(AF_INET6, &address, text, sizeof text));
}

/* Hashed: a login may be a password typed into the wrong field. */
static char *
subject_name(const Limit *limit, const char *value)
{
    g_autofree char *whose =
        limit == &source_limit ? source_network(value) : g_strdup(value);
    g_autofree char *lower = g_ascii_strdown(whose, -1);
    g_autofree char *hash = secret_hash(lower);
    return g_strdup_printf("%s %s", limit->kind, hash);
}

static guint
wait_after(const Limit *limit, guint failures)
{
    if (failures < limit->free)
        return 0;
    guint over = failures - limit->free;
    return over > 8 ? WAIT_MAX : MIN(1U << over, WAIT_MAX);
}

typedef struct {
    char *subject;
    guint failures;
    gint64 changed;
} Record;

static void
record_clear(Record *record)
{
    g_free(record->subject);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Record, record_clear)

static gboolean
record_load(Db *db, const Limit *limit, const char *value, gint64 now,
            Record *record, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    if (st == NULL)
        return FALSE;

    gboolean row = FALSE;
    record->subject = subject_name(limit, value);
    stmt_bind_text(st, 1, record->subject);
    if (!stmt_step(st, &row, error))
        return FALSE;
    if (!row)
        return TRUE;

    record->changed = stmt_int(st, 1);
    gint64 faded = MAX(now - record->changed, 0) / limit->fades;
    record->failures = (guint)MAX(stmt_int(st, 0) - faded, 0);
    return TRUE;
}

static gboolean
record_count(Db *db, const Record *record, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, add_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, record->subject);
    stmt_bind_int(st, 2, (gint64)record->failures + 1);
    stmt_bind_int(st, 3, now);
    return stmt_run(st, error);
}

static guint
record_wait(const Limit *limit, const Record *record, gint64 now)
{
    gint64 until = record->changed + wait_after(limit, record->failures);
    return (guint)CLAMP(until - now, 0, WAIT_MAX);
}

static gboolean
begin_both(Db *db, const char *login, const char *source, gint64 now,
           guint *wait, GError **error)
{
    g_auto(Record) by_login = {0};
    g_auto(Record) by_source = {0};
    if (!record_load(db, &login_limit, login, now, &by_login, error) ||
        !record_load(db, &source_limit, source, now, &by_source, error))
        return FALSE;

    *wait = MAX(record_wait(&login_limit, &by_login, now),
                record_wait(&source_limit, &by_source, now));
    if (*wait > 0) {
        g_set_error(error, APP_ERROR, APP_ERROR_BACK_OFF,
                    "too many failed sign-ins: wait %u s", *wait);
        return FALSE;
    }
    return record_count(db, &by_login, now, error) &&
           record_count(db, &by_source, now, error);
}

/* Checked and counted in one transaction: of many at once, one gets in. */
gboolean
attempt_begin(Db *db, const char *login, const char *source, gint64 now,
              guint *wait, GError **error)
{
    *wait = 0;
    if (!db_begin(db, error))
        return FALSE;
    if (begin_both(db, login, source, now, wait, error) &&
        db_commit(db, error))
        return TRUE;
    db_rollback(db);
    return FALSE;
}

static gboolean
run(Db *db, const char *sql, const Limit *limit, const char *value,
    GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    g_autofree char *subject = subject_name(limit, value);
    stmt_bind_text(st, 1, subject);
    return stmt_run(st, error);
}

gboolean
attempt_succeeded(Db *db, const char *login, const char *source,
                  GError **error)
{
    return run(db, forget_sql, &login_limit, login, error) &&
           run(db, take_back_sql, &source_limit, source, error);
}

gboolean
attempt_take_back(Db *db, const char *login, const char *source,
                  GError **error)
{
    return run(db, take_back_sql, &login_limit, login, error) &&
           run(db, take_back_sql, &source_limit, source, error);
}

gboolean
attempt_sweep(Db *db, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sweep_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, now - DAY);
    return stmt_run(st, error);
}
