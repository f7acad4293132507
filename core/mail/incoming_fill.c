#include "core/mail/incoming_fill.h"

#include <string.h>

#include "core/mime/encode.h"
#include "core/mime/names.h"

#define MAX_REFERENCES 30

static void
person_clear(IncomingPerson *person)
{
    g_clear_pointer(&person->name, g_free);
    g_clear_pointer(&person->address, g_free);
}

static void
person_free(gpointer data)
{
    person_clear(data);
    g_free(data);
}

static void
file_free(gpointer data)
{
    IncomingFile *file = data;
    g_free(file->path);
    g_free(file->name);
    g_free(file->type);
    g_free(file->content_id);
    g_free(file);
}

static void
recipient_free(gpointer data)
{
    IncomingRecipient *recipient = data;
    g_free(recipient->issuer);
    g_free(recipient->serial);
    g_free(recipient->key_id);
    g_free(recipient);
}

Incoming *
incoming_new(void)
{
    Incoming *incoming = g_new0(Incoming, 1);
    incoming->from.address = g_strdup("");
    incoming->to = g_ptr_array_new_with_free_func(person_free);
    incoming->cc = g_ptr_array_new_with_free_func(person_free);
    incoming->reply_to = g_ptr_array_new_with_free_func(person_free);
    incoming->texts = g_ptr_array_new_with_free_func(g_free);
    incoming->htmls = g_ptr_array_new_with_free_func(g_free);
    incoming->files = g_ptr_array_new_with_free_func(file_free);
    incoming->quotable = g_ptr_array_new_with_free_func(g_free);
    incoming->missing = g_ptr_array_new_with_free_func(recipient_free);
    incoming->html_allowed = TRUE;
    return incoming;
}

void
incoming_free(Incoming *incoming)
{
    if (incoming == NULL)
        return;
    person_clear(&incoming->from);
    person_clear(&incoming->sender);
    g_ptr_array_unref(incoming->to);
    g_ptr_array_unref(incoming->cc);
    g_ptr_array_unref(incoming->reply_to);
    g_ptr_array_unref(incoming->texts);
    g_ptr_array_unref(incoming->htmls);
    g_ptr_array_unref(incoming->files);
    g_ptr_array_unref(incoming->quotable);
    g_ptr_array_unref(incoming->missing);
    judgement_free(incoming->judgement);
    g_free(incoming->subject);
    g_free(incoming->message_id);
    g_free(incoming->references);
    g_free(incoming->key_request);
    g_free(incoming->harvest_kid);
    g_free(incoming);
}

/* What nobody would see is shown as a mark: two addresses that look alike
 * must not be made of one that is hidden. */
static char *
visible_address(const char *address)
{
    GString *out = g_string_new(NULL);
    for (const char *at = address; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(out, char_is_hidden(c) ? 0xfffd : c);
    }
    return g_string_free(out, FALSE);
}

static IncomingPerson
person_of(const Mailbox *mailbox)
{
    return (IncomingPerson){display_name_clean(mailbox->name),
                            visible_address(mailbox->address)};
}

static void
fill_list(GPtrArray *out, const Headers *headers, const char *name)
{
    g_autoptr(GPtrArray) mailboxes = headers_mailboxes(headers, name);
    for (guint i = 0; i < mailboxes->len; i++) {
        IncomingPerson *person = g_new0(IncomingPerson, 1);
        *person = person_of(g_ptr_array_index(mailboxes, i));
        g_ptr_array_add(out, person);
    }
}

/* A From that cannot be read is shown as it is, in place of the address. */
static void
fill_from(Incoming *incoming, const Headers *headers)
{
    g_autoptr(GPtrArray) from = headers_mailboxes(headers, "From");
    person_clear(&incoming->from);
    if (from->len > 0) {
        incoming->from = person_of(g_ptr_array_index(from, 0));
        return;
    }
    g_autofree char *text = headers_text(headers, "From");
    incoming->from.address = visible_address(text == NULL ? "" : text);
}

/* SEC-16: shown when they differ, and never counted. */
static void
fill_sender(Incoming *incoming, const Headers *headers)
{
    g_autoptr(GPtrArray) sender = headers_mailboxes(headers, "Sender");
    if (sender->len == 0)
        return;
    IncomingPerson person = person_of(g_ptr_array_index(sender, 0));
    if (g_ascii_strcasecmp(person.address, incoming->from.address) == 0)
        person_clear(&person);
    incoming->sender = person;
}

static void
fill_reply_to(Incoming *incoming, const Headers *headers)
{
    fill_list(incoming->reply_to, headers, "Reply-To");
    if (incoming->reply_to->len != 1)
        return;
    const IncomingPerson *only = g_ptr_array_index(incoming->reply_to, 0);
    if (g_ascii_strcasecmp(only->address, incoming->from.address) == 0)
        g_ptr_array_set_size(incoming->reply_to, 0);
}

/* The last ids: a thread may be longer than a field. */
static char *
last_ids(const char *raw, gsize max)
{
    g_autofree char *ids = encode_ids(raw, " ");
    if (ids == NULL)
        return NULL;
    g_auto(GStrv) each = g_strsplit(ids, " ", -1);
    gsize n = g_strv_length(each);
    return g_strjoinv(" ", each + (n > max ? n - max : 0));
}

static void
fill_ids(Incoming *incoming, const Headers *headers)
{
    incoming->message_id = last_ids(headers_raw(headers, "Message-ID"), 1);
    incoming->references =
        last_ids(headers_raw(headers, "References"), MAX_REFERENCES);
    if (incoming->references == NULL)
        incoming->references =
            last_ids(headers_raw(headers, "In-Reply-To"), 1);
}

void
incoming_fill_people(Incoming *incoming, const Headers *outer,
                     const Headers *inner)
{
    const Headers *shown = inner != NULL ? inner : outer;
    incoming->subject = headers_text(shown, "Subject");
    headers_date(shown, &incoming->date);
    fill_from(incoming, outer);
    fill_list(incoming->to, shown, "To");
    fill_list(incoming->cc, shown, "Cc");
    fill_sender(incoming, outer);
    fill_reply_to(incoming, outer);
    fill_ids(incoming, outer);
}

static const char *
part_name(const Part *part)
{
    if (part->name != NULL)
        return part->name;
    if (g_str_has_prefix(part->type, "message/"))
        return "message.eml";
    if (part->role == PART_ENCRYPTED)
        return "smime.p7m";
    return "file";
}

const char *
incoming_part_name(const View *view, const char *path)
{
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        if (strcmp(part->path, path) == 0)
            return part_name(part);
    }
    return "file";
}

static void
add_file(Incoming *incoming, const Part *part, gboolean covered)
{
    IncomingFile *file = g_new0(IncomingFile, 1);
    file->path = g_strdup(part->path);
    file->name = g_strdup(part_name(part));
    file->type = g_strdup(part->type);
    file->content_id = g_strdup(part->content_id);
    file->size = part->size;
    file->image = part->image;
    file->covered = covered;
    g_ptr_array_add(incoming->files, file);
}

static void
add_text_as_html(Incoming *incoming, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_ptr_array_add(incoming->htmls,
                    g_strdup_printf("<pre>%s</pre>", escaped));
}

static gboolean
has_html(const View *view)
{
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        if (part->role == PART_HTML)
            return TRUE;
    }
    return FALSE;
}

void
incoming_fill_parts(Incoming *incoming, const View *view, gboolean covered)
{
    gboolean html = has_html(view);
    incoming->remote = view->remote;
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        switch (part->role) {
        case PART_TEXT:
            g_ptr_array_add(incoming->texts, g_strdup(part->text));
            if (html && !part->alternative)
                add_text_as_html(incoming, part->text);
            break;
        case PART_HTML:
            g_ptr_array_add(incoming->htmls, g_strdup(part->text));
            break;
        case PART_ATTACHMENT:
            add_file(incoming, part, covered);
            break;
        case PART_ENCRYPTED:
            if (!incoming->encrypted)
                add_file(incoming, part, covered);
            break;
        case PART_SIGNATURE:
            break;
        }
    }
}
