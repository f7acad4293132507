/*
 * One page of a folder by sequence numbers: what it costs does not grow with
 * the mailbox. With the mailbox kept selected it is one round trip.
 */
#include "core/net/imap_page.h"

#include "core/base/error.h"
#include "core/net/imap_select.h"

/* A mailbox that changes under every look is shown as it was. */
#define MAX_LOOKS 3

typedef struct {
    guint32 low, high;  /* sequence numbers; 0, 0: none */
    ImapSummary **rows; /* high - low + 1 of them, NULL: not told */
    guint32 unseen;
    gboolean stale; /* rows may belong to other numbers */
} Look;

static void
look_reset(Look *look)
{
    for (guint32 i = 0; look->rows != NULL && i <= look->high - look->low;
         i++)
        imap_summary_free(look->rows[i]);
    g_clear_pointer(&look->rows, g_free);
    look->low = look->high = 0;
}

/* The numbers of the page among exists messages, the newest last. */
static void
look_aim(Look *look, guint32 exists, guint page, guint per_page)
{
    guint64 skip = (guint64)page * per_page;
    look_reset(look);
    look->stale = FALSE;
    if (skip >= exists)
        return;
    look->high = (guint32)(exists - skip);
    look->low = look->high > per_page ? look->high - per_page + 1 : 1;
    look->rows = g_new0(ImapSummary *, look->high - look->low + 1);
}

/* Flags that changed, told without being asked. */
static void
update_flags(ImapSummary *row, const ImapFetched *news)
{
    if (row == NULL || !news->has_flags)
        return;
    row->seen = news->summary->seen;
    row->flagged = news->summary->flagged;
    row->answered = news->summary->answered;
}

static void
look_fetched(Look *look, const ImapReply *reply)
{
    if (look->rows == NULL || reply->number < look->low ||
        reply->number > look->high)
        return;
    ImapSummary **row = &look->rows[reply->number - look->low];
    g_autoptr(ImapFetched) got = imap_parse_fetch(reply);
    if (imap_is_row(got) && *row == NULL)
        *row = g_steal_pointer(&got->summary);
    else
        update_flags(*row, got);
}

static void
look_reply(gpointer user, Imap *imap, const ImapReply *reply)
{
    Look *look = user;
    if (reply->kind == IMAP_REPLY_FETCH)
        look_fetched(look, reply);
    else if (reply->kind == IMAP_REPLY_STATUS)
        imap_parse_status(reply, "UNSEEN", &look->unseen);
    look->stale |= imap->renumbered;
}

gboolean
imap_is_row(const ImapFetched *got)
{
    return got->summary->uid != 0 && (got->has_envelope || !got->whole);
}

gboolean
imap_send_text(Imap *imap, const char *text, GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    imap_command_add(command, "%s", text);
    return imap_send(imap, command, error);
}

const char *
imap_row_items(const Imap *imap)
{
    return imap->can & IMAP_CAN_PREVIEW
               ? "(UID FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE PREVIEW)"
               : "(UID FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE)";
}

static gboolean
send_fetch(Imap *imap, const Look *look, GError **error)
{
    g_autofree char *text = g_strdup_printf("FETCH %u:%u %s", look->low,
                                            look->high, imap_row_items(imap));
    return imap_send_text(imap, text, error);
}

/* RFC 9051 would rather not have it asked of the selected mailbox, but a
 * SEARCH for the unseen takes time that grows with the mailbox. */
gboolean
imap_send_status(Imap *imap, const char *folder, GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    imap_command_add(command, "STATUS ");
    if (!imap_command_folder(command, folder, error))
        return FALSE;
    imap_command_add(command, " (UNSEEN)");
    return imap_send(imap, command, error);
}

/* One round trip. A kept mailbox is first asked for its news, in the same
 * breath: if there is any, what came is stale and asked again. */
static gboolean
look_once(Imap *imap, const char *folder, gboolean kept, Look *look,
          GError **error)
{
    ImapResult results[3];
    guint count = 0;
    imap->renumbered = FALSE;
    if (kept) {
        if (!imap_send_text(imap, "NOOP", error))
            return FALSE;
        count++;
    }
    if (!imap_send_status(imap, folder, error))
        return FALSE;
    count++;
    if (look->rows != NULL) {
        if (!send_fetch(imap, look, error))
            return FALSE;
        count++;
    }
    if (!imap_finish(imap, count, look_reply, look, results, error))
        return FALSE;
    look->stale |= imap->renumbered;
    gboolean good =
        look->rows == NULL || results[count - 1].kind == IMAP_REPLY_OK;
    /* Numbers that no longer exist may be refused; then there was news. */
    return good || look->stale ||
           imap_refused(&results[count - 1], "FETCH", error);
}

static ImapPage *
page_new(const Imap *imap, Look *look)
{
    ImapPage *page = g_new0(ImapPage, 1);
    page->uid_validity = imap->uid_validity;
    page->total = imap->exists;
    page->unseen = look->unseen;
    page->messages =
        g_ptr_array_new_with_free_func((GDestroyNotify)imap_summary_free);
    for (guint32 n = look->high; look->rows != NULL && n >= look->low; n--) {
        ImapSummary *row = g_steal_pointer(&look->rows[n - look->low]);
        if (row != NULL)
            g_ptr_array_add(page->messages, row);
    }
    return page;
}

ImapPage *
imap_page(Imap *imap, const char *folder, guint page, guint per_page,
          GError **error)
{
    gboolean kept;
    g_return_val_if_fail(per_page > 0 && per_page <= 1000, NULL);
    if (!imap_select(imap, folder, &kept, error))
        return NULL;
    Look look = {0};
    ImapPage *result = NULL;
    for (guint looks = 0; looks < MAX_LOOKS; looks++) {
        look_aim(&look, imap->exists, page, per_page);
        if (!look_once(imap, folder, kept, &look, error))
            break;
        if (!look.stale || looks + 1 == MAX_LOOKS) {
            result = page_new(imap, &look);
            break;
        }
        kept = FALSE;
    }
    look_reset(&look);
    return result;
}

void
imap_page_free(ImapPage *page)
{
    if (page == NULL)
        return;
    g_ptr_array_unref(page->messages);
    g_free(page);
}
