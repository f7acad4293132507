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
    g_free(incoming->from_claim);
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
    g_clear_pointer(&incoming->from_claim, g_free);
    if (from->len > 0) {
        const Mailbox *mailbox = g_ptr_array_index(from, 0);
        incoming->from = person_of(mailbox);
        incoming->from_claim =
            display_name_claim(mailbox->name, mailbox->address);
        return;
    }
    g_autofree char *text = headers_text(headers, "From");
    incoming->from.address = visible_address(text == NULL ? "" : text);
}

/* RFC 9788 §4.4: the address is the one outside, to which the signer was
 * held; a name that was left out there may be inside. */
static void
fill_from_name(Incoming *incoming, const Headers *inside)
{
    g_autoptr(GPtrArray) from = headers_mailboxes(inside, "From");
    if (from->len != 1)
        return;
    const Mailbox *mailbox = g_ptr_array_index(from, 0);
    IncomingPerson person = person_of(mailbox);
    if (g_ascii_strcasecmp(person.address, incoming->from.address) == 0) {
        g_free(incoming->from.name);
        incoming->from.name = g_steal_pointer(&person.name);
        g_free(incoming->from_claim);
        incoming->from_claim =
            display_name_claim(mailbox->name, mailbox->address);
    }
    person_clear(&person);
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

/* Where a field is shown from: a payload that has all fields hides those that
 * are only outside. */
static const Headers *
field_source(const Headers *outer, const Protected *inside, const char *name)
{
    if (inside == NULL || (inside->kind == PROTECTED_OLD &&
                           headers_count(inside->fields, name) == 0))
        return outer;
    return inside->fields;
}

static void
fill_ids(Incoming *incoming, const Headers *outer, const Protected *inside)
{
    incoming->message_id = last_ids(headers_raw(outer, "Message-ID"), 1);
    const Headers *from = field_source(outer, inside, "References");
    incoming->references =
        last_ids(headers_raw(from, "References"), MAX_REFERENCES);
    from = field_source(outer, inside, "In-Reply-To");
    if (incoming->references == NULL)
        incoming->references = last_ids(headers_raw(from, "In-Reply-To"), 1);
}

void
incoming_fill_people(Incoming *incoming, const Headers *outer,
                     const Protected *inside)
{
    incoming->subject =
        headers_text(field_source(outer, inside, "Subject"), "Subject");
    headers_date(field_source(outer, inside, "Date"), &incoming->date);
    fill_from(incoming, outer);
    if (inside != NULL)
        fill_from_name(incoming, inside->fields);
    fill_list(incoming->to, field_source(outer, inside, "To"), "To");
    fill_list(incoming->cc, field_source(outer, inside, "Cc"), "Cc");
    fill_sender(incoming, outer);
    fill_reply_to(incoming, field_source(outer, inside, "Reply-To"));
    fill_ids(incoming, outer, inside);
}
