#include "fcgi/pages/read_message.h"

#include <string.h>

#include "fcgi/dates.h"
#include "fcgi/pages/read_files.h"
#include "fcgi/pages/read_locked.h"
#include "fcgi/pages/signature.h"

static Json *
person_json(const Reading *view, const IncomingPerson *person)
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
people_json(const Reading *view, const GPtrArray *people)
{
    Json *list = json_array_new();
    for (guint i = 0; people != NULL && i < people->len; i++)
        json_append(list, person_json(view, g_ptr_array_index(people, i)));
    return list;
}

static void
set_people(const Reading *view, Json *message)
{
    const Incoming *incoming = view->incoming;
    const IncomingPerson *from = &incoming->from;
    const GPtrArray *reply = incoming->reply_to;
    Json *json = person_json(view, from);
    g_autofree char *initials = shell_initials(from->name, from->address);
    json_set_text(json, "initials", initials);
    json_set_text(json, "shown",
                  from->name != NULL ? from->name : from->address);
    if (incoming->from_claim != NULL)
        json_set_text(json, "claim", incoming->from_claim);
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
set_reply_urls(const Reading *view, Json *message)
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

static void
set_acts(const Reading *view, Json *message)
{
    shell_set_true(message, "flagged", view->incoming->flagged);
    json_set_bool(message, "can_archive", strcmp(view->kind, "archive") != 0);
    json_set_bool(message, "can_junk", strcmp(view->kind, "junk") != 0);
    shell_set_true(message, "draft", strcmp(view->kind, "drafts") == 0);
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

static void
set_texts(const Reading *view, Json *message)
{
    const Incoming *incoming = view->incoming;
    Json *texts = json_array_new();
    for (guint i = 0; incoming->texts != NULL && i < incoming->texts->len;
         i++)
        json_append(texts, text_json(g_ptr_array_index(incoming->texts, i)));
    json_set(message, "texts", texts);
}

/* What became of the certificate of a verified sender; an identity that
 * is known already is no news. */
static void
set_harvest(const Reading *view, Json *message)
{
    const Incoming *incoming = view->incoming;
    if (incoming->harvest == NULL || strcmp(incoming->harvest, "known") == 0)
        return;
    g_autofree char *path = g_strdup_printf("/contacts/%" G_GINT64_FORMAT,
                                            incoming->harvest_contact);
    g_autofree char *url = site_url(view->ctx->site, path);
    Json *harvest = shell_code(incoming->harvest);
    json_set_text(harvest, "url", url);
    json_set(message, "harvest", harvest);
}

Json *
read_message_json(Reading *view, GError **error)
{
    const Incoming *incoming = view->incoming;
    const Context *ctx = view->ctx;
    g_autoptr(Json) message = json_object_new();
    g_autoptr(Json) data = json_object_new();
    g_autofree char *url = message_url(ctx, &view->id);
    g_autofree char *back = list_url(ctx, &view->list);
    g_autofree char *place = list_place(&view->list);
    g_autofree char *act = g_strconcat(url, "/act", place, NULL);
    json_set_text(message, "url", url);
    json_set_text(message, "back", back);
    json_set_text(message, "act_url", act);
    json_set_text(message, "subject", incoming->subject);
    json_set(message, "date", when_json(ctx, incoming->date));
    json_set_text(data, "url", url);
    json_set_bool(data, "opened", incoming->opened);
    set_reply_urls(view, message);
    set_people(view, message);
    set_acts(view, message);
    signature_add(ctx, message, incoming, &view->verified, &view->danger);
    shell_set_true(message, "too_complex", incoming->too_complex);
    if (!read_locked_add(view, message, data, error))
        return NULL;
    set_texts(view, message);
    shell_set_true(message, "text_only",
                   incoming->opened && !incoming->html_allowed);
    read_html_add(view, message, data);
    read_files_add(view, message);
    set_harvest(view, message);
    json_set(message, "data", g_steal_pointer(&data));
    return g_steal_pointer(&message);
}
