#include "core/store/contact.h"

#include "core/base/error.h"

/* No text of ours has a character beyond it: a range of beginnings ends here.
 */
#define LAST "\xf4\x8f\xbf\xbf"

/* Beyond this many one word is as frequent as another. */
#define COUNTED 1000

#define COLUMNS                                                              \
    "SELECT c.id, c.book, c.name, c.address, c.match, c.place, c.pinned,"    \
    " c.created, EXISTS (SELECT 1 FROM contact_cert WHERE contact = c.id"    \
    " AND standing = 'accepted')"

static const char create_sql[] =
    "INSERT INTO contact (account, book, name, address, match, place,"
    " created) VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char edit_sql[] =
    "UPDATE contact SET book = $3, name = $4, address = $5, match = $6,"
    " place = $7 WHERE account = $1 AND id = $2";
static const char pin_sql[] =
    "UPDATE contact SET pinned = $3 WHERE account = $1 AND id = $2";
static const char delete_sql[] =
    "DELETE FROM contact WHERE account = $1 AND id = $2";
static const char get_sql[] =
    COLUMNS " FROM contact AS c WHERE c.account = $1 AND c.id = $2";
static const char find_sql[] =
    COLUMNS " FROM contact AS c WHERE c.account = $1 AND c.match = $2";
static const char list_sql[] =
    COLUMNS " FROM contact AS c WHERE c.account = $1 AND c.book = $2"
            " AND (c.place, c.id) > ($3, $4)"
            " ORDER BY c.place, c.id LIMIT $5";
static const char add_word_sql[] =
    "INSERT INTO contact_word (account, book, word, contact)"
    " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
static const char drop_words_sql[] =
    "DELETE FROM contact_word WHERE contact = $1";
static const char count_sql[] =
    "SELECT count(*) FROM (SELECT 1 FROM contact_word WHERE account = $1"
    " AND book = $2 AND word >= $3 AND word < $4 LIMIT $5)";
/* A contact is found by its first word that fits, once. */
static const char search_sql[] = COLUMNS
    ", w.word FROM contact_word AS w JOIN contact AS c ON c.id = w.contact"
    " WHERE w.account = $1 AND w.book = $2 AND w.word >= $3 AND w.word < $4"
    " AND (w.word, w.contact) > ($5, $6)"
    " AND NOT EXISTS (SELECT 1 FROM contact_word AS o WHERE o.contact = c.id"
    " AND o.word >= $3 AND o.word < w.word)"
    " AND ($7 = '' OR EXISTS (SELECT 1 FROM contact_word AS s"
    " WHERE s.contact = c.id AND s.word >= $7 AND s.word < $8))"
    " ORDER BY w.word, w.contact LIMIT $9";

void
contact_free(Contact *contact)
{
    if (contact == NULL)
        return;
    g_free(contact->book);
    g_free(contact->name);
    g_free(contact->address);
    g_free(contact->match);
    g_free(contact->place);
    g_free(contact->pinned);
    g_free(contact);
}

static Contact *
contact_from_row(Stmt *st)
{
    Contact *contact = g_new0(Contact, 1);
    contact->id = stmt_int(st, 0);
    contact->book = g_strdup(stmt_text(st, 1));
    contact->name = g_strdup(stmt_text(st, 2));
    contact->address = g_strdup(stmt_text(st, 3));
    contact->match = g_strdup(stmt_text(st, 4));
    contact->place = g_strdup(stmt_text(st, 5));
    contact->pinned = g_strdup(stmt_text(st, 6));
    contact->created = stmt_int(st, 7);
    contact->has_certificate = stmt_int(st, 8) != 0;
    return contact;
}

static gboolean
add_words(Db *db, gint64 account, gint64 id, const char *book,
          const char *const *words, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, add_word_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, book);
    stmt_bind_int(st, 4, id);
    for (; *words != NULL; words++) {
        stmt_bind_text(st, 3, *words);
        if (!stmt_run(st, error))
            return FALSE;
        stmt_reset(st);
    }
    return TRUE;
}

static gboolean
drop_words(Db *db, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, drop_words_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    return stmt_run(st, error);
}

gint64
contact_create(Db *db, gint64 account, const Contact *contact,
               const char *const *words, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return 0;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, contact->book);
    stmt_bind_text(st, 3, contact->name);
    stmt_bind_text(st, 4, contact->address);
    stmt_bind_text(st, 5, contact->match);
    stmt_bind_text(st, 6, contact->place);
    stmt_bind_int(st, 7, now);
    if (!stmt_run(st, error))
        return 0;
    gint64 id = db_last_id(db);
    return add_words(db, account, id, contact->book, words, error) ? id : 0;
}

gboolean
contact_edit(Db *db, gint64 account, const Contact *contact,
             const char *const *words, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, edit_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, contact->id);
    stmt_bind_text(st, 3, contact->book);
    stmt_bind_text(st, 4, contact->name);
    stmt_bind_text(st, 5, contact->address);
    stmt_bind_text(st, 6, contact->match);
    stmt_bind_text(st, 7, contact->place);
    return stmt_run_on(st, "contact", error) &&
           drop_words(db, contact->id, error) &&
           add_words(db, account, contact->id, contact->book, words, error);
}

gboolean
contact_pin(Db *db, gint64 account, gint64 id, const char *kid,
            GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, pin_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, id);
    stmt_bind_text(st, 3, kid);
    return stmt_run_on(st, "contact", error);
}

gboolean
contact_delete(Db *db, gint64 account, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, delete_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, id);
    return stmt_run_on(st, "contact", error);
}

Contact *
contact_get(Db *db, gint64 account, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, get_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, id);
    return stmt_need_row(st, "contact", error) ? contact_from_row(st) : NULL;
}

Contact *
contact_find(Db *db, gint64 account, const char *match, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, match);
    if (!stmt_step(st, &row, error) || !row)
        return NULL;
    return contact_from_row(st);
}

/* words: the tenth column of each row is added, if there are to be any. */
static GPtrArray *
rows(Stmt *st, GPtrArray *words, GError **error)
{
    g_autoptr(GPtrArray) contacts =
        g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return g_steal_pointer(&contacts);
        g_ptr_array_add(contacts, contact_from_row(st));
        if (words != NULL)
            g_ptr_array_add(words, g_strdup(stmt_text(st, 9)));
    }
    return NULL;
}

GPtrArray *
contact_list(Db *db, gint64 account, const char *book,
             const ContactMark *after, gsize limit, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, book);
    stmt_bind_text(st, 3, after->text);
    stmt_bind_int(st, 4, after->id);
    stmt_bind_int(st, 5, (gint64)limit);
    return rows(st, NULL, error);
}

static void
bind_range(Stmt *st, int index, const char *begins)
{
    g_autofree char *end = g_strconcat(begins, LAST, NULL);
    stmt_bind_text(st, index, begins);
    stmt_bind_text(st, index + 1, end);
}

/* How many words of the book begin so, up to COUNTED; -1 with error. */
static gint64
count_words(Db *db, gint64 account, const char *book, const char *begins,
            GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, count_sql, error);
    if (st == NULL)
        return -1;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, book);
    bind_range(st, 3, begins);
    stmt_bind_int(st, 5, COUNTED);
    return stmt_need_row(st, "count", error) ? stmt_int(st, 0) : -1;
}

/* The rarer of two words leads: "martin example" goes through the Martins. A
 * later page goes on as the first began. */
static gboolean
second_leads(Db *db, gint64 account, const char *book, const char *first,
             const char *second, const ContactMark *after, gboolean *leads,
             GError **error)
{
    if (after->id != 0) {
        *leads = !g_str_has_prefix(after->text, first);
        return TRUE;
    }
    gint64 of_first = count_words(db, account, book, first, error);
    gint64 of_second =
        of_first >= 0 ? count_words(db, account, book, second, error) : -1;
    *leads = of_second < of_first;
    return of_second >= 0;
}

GPtrArray *
contact_search(Db *db, gint64 account, const char *book, const char *first,
               const char *second, const ContactMark *after, gsize limit,
               GPtrArray **words, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, search_sql, error);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    gboolean leads = FALSE;
    if (st == NULL ||
        (second != NULL && !second_leads(db, account, book, first, second,
                                         after, &leads, error)))
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, book);
    bind_range(st, 3, leads ? second : first);
    stmt_bind_text(st, 5, after->text);
    stmt_bind_int(st, 6, after->id);
    bind_range(st, 7, leads ? first : second != NULL ? second : "");
    stmt_bind_int(st, 9, (gint64)limit);
    GPtrArray *contacts = rows(st, found, error);
    if (contacts != NULL && words != NULL)
        *words = g_steal_pointer(&found);
    return contacts;
}
