#include "core/store/notice.h"

static const char forget_sql[] =
    "DELETE FROM notice WHERE account = $1 AND code = $2 AND detail = $3";
static const char add_sql[] =
    "INSERT INTO notice (account, code, detail, actor, created)"
    " VALUES ($1, $2, $3, $4, $5)";
static const char list_sql[] =
    "SELECT id, code, NULLIF(detail, ''), actor, created FROM notice"
    " WHERE account = $1 ORDER BY id DESC LIMIT $2";
static const char dismiss_sql[] =
    "DELETE FROM notice WHERE account = $1 AND id = $2";

/* Codes that tell of the same thing: what is new takes the place of what was
 * there before. Any other code is a thing of its own. */
static const char *const topics[][3] = {
    {"option-allowed", "option-on", "option-withdrawn"},
    {"certificate-issued", "request-refused", NULL},
    {"stolen-marked", "stolen-withdrawn", NULL},
};

void
notice_free(Notice *notice)
{
    if (notice == NULL)
        return;
    g_free(notice->code);
    g_free(notice->detail);
    g_free(notice->actor);
    g_free(notice);
}

/* A statement with the three values that two notices have in common. */
static Stmt *
prepare(Db *db, const char *sql, gint64 account, const char *code,
        const char *detail, GError **error)
{
    Stmt *st = db_prepare(db, sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, code);
    stmt_bind_text(st, 3, detail != NULL ? detail : "");
    return st;
}

static gboolean
forget(Db *db, gint64 account, const char *code, const char *detail,
       GError **error)
{
    g_autoptr(Stmt) st =
        prepare(db, forget_sql, account, code, detail, error);
    return st != NULL && stmt_run(st, error);
}

/* The topic of code, NULL-terminated unless full; NULL: it has none. */
static const char *const *
topic_of(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(topics[i]); j++)
            if (g_strcmp0(topics[i][j], code) == 0)
                return topics[i];
    return NULL;
}

gboolean
notice_settle(Db *db, gint64 account, const char *code, const char *detail,
              GError **error)
{
    const char *const *topic = topic_of(code);
    if (topic == NULL)
        return forget(db, account, code, detail, error);
    for (gsize i = 0; i < G_N_ELEMENTS(topics[0]) && topic[i] != NULL; i++)
        if (!forget(db, account, topic[i], detail, error))
            return FALSE;
    return TRUE;
}

gboolean
notice_add(Db *db, gint64 account, const char *code, const char *detail,
           const char *actor, gint64 now, GError **error)
{
    /* The newer one gets a newer number: it comes first again. */
    if (!notice_settle(db, account, code, detail, error))
        return FALSE;
    g_autoptr(Stmt) add = prepare(db, add_sql, account, code, detail, error);
    if (add == NULL)
        return FALSE;
    stmt_bind_text(add, 4, actor);
    stmt_bind_int(add, 5, now);
    return stmt_run(add, error);
}

static gpointer
notice_from_row(Stmt *st)
{
    Notice *notice = g_new0(Notice, 1);
    notice->id = stmt_int(st, 0);
    notice->code = g_strdup(stmt_text(st, 1));
    notice->detail = g_strdup(stmt_text(st, 2));
    notice->actor = g_strdup(stmt_text(st, 3));
    notice->created = stmt_int(st, 4);
    return notice;
}

GPtrArray *
notice_list(Db *db, gint64 account, guint limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, limit);
    return stmt_rows(st, notice_from_row, (GDestroyNotify)notice_free, error);
}

gboolean
notice_dismiss(Db *db, gint64 account, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, dismiss_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, id);
    return stmt_run(st, error);
}
