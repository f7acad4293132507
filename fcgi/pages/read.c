/* One message: the list beside it, its state, its text, its files. */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/incoming.h"
#include "fcgi/dates.h"
#include "fcgi/pages/list.h"
#include "fcgi/pages/signature.h"

typedef struct {
    const Context *ctx;
    const MailPage *page;
    const Incoming *incoming;
    MessageId id;
    gboolean danger;
    gboolean verified;
} View;

static Json *
person_json(const View *view, const IncomingPerson *person)
{
    const Account *account = view->ctx->world.account;
    Json *json = json_object_new();
    json_set_text(json, "name", person->name);
    json_set_text(json, "address", person->address);
    shell_set_true(
        json, "me",
        person->address != NULL &&
            g_ascii_strcasecmp(person->address, account->address) == 0);
    return json;
}

static Json *
people_json(const View *view, const GPtrArray *people)
{
    Json *list = json_array_new();
    for (guint i = 0; people != NULL && i < people->len; i++)
        json_append(list, person_json(view, g_ptr_array_index(people, i)));
    return list;
}

static void
set_people(const View *view, Json *message)
{
    const Incoming *incoming = view->incoming;
    const IncomingPerson *from = &incoming->from;
    const GPtrArray *reply = incoming->reply_to;
    Json *json = person_json(view, from);
    g_autofree char *initials = shell_initials(from->name, from->address);
    json_set_text(json, "initials", initials);
    json_set_text(json, "shown",
                  from->name != NULL ? from->name : from->address);
    json_set(message, "from", json);
    json_set(message, "to", people_json(view, incoming->to));
    json_set(message, "cc", people_json(view, incoming->cc));
    if (incoming->sender.address != NULL)
        json_set(message, "sender", person_json(view, &incoming->sender));
    const IncomingPerson *first =
        reply != NULL && reply->len > 0 ? g_ptr_array_index(reply, 0) : NULL;
    if (first != NULL &&
        (reply->len > 1 || from->address == NULL ||
         g_ascii_strcasecmp(first->address, from->address) != 0))
        json_set(message, "reply_to", people_json(view, reply));
}

static void
set_reply_urls(const View *view, Json *message)
{
    static const struct {
        const char *name, *mode;
    } urls[] = {
        {"reply_url", "reply"},
        {"reply_all_url", "all"},
        {"forward_url", "forward"},
    };
    g_autofree char *id = g_strdup_printf(
        "%s/%u-%u", view->id.folder, view->id.uid_validity, view->id.uid);
    g_autofree char *coded = g_uri_escape_string(id, NULL, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autofree char *path =
            g_strdup_printf("/compose?reply=%s&mode=%s", coded, urls[i].mode);
        g_autofree char *url = site_url(view->ctx->site, path);
        json_set_text(message, urls[i].name, url);
    }
}

/* A text cut at its blank lines; the line ends inside stay. */
static Json *
text_json(const char *text)
{
    g_autoptr(GRegex) blank =
        g_regex_new("\\r?\\n([ \\t]*\\r?\\n)+", 0, 0, NULL);
    g_auto(GStrv) pieces = g_regex_split(blank, text, 0);
    Json *paragraphs = json_array_new();
    for (gsize i = 0; pieces != NULL && pieces[i] != NULL; i++) {
        g_auto(GStrv) lines = g_strsplit(pieces[i], "\r\n", -1);
        g_autofree char *joined = g_strjoinv("\n", lines);
        if (*g_strchomp(joined) == '\0')
            continue;
        Json *paragraph = json_object_new();
        json_set_text(paragraph, "text", joined);
        json_append(paragraphs, paragraph);
    }
    Json *json = json_object_new();
    json_set(json, "paragraphs", paragraphs);
    return json;
}

/* Images of the message itself, which its HTML names by Content-ID. */
static Json *
images_json(const View *view, const char *message)
{
    const GPtrArray *files = view->incoming->files;
    Json *images = json_object_new();
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const IncomingFile *file = g_ptr_array_index(files, i);
        if (file->content_id == NULL || file->image == NULL)
            continue;
        g_autofree char *url =
            g_strdup_printf("%s/image/%s", message, file->path);
        json_set_text(images, file->content_id, url);
    }
    return images;
}

static void
set_html(const View *view, Json *message, const char *url)
{
    const GPtrArray *htmls = view->incoming->htmls;
    if (htmls == NULL || htmls->len == 0)
        return;
    Json *list = json_array_new();
    for (guint i = 0; i < htmls->len; i++)
        json_append_text(list, g_ptr_array_index(htmls, i));
    Json *data = json_object_new();
    json_set(data, "htmls", list);
    json_set(data, "images", images_json(view, url));
    json_set_bool(data, "ask", view->danger);
    json_set_bool(data, "remote", view->incoming->remote);
    json_set(message, "data", data);
    json_set_bool(message, "html", TRUE);
}

/* "PDF" for rapport.pdf: the end of the name, if it looks like one. */
static char *
file_kind(const IncomingFile *file)
{
    const char *dot = file->name != NULL ? strrchr(file->name, '.') : NULL;
    gsize length = dot != NULL ? strlen(dot + 1) : 0;
    if (length == 0 || length > 5)
        return g_strdup("FILE");
    for (const char *c = dot + 1; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c))
            return g_strdup("FILE");
    return g_ascii_strup(dot + 1, -1);
}

static void
set_files(const View *view, Json *message, const char *url)
{
    const GPtrArray *files = view->incoming->files;
    guint n = files != NULL ? files->len : 0;
    gboolean all = n > 0 && view->verified;
    Json *list = json_array_new();
    for (guint i = 0; i < n; i++) {
        const IncomingFile *file = g_ptr_array_index(files, i);
        g_autofree char *part =
            g_strdup_printf("%s/part/%s", url, file->path);
        g_autofree char *kind = file_kind(file);
        g_autofree char *size = size_words(view->ctx->words, file->size);
        Json *json = json_object_new();
        json_set_text(json, "url", part);
        json_set_text(json, "name", file->name);
        json_set_text(json, "kind", kind);
        json_set_text(json, "size", size);
        shell_set_true(json, "covered", view->verified && file->covered);
        all = all && file->covered;
        json_append(list, json);
    }
    json_set(message, "files", list);
    shell_set_true(message, "files_one", n == 1);
    if (n > 1) {
        g_autofree char *many = g_strdup_printf("%u", n);
        json_set_text(message, "files_many", many);
    }
    shell_set_true(message, "files_covered", all);
}

static void
set_acts(const View *view, Json *message)
{
    const MailPage *page = view->page;
    gboolean flagged = FALSE;
    for (guint i = 0; i < page->rows->len; i++) {
        const MailRow *row = g_ptr_array_index(page->rows, i);
        if (row->uid == view->id.uid)
            flagged = row->flagged;
    }
    shell_set_true(message, "flagged", flagged);
    json_set_bool(message, "can_archive", strcmp(page->kind, "archive") != 0);
    json_set_bool(message, "can_junk", strcmp(page->kind, "junk") != 0);
}

/* 0: not known, of a message too large to be opened. */
static Json *
when_json(const Context *ctx, gint64 time)
{
    Json *date = json_object_new();
    if (time == 0)
        return date;
    g_autofree char *text = date_full(ctx->words, time, ctx->world.now);
    json_set_time(date, "iso", time);
    json_set_text(date, "text", text);
    return date;
}

static Json *
message_json(View *view)
{
    const Incoming *incoming = view->incoming;
    const Context *ctx = view->ctx;
    Json *message = json_object_new();
    g_autofree char *url = message_url(ctx, &view->id);
    g_autofree char *back =
        list_url(ctx, view->page->folder, view->page->page);
    json_set_text(message, "url", url);
    json_set_text(message, "back", back);
    json_set_text(message, "subject", incoming->subject);
    json_set(message, "date", when_json(ctx, incoming->date));
    set_reply_urls(view, message);
    set_people(view, message);
    set_acts(view, message);
    signature_add(ctx, message, incoming->judgement, &view->verified,
                  &view->danger);
    shell_set_true(message, "locked", incoming->encrypted);
    shell_set_true(message, "too_complex", incoming->too_complex);

    Json *texts = json_array_new();
    for (guint i = 0; incoming->texts != NULL && i < incoming->texts->len;
         i++)
        json_append(texts, text_json(g_ptr_array_index(incoming->texts, i)));
    json_set(message, "texts", texts);
    set_html(view, message, url);
    set_files(view, message, url);
    return message;
}

PAGE(page_read)
{
    View view = {.ctx = ctx};
    guint number = 1;
    if (!message_id_parse(req, &view.id, error) ||
        !list_page_number(req, &number, error))
        return FALSE;
    /* Opened first: it stores the verdict that the list then shows. */
    g_autoptr(Incoming) incoming =
        incoming_open(&ctx->world, view.id.folder, view.id.uid_validity,
                      view.id.uid, error);
    if (incoming == NULL)
        return FALSE;
    if (!incoming->seen &&
        !mailbox_act(&ctx->world, view.id.folder, view.id.uid_validity,
                     view.id.uid, "seen", error))
        return FALSE;
    g_autoptr(MailPage) page =
        mailbox_page(&ctx->world, view.id.folder, number, error);
    if (page == NULL)
        return FALSE;
    view.incoming = incoming;
    view.page = page;
    g_autoptr(Json) context = shell_context(ctx, req, "read");
    list_add(ctx, context, page, view.id.uid);
    json_set(context, "message", message_json(&view));
    return shell_show(ctx, res, "read", context);
}
