#include "core/mail/mailbox.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/connection.h"
#include "core/mail/search_words.h"
#include "core/mime/headers.h"
#include "core/store/seen_verdict.h"

#define PER_PAGE 50

/* In the order in which folders are shown. */
static const struct {
    FolderKind kind;
    const char *name;
} kinds[] = {
    {FOLDER_INBOX, "inbox"}, {FOLDER_DRAFTS, "drafts"},
    {FOLDER_SENT, "sent"},   {FOLDER_ARCHIVE, "archive"},
    {FOLDER_JUNK, "junk"},   {FOLDER_TRASH, "trash"},
    {FOLDER_OTHER, "other"},
};

static gsize
kind_order(FolderKind kind)
{
    gsize i = 0;
    while (kinds[i].kind != kind)
        i++;
    return i;
}

static void
folder_free(gpointer data)
{
    MailFolder *folder = data;
    g_free(folder->name);
    g_free(folder);
}

static void
row_free(gpointer data)
{
    MailRow *row = data;
    g_free(row->from_name);
    g_free(row->from_address);
    g_free(row->to_name);
    g_free(row->subject);
    g_free(row->preview);
    g_free(row->verdict);
    g_free(row);
}

void
mailbox_page_free(MailPage *page)
{
    if (page == NULL)
        return;
    g_clear_pointer(&page->folders, g_ptr_array_unref);
    g_clear_pointer(&page->rows, g_ptr_array_unref);
    g_free(page);
}

static gint
compare_folders(gconstpointer a, gconstpointer b)
{
    const ImapFolder *first = *(ImapFolder *const *)a;
    const ImapFolder *second = *(ImapFolder *const *)b;
    gsize x = kind_order(first->kind);
    gsize y = kind_order(second->kind);
    if (x != y)
        return x < y ? -1 : 1;
    return g_utf8_collate(first->name, second->name);
}

static GPtrArray *
folders_of(GPtrArray *listed)
{
    GPtrArray *folders = g_ptr_array_new_with_free_func(folder_free);
    g_ptr_array_sort(listed, compare_folders);
    for (guint i = 0; i < listed->len; i++) {
        const ImapFolder *from = g_ptr_array_index(listed, i);
        if (!from->selectable)
            continue;
        MailFolder *folder = g_new0(MailFolder, 1);
        folder->name = g_strdup(from->name);
        folder->kind = kinds[kind_order(from->kind)].name;
        g_ptr_array_add(folders, folder);
    }
    return folders;
}

GPtrArray *
mailbox_folders(const World *world, GError **error)
{
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return NULL;
    g_autoptr(GPtrArray) listed = imap_list(connection.imap, error);
    return listed != NULL ? folders_of(listed) : NULL;
}

/* The list shows what the reader of a message would: decoded by the same
 * code, as a header of its own. */
static char *
decode(const char *raw)
{
    if (raw == NULL)
        return NULL;
    g_autofree char *header = g_strconcat("Subject: ", raw, "\r\n\r\n", NULL);
    g_autoptr(Headers) headers =
        headers_parse((const guint8 *)header, strlen(header));
    return headers_text(headers, "Subject");
}

static char *
person_name(const ImapAddress *address)
{
    g_autofree char *decoded = decode(address->name);
    char *name = decoded != NULL ? display_name_clean(decoded) : NULL;
    return name != NULL ? name : g_strdup(address->address);
}

static const char *
protection_of(const ImapSummary *message)
{
    const char *type = message->type != NULL ? message->type : "";
    const char *smime =
        message->smime_type != NULL ? message->smime_type : "";
    if (strcmp(type, "multipart/signed") == 0) {
        g_autofree char *protocol = g_ascii_strdown(
            message->protocol != NULL ? message->protocol : "", -1);
        return strcmp(protocol, "application/pkcs7-signature") == 0 ||
                       strcmp(protocol, "application/x-pkcs7-signature") == 0
                   ? "signed"
                   : "none";
    }
    if (strcmp(type, "application/pkcs7-mime") != 0 &&
        strcmp(type, "application/x-pkcs7-mime") != 0)
        return "none";
    return g_ascii_strcasecmp(smime, "signed-data") == 0 ? "signed"
                                                         : "encrypted";
}

static MailRow *
row_of(const ImapSummary *message, GHashTable *verdicts)
{
    MailRow *row = g_new0(MailRow, 1);
    row->uid = message->uid;
    row->seen = message->seen;
    row->flagged = message->flagged;
    row->answered = message->answered;
    row->attachments = message->attachments;
    row->date = message->date;
    row->subject = decode(message->subject);
    row->preview = g_strdup(message->preview);
    row->protection = protection_of(message);
    row->verdict = g_strdup(
        g_hash_table_lookup(verdicts, GUINT_TO_POINTER(message->uid)));
    if (message->from != NULL && message->from->len > 0) {
        const ImapAddress *from = g_ptr_array_index(message->from, 0);
        row->from_name = person_name(from);
        row->from_address = g_strdup(from->address);
    }
    if (message->to != NULL && message->to->len > 0)
        row->to_name = person_name(g_ptr_array_index(message->to, 0));
    return row;
}

static GPtrArray *
rows_of(const World *world, const char *folder, const ImapPage *listed,
        GError **error)
{
    guint n = listed->messages->len;
    g_autofree guint32 *uids = g_new0(guint32, n + 1);
    for (guint i = 0; i < n; i++)
        uids[i] =
            ((ImapSummary *)g_ptr_array_index(listed->messages, i))->uid;
    g_autoptr(GHashTable) verdicts =
        seen_verdict_load(world->db, world->account->id, folder,
                          listed->uid_validity, uids, n, error);
    if (verdicts == NULL)
        return NULL;

    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(
            rows, row_of(g_ptr_array_index(listed->messages, i), verdicts));
    return rows;
}

static const char *
kind_of(GPtrArray *folders, const char *name)
{
    for (guint i = 0; i < folders->len; i++) {
        const MailFolder *folder = g_ptr_array_index(folders, i);
        if (strcmp(folder->name, name) == 0)
            return folder->kind;
    }
    return "other";
}

static ImapPage *
search(Imap *imap, const MailQuery *query, GError **error)
{
    g_autoptr(GArray) terms = search_words_parse(query->words, error);
    if (terms == NULL)
        return NULL;
    const ImapSearch wanted = {terms, query->in_texts};
    return imap_search(imap, query->folder, &wanted, query->page - 1,
                       PER_PAGE, error);
}

MailPage *
mailbox_page(const World *world, const MailQuery *query, GError **error)
{
    g_assert(query->page >= 1);
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return NULL;
    g_autoptr(GPtrArray) folders = imap_list(connection.imap, error);
    if (folders == NULL)
        return NULL;
    ImapPage *listed = query->words != NULL
                           ? search(connection.imap, query, error)
                           : imap_page(connection.imap, query->folder,
                                       query->page - 1, PER_PAGE, error);
    if (listed == NULL)
        return NULL;

    g_autoptr(MailPage) out = g_new0(MailPage, 1);
    out->folders = folders_of(folders);
    out->kind = kind_of(out->folders, query->folder);
    out->uid_validity = listed->uid_validity;
    out->total = listed->total;
    out->unseen = listed->unseen;
    out->pages = MAX(1, (listed->total + PER_PAGE - 1) / PER_PAGE);
    out->rows = rows_of(world, query->folder, listed, error);
    imap_page_free(listed);
    if (out->rows == NULL)
        return NULL;
    return g_steal_pointer(&out);
}

/* What a click does: a flag set or cleared, or a move to a kind of folder. */
static const struct {
    const char *act;
    const char *flag;
    gboolean on;
    FolderKind target;
    const char *fallback;
} acts[] = {
    {"flag", "\\Flagged", TRUE, FOLDER_OTHER, NULL},
    {"unflag", "\\Flagged", FALSE, FOLDER_OTHER, NULL},
    {"seen", "\\Seen", TRUE, FOLDER_OTHER, NULL},
    {"unseen", "\\Seen", FALSE, FOLDER_OTHER, NULL},
    {"archive", NULL, FALSE, FOLDER_ARCHIVE, "Archive"},
    {"trash", NULL, FALSE, FOLDER_TRASH, "Trash"},
    {"junk", NULL, FALSE, FOLDER_JUNK, "Junk"},
};

static char *
target_folder(Imap *imap, FolderKind kind, const char *fallback,
              GError **error)
{
    g_autoptr(GPtrArray) folders = imap_list(imap, error);
    if (folders == NULL)
        return NULL;
    for (guint i = 0; i < folders->len; i++) {
        const ImapFolder *folder = g_ptr_array_index(folders, i);
        if (folder->kind == kind && folder->selectable)
            return g_strdup(folder->name);
    }
    return g_strdup(fallback);
}

static gboolean
move(Imap *imap, const char *folder, guint32 uid_validity, guint32 uid,
     FolderKind kind, const char *fallback, GError **error)
{
    g_autofree char *target = target_folder(imap, kind, fallback, error);
    if (target == NULL)
        return FALSE;
    /* It is there already: nothing to move. */
    if (strcmp(target, folder) == 0)
        return TRUE;
    return imap_move(imap, folder, uid_validity, uid, target, error);
}

gboolean
mailbox_act(const World *world, const char *folder, guint32 uid_validity,
            guint32 uid, const char *act, GError **error)
{
    gsize i = 0;
    while (i < G_N_ELEMENTS(acts) && strcmp(acts[i].act, act) != 0)
        i++;
    if (i == G_N_ELEMENTS(acts)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "no such act on a message");
        return FALSE;
    }

    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return FALSE;
    if (acts[i].flag != NULL)
        return imap_store(connection.imap, folder, uid_validity, uid,
                          acts[i].flag, acts[i].on, error);
    return move(connection.imap, folder, uid_validity, uid, acts[i].target,
                acts[i].fallback, error);
}
