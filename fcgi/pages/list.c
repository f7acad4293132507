#include "fcgi/pages/list.h"

#include <string.h>

#include "core/base/error.h"
#include "fcgi/dates.h"

#define ROWS_A_PAGE 50

static gboolean
parse_number(const char **at, guint32 *out)
{
    gsize digits = strspn(*at, "0123456789");
    if (digits == 0 || digits > 10)
        return FALSE;
    guint64 value = g_ascii_strtoull(*at, NULL, 10);
    if (value == 0 || value > G_MAXUINT32)
        return FALSE;
    *out = (guint32)value;
    *at += digits;
    return TRUE;
}

gboolean
message_id_read(const char *folder, const char *numbers, MessageId *out,
                GError **error)
{
    const char *at = numbers;
    out->folder = folder;
    if (parse_number(&at, &out->uid_validity) && *at++ == '-' &&
        parse_number(&at, &out->uid) && *at == '\0')
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "message: the address is not N-N");
    return FALSE;
}

gboolean
message_id_parse(const Request *req, MessageId *out, GError **error)
{
    return message_id_read(req->captures[0], req->captures[1], out, error);
}

char *
message_url(const Context *ctx, const MessageId *id)
{
    g_autofree char *folder = shell_folder_url(ctx, id->folder);
    return g_strdup_printf("%s/%u-%u", folder, id->uid_validity, id->uid);
}

gboolean
list_query(const Request *req, const char *folder, MailQuery *out,
           GError **error)
{
    const char *text = request_query(req, "page");
    const char *words = request_query(req, "q");
    guint32 number = 1;
    if (text != NULL && !(parse_number(&text, &number) && *text == '\0')) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "list: the page is not a number");
        return FALSE;
    }
    /* An empty field asks for everything. */
    if (words != NULL && words[strspn(words, " \t\"")] == '\0')
        words = NULL;
    *out = (MailQuery){
        .folder = folder,
        .words = words,
        .in_texts = words != NULL &&
                    g_strcmp0(request_query(req, "in"), "texts") == 0,
        .page = number,
    };
    return TRUE;
}

char *
list_place(const MailQuery *query)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (query->words != NULL) {
        g_string_append(out, "?q=");
        g_string_append_uri_escaped(out, query->words, NULL, FALSE);
    }
    if (query->in_texts)
        g_string_append(out, "&in=texts");
    if (query->page > 1)
        g_string_append_printf(out, "%cpage=%u", out->len > 0 ? '&' : '?',
                               query->page);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
list_url(const Context *ctx, const MailQuery *query)
{
    g_autofree char *folder = shell_folder_url(ctx, query->folder);
    g_autofree char *place = list_place(query);
    return g_strconcat(folder, place, NULL);
}

static gboolean
is_outgoing(const MailPage *page)
{
    return strcmp(page->kind, "sent") == 0 ||
           strcmp(page->kind, "drafts") == 0;
}

/* What a message is by its type; once it was read, the verdict stored for
 * its signature stands instead. An envelope stays one. */
static void
set_protection(Json *json, const MailRow *row)
{
    shell_set_true(json, "encrypted",
                   strcmp(row->protection, "encrypted") == 0);
    if (row->verdict == NULL) {
        shell_set_true(json, "signed",
                       strcmp(row->protection, "signed") == 0);
        return;
    }
    Json *verdict = shell_code(row->verdict);
    shell_set_true(verdict, "open",
                   strcmp(row->verdict, "verified") != 0 &&
                       strcmp(row->verdict, "altered") != 0);
    json_set(json, "verdict", verdict);
}

/* A row leads to its message; a draft to the page where it is gone on with,
 * unless it must be opened first. */
static char *
row_url(const Context *ctx, const MailQuery *query, const MailPage *page,
        const MailRow *row)
{
    const MessageId id = {query->folder, page->uid_validity, row->uid};
    if (strcmp(page->kind, "drafts") == 0 &&
        strcmp(row->protection, "encrypted") != 0) {
        g_autofree char *path =
            g_strdup_printf("/compose?draft=%u-%u", id.uid_validity, id.uid);
        return site_url(ctx->site, path);
    }
    g_autofree char *message = message_url(ctx, &id);
    g_autofree char *place = list_place(query);
    return g_strconcat(message, place, NULL);
}

static Json *
row_json(const Context *ctx, const MailQuery *query, const MailPage *page,
         const MailRow *row, guint32 selected)
{
    g_autofree char *url = row_url(ctx, query, page, row);
    g_autofree char *clock = date_clock(row->date);
    const char *who = row->from_name;
    if (is_outgoing(page) && row->to_name != NULL)
        who = row->to_name;
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "who", who);
    json_set_text(json, "subject", row->subject);
    json_set_text(json, "time", clock);
    json_set_time(json, "iso", row->date);
    json_set_text(json, "preview", row->preview);
    shell_set_true(json, "unread", !row->seen);
    shell_set_true(json, "flagged", row->flagged);
    shell_set_true(json, "answered", row->answered);
    shell_set_true(json, "files", row->attachments);
    shell_set_true(json, "selected", row->uid == selected);
    set_protection(json, row);
    return json;
}

/* Rows under the day they are of; the list is newest first. */
static Json *
days_json(const Context *ctx, const MailQuery *query, const MailPage *page,
          guint32 selected)
{
    Json *days = json_array_new();
    Json *rows = NULL;
    g_autofree char *current = NULL;
    for (guint i = 0; i < page->rows->len; i++) {
        const MailRow *row = g_ptr_array_index(page->rows, i);
        g_autofree char *label =
            date_day(ctx->words, row->date, ctx->world.now);
        if (g_strcmp0(label, current) != 0) {
            Json *day = json_object_new();
            rows = json_array_new();
            json_set_text(day, "label", label);
            json_set(day, "rows", rows);
            json_append(days, day);
            g_free(current);
            current = g_strdup(label);
        }
        json_append(rows, row_json(ctx, query, page, row, selected));
    }
    return days;
}

static Json *
folder_json(const Context *ctx, const char *name, const MailPage *page)
{
    g_autofree char *url = shell_folder_url(ctx, name);
    Json *json = json_object_new();
    json_set_text(json, "label", shell_folder_label(ctx, page->kind, name));
    json_set_text(json, "url", url);
    if (page->unseen > 0) {
        g_autofree char *unread = g_strdup_printf("%u", page->unseen);
        json_set_text(json, "unread", unread);
        shell_set_true(json, "unread_one", page->unseen == 1);
    }
    shell_set_true(json, "outgoing", is_outgoing(page));
    return json;
}

static void
set_number(Json *json, const char *name, guint number)
{
    g_autofree char *text = g_strdup_printf("%u", number);
    json_set_text(json, name, text);
}

/* The same list at another page, or another list. */
static void
set_url(const Context *ctx, Json *json, const char *name, MailQuery query)
{
    g_autofree char *url = list_url(ctx, &query);
    json_set_text(json, name, url);
}

static Json *
pager_json(const Context *ctx, const MailQuery *query, const MailPage *page)
{
    Json *json = json_object_new();
    guint first = (query->page - 1) * ROWS_A_PAGE + 1;
    MailQuery other = *query;
    set_number(json, "from", first);
    set_number(json, "to", first + page->rows->len - 1);
    set_number(json, "total", page->total);
    other.page = query->page - 1;
    if (query->page > 1)
        set_url(ctx, json, "previous", other);
    other.page = query->page + 1;
    if (query->page < page->pages)
        set_url(ctx, json, "next", other);
    return json;
}

static Json *
search_json(const Context *ctx, const MailQuery *query, const MailPage *page)
{
    Json *json = json_object_new();
    json_set_text(json, "words", query->words);
    shell_set_true(json, "one", page->total == 1);
    if (page->total > 0)
        set_number(json, "found", page->total);
    if (!query->in_texts)
        set_url(ctx, json, "texts_url",
                (MailQuery){query->folder, query->words, TRUE, 1});
    return json;
}

void
list_add(const Context *ctx, Json *context, const MailQuery *query,
         const MailPage *page, guint32 selected)
{
    g_autofree char *place = list_place(query);
    shell_nav(ctx, context, page->folders, query->folder, page->unseen);
    json_set(context, "folder", folder_json(ctx, query->folder, page));
    json_set_text(context, "place", place);
    if (query->words != NULL)
        json_set(context, "search", search_json(ctx, query, page));
    json_set(context, "days", days_json(ctx, query, page, selected));
    shell_set_true(context, "empty", page->rows->len == 0);
    if (page->pages > 1 && page->rows->len > 0)
        json_set(context, "pager", pager_json(ctx, query, page));
}
