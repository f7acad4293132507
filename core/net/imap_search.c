/*
 * What the server finds in a folder, a page of it. The numbers of all that
 * was found come in one response, the rows of the page in another. They stay
 * with the connection until the mailbox changes: who reads through what was
 * found does not wait for the same search at each message.
 */
#include "core/base/error.h"
#include "core/net/imap_page.h"
#include "core/net/imap_select.h"

/* More responses are not listened to (SEC-55). */
#define FOUND_MAX 1000000

typedef struct {
    GArray *found;       /* guint32: UIDs, ascending */
    const guint32 *uids; /* those of the page, newest last */
    guint n;
    ImapSummary **rows; /* as many, NULL: not told */
    guint32 unseen;
} Finding;

static void
finding_clear(Finding *finding)
{
    for (guint i = 0; finding->rows != NULL && i < finding->n; i++)
        imap_summary_free(finding->rows[i]);
    g_free(finding->rows);
    g_clear_pointer(&finding->found, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Finding, finding_clear)

static void
add_date(ImapCommand *command, const char *key, gint64 day)
{
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr",
                                       "May", "Jun", "Jul", "Aug",
                                       "Sep", "Oct", "Nov", "Dec"};
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(day);
    imap_command_add(
        command, "%s %d-%s-%04d", key, g_date_time_get_day_of_month(date),
        months[g_date_time_get_month(date) - 1], g_date_time_get_year(date));
}

/* One search key, whatever it is made of: OR takes two. */
static gboolean
add_term(ImapCommand *command, const ImapTerm *term, gboolean in_texts,
         GError **error)
{
    static const char *const fields[] = {" OR FROM ", " OR TO ", " OR CC ",
                                         " SUBJECT "};
    if (term->before != 0) {
        add_date(command, " OR (SINCE", term->since);
        add_date(command, " BEFORE", term->before);
        imap_command_add(command, ")");
    }
    if (in_texts) {
        imap_command_add(command, " TEXT ");
        return imap_command_argument(command, term->text, error);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        imap_command_add(command, "%s", fields[i]);
        if (!imap_command_argument(command, term->text, error))
            return FALSE;
    }
    return TRUE;
}

static ImapCommand *
search_command(const ImapSearch *search, GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    imap_command_add(command, "UID SEARCH CHARSET UTF-8");
    for (guint i = 0; i < search->terms->len; i++) {
        if (!add_term(command, &g_array_index(search->terms, ImapTerm, i),
                      search->in_texts, error))
            return NULL;
    }
    return g_steal_pointer(&command);
}

static ImapSummary **
row_of(const Finding *finding, guint32 uid)
{
    for (guint i = 0; i < finding->n; i++) {
        if (finding->uids[i] == uid)
            return &finding->rows[i];
    }
    return NULL;
}

static void
take_reply(gpointer user, Imap *imap, const ImapReply *reply)
{
    Finding *finding = user;
    if (reply->kind == IMAP_REPLY_STATUS)
        imap_parse_status(reply, "UNSEEN", &finding->unseen);
    /* Once a page is taken of them the numbers stand. */
    if (reply->kind == IMAP_REPLY_SEARCH && finding->found != NULL &&
        finding->rows == NULL && finding->found->len < FOUND_MAX)
        imap_parse_search(reply, finding->found);
    if (reply->kind != IMAP_REPLY_FETCH || finding->rows == NULL)
        return;
    g_autoptr(ImapFetched) got = imap_parse_fetch(reply);
    ImapSummary **row = row_of(finding, got->summary->uid);
    if (row != NULL && *row == NULL && imap_is_row(got))
        *row = g_steal_pointer(&got->summary);
}

/* The mailbox's news come first, so that they are found too. */
static gboolean
ask_news(Imap *imap, const char *folder, Finding *finding, GError **error)
{
    ImapResult results[2];
    return imap_send_text(imap, "NOOP", error) &&
           imap_send_status(imap, folder, error) &&
           imap_finish(imap, 2, take_reply, finding, results, error);
}

static gint
compare_uids(gconstpointer a, gconstpointer b)
{
    guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;
    return first < second ? -1 : first > second;
}

/* Asked of the server unless it was, and nothing came or went since. */
static gboolean
find(Imap *imap, const ImapSearch *search, Finding *finding, GError **error)
{
    ImapResult result;
    g_autoptr(ImapCommand) command = search_command(search, error);
    if (command == NULL)
        return FALSE;
    if (g_strcmp0(imap->sought, command->text->str) == 0) {
        finding->found = g_array_ref(imap->found);
        return TRUE;
    }
    imap_forget_found(imap);
    imap->renumbered = FALSE;
    finding->found = g_array_new(FALSE, FALSE, sizeof(guint32));
    if (!imap_call(imap, command, take_reply, finding, &result, error))
        return FALSE;
    if (result.kind != IMAP_REPLY_OK)
        return imap_refused(&result, "SEARCH", error);
    g_array_sort(finding->found, compare_uids);
    if (imap->renumbered)
        return TRUE;
    imap->sought = g_strdup(command->text->str);
    imap->found = g_array_ref(finding->found);
    return TRUE;
}

/* The page among what was found; beyond its end there is nothing. */
static void
aim(Finding *finding, guint page, guint per_page)
{
    guint64 skip = (guint64)page * per_page;
    if (skip >= finding->found->len)
        return;
    guint end = finding->found->len - (guint)skip;
    finding->n = MIN(end, per_page);
    finding->uids = &g_array_index(finding->found, guint32, end - finding->n);
    finding->rows = g_new0(ImapSummary *, finding->n);
}

static gboolean
fetch_rows(Imap *imap, Finding *finding, GError **error)
{
    ImapResult result;
    g_autoptr(ImapCommand) command = imap_command_new(0);
    for (guint i = 0; i < finding->n; i++)
        imap_command_add(command, "%s%u", i == 0 ? "UID FETCH " : ",",
                         finding->uids[i]);
    imap_command_add(command, " %s", imap_row_items(imap));
    if (!imap_call(imap, command, take_reply, finding, &result, error))
        return FALSE;
    return result.kind == IMAP_REPLY_OK ||
           imap_refused(&result, "FETCH", error);
}

static ImapPage *
page_new(const Imap *imap, Finding *finding)
{
    ImapPage *page = g_new0(ImapPage, 1);
    page->uid_validity = imap->uid_validity;
    page->total = finding->found->len;
    page->unseen = finding->unseen;
    page->messages =
        g_ptr_array_new_with_free_func((GDestroyNotify)imap_summary_free);
    for (guint i = finding->n; i-- > 0;) {
        ImapSummary *row = g_steal_pointer(&finding->rows[i]);
        if (row != NULL)
            g_ptr_array_add(page->messages, row);
    }
    return page;
}

ImapPage *
imap_search(Imap *imap, const char *folder, const ImapSearch *search,
            guint page, guint per_page, GError **error)
{
    g_auto(Finding) finding = {0};
    g_return_val_if_fail(per_page > 0 && per_page <= 1000, NULL);
    if (!imap_select(imap, folder, NULL, error) ||
        !ask_news(imap, folder, &finding, error) ||
        !find(imap, search, &finding, error))
        return NULL;
    aim(&finding, page, per_page);
    if (finding.n > 0 && !fetch_rows(imap, &finding, error))
        return NULL;
    return page_new(imap, &finding);
}
