/* Rows of the audit by what they are about, the newest first. */
#include "core/base/words.h"
#include "core/store/audit_row.h"

/* Up to so many that one thing selects are looked at one by one; of more, the
 * rows are walked from the newest of them until a page is full. */
#define FEW 5000

/*
 * $1 the row before which it ends; $2 to $3, $4 to $5 and $6 to $7
 * beginnings of actor, subject and act; $8 from, $9 until, $10 how many; $11
 * the account acted on; $12 the one whose domains bound what is shown: acts
 * on accounts of these domains, and its own. A "+" keeps a condition from
 * being the way that rows are found: that is chosen here.
 */
#define DOMAIN "lower(substr(subject, instr(subject, '@') + 1))"
#define FITS                                                                 \
    " ($2 = '' OR (lower(actor) >= $2 AND lower(actor) < $3))"               \
    " AND ($4 = '' OR (lower(subject) >= $4 AND lower(subject) < $5))"       \
    " AND ($6 = '' OR (act >= $6 AND act < $7))"                             \
    " AND +created >= $8 AND +created < $9"                                  \
    " AND ($11 = 0 OR account = $11)"                                        \
    " AND ($12 = 0 OR actor = (SELECT login FROM account WHERE id = $12)"    \
    " OR (account IS NOT NULL AND " DOMAIN " IN"                             \
    " (SELECT domain FROM account_scope WHERE account = $12)))"              \
    " ORDER BY id DESC LIMIT $10"

#define COUNT(ones) "SELECT count(*) FROM (SELECT 1" ones " LIMIT 5001)"
#define AMONG(ones)                                                          \
    AUDIT_COLUMNS " WHERE id IN (SELECT id" ones ") AND +id < $1 AND" FITS
#define WALK(ones)                                                           \
    AUDIT_COLUMNS " WHERE id <= min($1 - 1, (SELECT max(id)" ones            \
                  ")) AND" FITS
#define WAY(first, last, ones)                                               \
    {                                                                        \
        first, last, COUNT(ones), AMONG(ones), WALK(ones)                    \
    }

/* What may select a few: how many there are, and the rows among them. */
typedef struct {
    int first, last; /* the values of its count */
    const char *count_sql, *among_sql, *walk_sql;
} Way;

static const Way ways[] = {
    WAY(11, 11, " FROM audit WHERE account = $11"),
    WAY(4, 5,
        " FROM audit WHERE lower(subject) >= $4 AND lower(subject) < $5"),
    WAY(2, 3, " FROM audit WHERE lower(actor) >= $2 AND lower(actor) < $3"),
    WAY(6, 7, " FROM audit WHERE act >= $6 AND act < $7"),
    WAY(8, 9, " FROM audit WHERE created >= $8 AND created < $9"),
    WAY(12, 12,
        " FROM audit WHERE lower(actor) = (SELECT lower(login) FROM"
        " account WHERE id = $12) OR " DOMAIN " IN"
        " (SELECT domain FROM account_scope WHERE account = $12)"),
};
static const char walk_sql[] = AUDIT_COLUMNS " WHERE id < $1 AND" FITS;
/* What happens often fills a page from the last rows alone. */
static const char newest_sql[] = AUDIT_COLUMNS
    " WHERE id < $1 AND id > min($1, (SELECT max(id) FROM audit)) - 2000"
    " AND" FITS;

/* The values, ready to be bound: a text, or else a number. */
typedef struct {
    char *texts[13];
    gint64 numbers[13];
} Search;

static void
search_clear(Search *search)
{
    for (gsize i = 0; i < G_N_ELEMENTS(search->texts); i++)
        g_free(search->texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static void
set_beginning(Search *search, gsize at, const char *typed)
{
    char *from = g_ascii_strdown(typed != NULL ? typed : "", -1);
    search->texts[at] = from;
    search->texts[at + 1] =
        *from != '\0' ? g_strconcat(from, WORDS_LAST, NULL) : g_strdup("");
}

/* Where one account is asked for it was asked before whether it may be. */
static void
search_begin(Search *search, const AuditQuery *query)
{
    search->numbers[1] =
        query->before_id != 0 ? query->before_id : G_MAXINT64;
    set_beginning(search, 2, query->actor);
    set_beginning(search, 4, query->subject);
    set_beginning(search, 6, query->act);
    search->numbers[8] = query->from;
    search->numbers[9] = query->until != 0 ? query->until : G_MAXINT64;
    search->numbers[10] = query->limit;
    search->numbers[11] = query->account;
    search->numbers[12] = query->account == 0 ? query->scope : 0;
}

static Stmt *
prepare(Db *db, const char *sql, const Search *search, int first, int last,
        GError **error)
{
    Stmt *st = db_prepare(db, sql, error);
    for (int i = first; st != NULL && i <= last; i++) {
        if (search->texts[i] != NULL)
            stmt_bind_text(st, i, search->texts[i]);
        else
            stmt_bind_int(st, i, search->numbers[i]);
    }
    return st;
}

static gboolean
is_asked(const Search *search, const Way *way)
{
    const char *text = search->texts[way->first];
    if (way->first == 8)
        return search->numbers[8] != 0 || search->numbers[9] != G_MAXINT64;
    return text != NULL ? *text != '\0' : search->numbers[way->first] != 0;
}

static gboolean
count(Db *db, const Search *search, const Way *way, gint64 *n, GError **error)
{
    g_autoptr(Stmt) st =
        prepare(db, way->count_sql, search, way->first, way->last, error);
    if (st == NULL || !stmt_need_row(st, "count", error))
        return FALSE;
    *n = stmt_int(st, 0);
    return TRUE;
}

/* By the way that selects least; without one all rows are walked. */
static const char *
choose(Db *db, const Search *search, GError **error)
{
    const char *best = walk_sql;
    gint64 least = G_MAXINT64;
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        gint64 n = 0;
        if (!is_asked(search, &ways[i]))
            continue;
        if (!count(db, search, &ways[i], &n, error))
            return NULL;
        if (n >= least)
            continue;
        least = n;
        best = n <= FEW ? ways[i].among_sql : ways[i].walk_sql;
    }
    return best;
}

static GPtrArray *
list(Db *db, const char *sql, const Search *search, GError **error)
{
    g_autoptr(Stmt) st = prepare(db, sql, search, 1, 12, error);
    return st != NULL ? stmt_rows(st, audit_from_row,
                                  (GDestroyNotify)audit_row_free, error)
                      : NULL;
}

GPtrArray *
audit_list(Db *db, const AuditQuery *query, GError **error)
{
    g_auto(Search) search = {0};
    search_begin(&search, query);
    g_autoptr(GPtrArray) newest = list(db, newest_sql, &search, error);
    if (newest == NULL || newest->len == query->limit)
        return g_steal_pointer(&newest);
    const char *sql = choose(db, &search, error);
    return sql != NULL ? list(db, sql, &search, error) : NULL;
}
