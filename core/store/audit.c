#include "core/store/audit.h"

#include <string.h>

#include "core/base/log.h"
#include "core/store/audit_row.h"

static const char end_sql[] = "SELECT id, hash FROM audit_end WHERE one = 1";
static const char add_sql[] =
    "INSERT INTO audit (id, account, subject, actor, source, act, before,"
    " after, created, hash)"
    " VALUES ($1, NULLIF($2, 0), $3, $4, $5, $6, $7, $8, $9, $10)";
static const char move_end_sql[] =
    "UPDATE audit_end SET id = $1, hash = $2 WHERE one = 1";
static const char chain_sql[] = AUDIT_COLUMNS " WHERE id >= $1 ORDER BY id";
static const char hash_sql[] = "SELECT hash FROM audit WHERE id = $1";

void
audit_row_free(AuditRow *row)
{
    if (row == NULL)
        return;
    g_free(row->subject);
    g_free(row->actor);
    g_free(row->source);
    g_free(row->act);
    g_free(row->before);
    g_free(row->after);
    g_free(row->hash);
    g_free(row);
}

gpointer
audit_from_row(Stmt *st)
{
    AuditRow *row = g_new0(AuditRow, 1);
    row->id = stmt_int(st, 0);
    row->account = stmt_int(st, 1);
    row->subject = g_strdup(stmt_text(st, 2));
    row->actor = g_strdup(stmt_text(st, 3));
    row->source = g_strdup(stmt_text(st, 4));
    row->act = g_strdup(stmt_text(st, 5));
    row->before = g_strdup(stmt_text(st, 6));
    row->after = g_strdup(stmt_text(st, 7));
    row->created = stmt_int(st, 8);
    row->hash = g_strdup(stmt_text(st, 9));
    return row;
}

/* Each value goes in with its length, an absent one as such: two rows that
 * differ never give the same bytes. */
static void
hash_text(GChecksum *sum, const char *text)
{
    g_autofree char *head =
        text != NULL ? g_strdup_printf("%zu:", strlen(text)) : g_strdup("-");
    g_checksum_update(sum, (const guchar *)head, -1);
    if (text != NULL)
        g_checksum_update(sum, (const guchar *)text, -1);
}

static void
hash_int(GChecksum *sum, gint64 value)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
    hash_text(sum, text);
}

static char *
row_hash(const char *previous, gint64 id, const AuditAct *act, gint64 now)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    hash_text(sum, previous);
    hash_int(sum, id);
    hash_int(sum, act->account);
    hash_text(sum, act->subject);
    hash_text(sum, act->actor);
    hash_text(sum, act->source);
    hash_text(sum, act->act);
    hash_text(sum, act->before);
    hash_text(sum, act->after);
    hash_int(sum, now);
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean
end_load(Db *db, gint64 *id, char **hash, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, end_sql, error);
    if (st == NULL || !stmt_need_row(st, "end of the audit chain", error))
        return FALSE;
    *id = stmt_int(st, 0);
    *hash = g_strdup(stmt_text(st, 1));
    return TRUE;
}

static gboolean
end_move(Db *db, gint64 id, const char *hash, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, move_end_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_text(st, 2, hash);
    return stmt_run(st, error);
}

/* The outside copy: with the hash, it vouches for all rows before it. */
static void
witness(gpointer data)
{
    const AuditRow *row = data;
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, row->id);
    log_event("audit", "row", id, "actor", row->actor, "source", row->source,
              "act", row->act, "subject", row->subject, "before", row->before,
              "after", row->after, "hash", row->hash, NULL);
}

static AuditRow *
row_of(gint64 id, const AuditAct *act, gint64 now, const char *hash)
{
    AuditRow *row = g_new0(AuditRow, 1);
    row->id = id;
    row->account = act->account;
    row->subject = g_strdup(act->subject);
    row->actor = g_strdup(act->actor);
    row->source = g_strdup(act->source);
    row->act = g_strdup(act->act);
    row->before = g_strdup(act->before);
    row->after = g_strdup(act->after);
    row->created = now;
    row->hash = g_strdup(hash);
    return row;
}

gboolean
audit_add(Db *db, const AuditAct *act, gint64 now, GError **error)
{
    gint64 last = 0;
    g_autofree char *previous = NULL;
    if (!end_load(db, &last, &previous, error))
        return FALSE;
    g_autoptr(Stmt) st = db_prepare(db, add_sql, error);
    if (st == NULL)
        return FALSE;

    AuditAct whole = *act;
    whole.subject = act->subject != NULL ? act->subject : "";
    g_autofree char *hash = row_hash(previous, last + 1, &whole, now);
    stmt_bind_int(st, 1, last + 1);
    stmt_bind_int(st, 2, whole.account);
    stmt_bind_text(st, 3, whole.subject);
    stmt_bind_text(st, 4, whole.actor);
    stmt_bind_text(st, 5, whole.source);
    stmt_bind_text(st, 6, whole.act);
    stmt_bind_text(st, 7, whole.before);
    stmt_bind_text(st, 8, whole.after);
    stmt_bind_int(st, 9, now);
    stmt_bind_text(st, 10, hash);
    if (!stmt_run(st, error) || !end_move(db, last + 1, hash, error))
        return FALSE;
    db_after_commit(db, witness, row_of(last + 1, &whole, now, hash),
                    (GDestroyNotify)audit_row_free);
    return TRUE;
}

/* Does row follow on the one whose id and hash these are? */
static gboolean
follows(const AuditRow *row, gint64 last, const char *previous)
{
    if (row->id != last + 1)
        return FALSE;
    /* Rows of before the chain come first, and nowhere else. */
    if (*row->hash == '\0')
        return *previous == '\0';
    const AuditAct act = {row->actor, row->source, row->account, row->subject,
                          row->act,   row->before, row->after};
    g_autofree char *want = row_hash(previous, row->id, &act, row->created);
    return strcmp(want, row->hash) == 0;
}

/* What the row before the first one that is looked at says of itself. */
static char *
hash_before(Db *db, gint64 first, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, hash_sql, error);
    if (st == NULL)
        return NULL;
    gboolean there = FALSE;
    stmt_bind_int(st, 1, first - 1);
    if (!stmt_step(st, &there, error))
        return NULL;
    return g_strdup(there ? stmt_text(st, 0) : "");
}

/* Goes on from the row before chain->first, whose hash is *previous. */
static gboolean
walk(Db *db, AuditChain *chain, char **previous, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, chain_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, chain->first);
    gboolean there = FALSE;
    while (stmt_step(st, &there, error)) {
        if (!there)
            return TRUE;
        g_autoptr(AuditRow) row = audit_from_row(st);
        if (!follows(row, chain->last, *previous)) {
            chain->bad = row->id;
            return TRUE;
        }
        chain->last++;
        g_free(*previous);
        *previous = g_strdup(row->hash);
    }
    return FALSE;
}

gboolean
audit_verify(Db *db, gint64 newest, AuditChain *chain, GError **error)
{
    gint64 end = 0;
    g_autofree char *end_hash = NULL;
    if (!end_load(db, &end, &end_hash, error))
        return FALSE;
    gint64 first = newest > 0 && end > newest ? end - newest + 1 : 1;
    *chain = (AuditChain){.first = first, .last = first - 1, .end = end};
    g_autofree char *previous = hash_before(db, first, error);
    if (previous == NULL || !walk(db, chain, &previous, error))
        return FALSE;
    if (chain->bad == 0 &&
        (chain->last != end || strcmp(previous, end_hash) != 0))
        chain->bad = chain->last + 1;
    return TRUE;
}
