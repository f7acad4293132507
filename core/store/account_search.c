#include "core/store/account_search.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/words.h"
#include "core/store/account_row.h"

/* Up to so many that one thing selects are fetched and sorted; of more, the
 * order is walked until a page is full. Words cost the walk most, and stand
 * together in an order by name. */
#define FEW 2000
#define FEW_WORDS 20000

/*
 * $1 option, $2 role, $3 domain, $4 account whose scope it is, $5 suspended,
 * $6 to $7 and $8 to $9 beginnings of words, $10 to $11 of an address; $12
 * and $13 what the last row seen is sorted by and its id; $14 how many.
 */
#define WORD(from, to)                                                       \
    " AND (" from " = '' OR EXISTS (SELECT 1 FROM account_word AS w"         \
    " WHERE w.account = a.id AND w.word >= " from " AND w.word < " to "))"
#define FITS                                                                 \
    " ($1 = '' OR a.option = $1) AND ($2 = '' OR a.role = $2)"               \
    " AND ($3 = '' OR a.domain = $3) AND ($4 = 0 OR a.domain IN"             \
    " (SELECT domain FROM account_scope WHERE account = $4))"                \
    " AND ($5 = 0 OR a.suspended <> 0)" WORD("$6", "$7") WORD(               \
        "$8", "$9") " AND ($10 = '' OR (a.login >= $10 AND a.login < $11))"

#define BY_ADDRESS                                                           \
    " AND a.login > $12 AND $13 = $13 ORDER BY a.login LIMIT $14"
#define BY_NAME                                                              \
    " AND (a.place, a.id) > ($12, $13) ORDER BY a.place, a.id LIMIT $14"
#define BY_SEEN                                                              \
    " AND (a.seen, a.id) < (CAST($12 AS INTEGER), $13)"                      \
    " ORDER BY a.seen DESC, a.id DESC LIMIT $14"

#define ORDERS(where)                                                        \
    {                                                                        \
        [ACCOUNT_BY_ADDRESS] = ACCOUNT_COLUMNS where FITS BY_ADDRESS,        \
        [ACCOUNT_BY_NAME] = ACCOUNT_COLUMNS where FITS BY_NAME,              \
        [ACCOUNT_BY_SEEN] = ACCOUNT_COLUMNS where FITS BY_SEEN,              \
    }
#define AMONG(ones) ORDERS(" WHERE a.id IN (" ones ") AND")
#define COUNT(ones) "SELECT count(*) FROM (" ones " LIMIT 20001)"

#define OF_OPTION "SELECT id FROM account WHERE option = $1"
#define OF_ROLE "SELECT id FROM account WHERE role = $2 AND role <> 'staff'"
#define OF_DOMAIN "SELECT id FROM account WHERE domain = $3"
#define OF_SCOPE                                                             \
    "SELECT id FROM account WHERE domain IN"                                 \
    " (SELECT domain FROM account_scope WHERE account = $4)"
#define OF_SUSPENDED "SELECT id FROM account WHERE suspended <> 0"
/* The other word is asked for here, too, where an index alone answers. */
#define HAS(from, to)                                                        \
    " AND (" from " = '' OR EXISTS (SELECT 1 FROM account_word AS v"         \
    " WHERE v.account = o.account AND v.word >= " from " AND v.word < " to   \
    "))"
#define OF_WORD(from, to)                                                    \
    "SELECT o.account FROM account_word AS o WHERE o.word >= " from          \
    " AND o.word < " to
#define OF_ADDRESS "SELECT id FROM account WHERE login >= $10 AND login < $11"

/* What may select a few: how many there are, and the page among them. */
typedef struct {
    int first, last; /* the values of its count */
    gint64 few;
    const char *count_sql;
    const char *list_sql[3];
} Way;

static const Way ways[] = {
    {10, 11, FEW, COUNT(OF_ADDRESS), AMONG(OF_ADDRESS)},
    {6, 7, FEW_WORDS, COUNT(OF_WORD("$6", "$7")),
     AMONG(OF_WORD("$6", "$7") HAS("$8", "$9"))},
    {8, 9, FEW_WORDS, COUNT(OF_WORD("$8", "$9")),
     AMONG(OF_WORD("$8", "$9") HAS("$6", "$7"))},
    {2, 2, FEW, COUNT(OF_ROLE), AMONG(OF_ROLE)},
    {5, 5, FEW, COUNT(OF_SUSPENDED " AND $5 = 1"), AMONG(OF_SUSPENDED)},
    {3, 3, FEW, COUNT(OF_DOMAIN), AMONG(OF_DOMAIN)},
    {4, 4, FEW, COUNT(OF_SCOPE), AMONG(OF_SCOPE)},
    {1, 1, FEW, COUNT(OF_OPTION), AMONG(OF_OPTION)},
};
static const char *const walk_sql[] = ORDERS(" WHERE");

static const char count_sql[] =
    "SELECT count(*) FROM account AS a WHERE $1 = 0 OR a.domain IN"
    " (SELECT domain FROM account_scope WHERE account = $1)";
/* From one domain to the next, however many accounts each has. */
static const char domains_sql[] =
    "WITH RECURSIVE each (domain) AS ("
    "SELECT min(domain) FROM account UNION ALL"
    " SELECT (SELECT min(domain) FROM account WHERE domain > each.domain)"
    " FROM each WHERE each.domain IS NOT NULL)"
    " SELECT domain FROM each WHERE domain IS NOT NULL AND ($1 = 0 OR domain"
    " IN (SELECT domain FROM account_scope WHERE account = $1)) LIMIT $2";
static const char place_sql[] = "UPDATE account SET place = $2 WHERE id = $1";
static const char drop_words_sql[] =
    "DELETE FROM account_word WHERE account = $1";
static const char add_word_sql[] =
    "INSERT INTO account_word (word, account) VALUES ($2, $1)"
    " ON CONFLICT DO NOTHING";

/* The texts of $1, $2, $3, $6 to $11, ready to be bound. */
typedef struct {
    const AccountQuery *query;
    char *values[15];
} Search;

static void
search_clear(Search *search)
{
    for (gsize i = 0; i < G_N_ELEMENTS(search->values); i++)
        g_free(search->values[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static void
set_range(Search *search, gsize at, const char *from)
{
    search->values[at] = g_strdup(from);
    search->values[at + 1] =
        *from != '\0' ? g_strconcat(from, WORDS_LAST, NULL) : g_strdup("");
}

static void
set_words(Search *search, const char *typed)
{
    g_autofree char *text = g_strstrip(g_ascii_strdown(typed, -1));
    gboolean address =
        strchr(text, '@') != NULL && g_utf8_validate(text, -1, NULL);
    g_auto(GStrv) words = words_of_query(address ? "" : text);
    const char *first = words[0] != NULL ? words[0] : "";
    set_range(search, 6, first);
    set_range(search, 8, *first != '\0' && words[1] != NULL ? words[1] : "");
    set_range(search, 10, address ? text : "");
}

/* "time/id", "name/id" or an address: where the last page ended. */
static gboolean
set_after(Search *search, GError **error)
{
    const AccountQuery *query = search->query;
    gboolean down = query->order == ACCOUNT_BY_SEEN;
    const char *after = query->after;
    if (after == NULL || *after == '\0') {
        search->values[12] = g_strdup(down ? "9223372036854775807" : "");
        search->values[13] = g_strdup(down ? "9223372036854775807" : "0");
        return TRUE;
    }
    const char *slash = strrchr(after, '/');
    guint64 id = 0;
    if (slash == NULL || !g_utf8_validate(after, -1, NULL) ||
        !g_ascii_string_to_unsigned(slash + 1, 10, 0, G_MAXINT64, &id,
                                    NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "accounts: no such place in the list");
        return FALSE;
    }
    search->values[12] = g_strndup(after, (gsize)(slash - after));
    search->values[13] = g_strdup(slash + 1);
    return TRUE;
}

static gboolean
search_begin(Search *search, const AccountQuery *query, GError **error)
{
    const char *const texts[] = {query->option, query->role, query->domain};
    search->query = query;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        search->values[1 + i] = g_strdup(texts[i] != NULL ? texts[i] : "");
    search->values[4] = g_strdup_printf("%" G_GINT64_FORMAT, query->scope);
    search->values[5] = g_strdup(query->suspended ? "1" : "0");
    set_words(search, query->words != NULL ? query->words : "");
    search->values[14] = g_strdup_printf("%u", query->limit + 1);
    return set_after(search, error);
}

static void
bind(Stmt *st, const Search *search, int index)
{
    const char *value = search->values[index];
    if (index == 4 || index == 5 || index > 12)
        stmt_bind_int(st, index, g_ascii_strtoll(value, NULL, 10));
    else
        stmt_bind_text(st, index, value);
}

static gboolean
is_asked(const Search *search, const Way *way)
{
    const char *value = search->values[way->first];
    return *value != '\0' && strcmp(value, "0") != 0 &&
           !(way->first == 2 && strcmp(value, "staff") == 0);
}

static gboolean
count(Db *db, const char *sql, const Search *search, const Way *way,
      gint64 *n, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    for (int i = way->first; i <= way->last; i++)
        bind(st, search, i);
    gboolean row = FALSE;
    if (!stmt_step(st, &row, error))
        return FALSE;
    *n = stmt_int(st, 0);
    return TRUE;
}

/* The way that selects least, or the walk. */
static const char *
choose(Db *db, const Search *search, GError **error)
{
    AccountOrder order = search->query->order;
    const char *best = walk_sql[order];
    gint64 least = G_MAXINT64;
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        gint64 n = 0;
        if (!is_asked(search, &ways[i]))
            continue;
        if (!count(db, ways[i].count_sql, search, &ways[i], &n, error))
            return NULL;
        if (n > ways[i].few || n >= least)
            continue;
        least = n;
        best = ways[i].list_sql[order];
    }
    return best;
}

void
account_page_free(AccountPage *page)
{
    if (page == NULL)
        return;
    g_clear_pointer(&page->accounts, g_ptr_array_unref);
    g_free(page->next);
    g_free(page);
}

static char *
place_by_name(const char *login, const char *name)
{
    return words_fold(name != NULL && *name != '\0' ? name : login);
}

static char *
place_of(const Account *account, AccountOrder order)
{
    g_autofree char *seen =
        g_strdup_printf("%" G_GINT64_FORMAT, account->seen);
    g_autofree char *place = place_by_name(account->login, account->name);
    const char *text = order == ACCOUNT_BY_SEEN   ? seen
                       : order == ACCOUNT_BY_NAME ? place
                                                  : account->login;
    return g_strdup_printf("%s/%" G_GINT64_FORMAT, text, account->id);
}

static AccountPage *
list(Db *db, const char *sql, const Search *search, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return NULL;
    for (int i = 1; i <= 14; i++)
        bind(st, search, i);
    const AccountQuery *query = search->query;
    g_autoptr(AccountPage) page = g_new0(AccountPage, 1);
    page->accounts =
        stmt_rows(st, account_from_row, (GDestroyNotify)account_free, error);
    if (page->accounts == NULL)
        return NULL;
    if (page->accounts->len <= query->limit)
        return g_steal_pointer(&page);
    /* One more was asked for than there is room. */
    g_ptr_array_set_size(page->accounts, (gint)query->limit);
    if (query->limit > 0)
        page->next =
            place_of(g_ptr_array_index(page->accounts, query->limit - 1),
                     query->order);
    return g_steal_pointer(&page);
}

AccountPage *
account_search(Db *db, const AccountQuery *query, GError **error)
{
    g_auto(Search) search = {0};
    if (!search_begin(&search, query, error))
        return NULL;
    const char *sql = choose(db, &search, error);
    return sql != NULL ? list(db, sql, &search, error) : NULL;
}

gint64
account_count(Db *db, gint64 scope, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, count_sql, error);
    if (st == NULL)
        return -1;
    stmt_bind_int(st, 1, scope);
    gboolean row = FALSE;
    return stmt_step(st, &row, error) ? stmt_int(st, 0) : -1;
}

char **
account_domains(Db *db, gint64 scope, guint limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, domains_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, scope);
    stmt_bind_int(st, 2, limit);
    return stmt_texts(st, error);
}

static gboolean
add_words(Db *db, gint64 id, const GPtrArray *words, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, add_word_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    for (guint i = 0; i < words->len; i++) {
        stmt_bind_text(st, 2, g_ptr_array_index(words, i));
        if (!stmt_run(st, error))
            return FALSE;
        stmt_reset(st);
    }
    return TRUE;
}

static gboolean
set_place(Db *db, gint64 id, const char *login, const char *name,
          GError **error)
{
    g_autofree char *place = place_by_name(login, name);
    g_autoptr(Stmt) st = db_prepare(db, place_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_text(st, 2, place);
    return stmt_run(st, error);
}

gboolean
account_index(Db *db, gint64 id, const char *login, const char *name,
              GError **error)
{
    const char *at = strchr(login, '@');
    g_autofree char *local =
        at != NULL ? g_strndup(login, (gsize)(at - login)) : g_strdup(login);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    words_add(words, local);
    words_add(words, name != NULL ? name : "");
    g_autoptr(Stmt) st = db_prepare(db, drop_words_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    return stmt_run(st, error) && add_words(db, id, words, error) &&
           set_place(db, id, login, name, error);
}
