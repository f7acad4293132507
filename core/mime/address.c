#include "core/mime/address.h"

#include <string.h>

#include "core/mime/mime.h"

typedef struct {
    const char *at;
    gboolean exact;
    GPtrArray *mailboxes;

    /* The entry being read. */
    GString *phrase;  /* words before '<', quotes taken off */
    GString *bare;    /* the same as written: an address without brackets */
    char *comment;    /* last comment: the name in "a@b (Name)" */
    gboolean at_sign; /* there was an '@' outside quotes and brackets */
    char *address;    /* between '<' and '>' */
} Reader;

Mailbox *
mailbox_new(const char *name, const char *address)
{
    Mailbox *mailbox = g_new0(Mailbox, 1);
    mailbox->name = g_strdup(name);
    mailbox->address = g_strdup(address);
    return mailbox;
}

void
mailbox_free(Mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    g_free(mailbox->name);
    g_free(mailbox->address);
    g_free(mailbox);
}

/* Reads to the closing quote; the contents, escapes taken off, go to plain
 * and the bytes as written to raw. */
static void
read_quoted(Reader *reader, GString *plain, GString *raw)
{
    g_string_append_c(raw, *reader->at++);
    while (*reader->at != '\0' && *reader->at != '"') {
        if (*reader->at == '\\' && reader->at[1] != '\0')
            g_string_append_c(raw, *reader->at++);
        g_string_append_c(raw, *reader->at);
        if (plain != NULL)
            g_string_append_c(plain, *reader->at);
        reader->at++;
    }
    if (*reader->at == '\0') {
        reader->exact = FALSE;
        return;
    }
    g_string_append_c(raw, *reader->at++);
}

static void
read_comment(Reader *reader)
{
    GString *text = g_string_new(NULL);
    guint depth = 0;
    for (; *reader->at != '\0'; reader->at++) {
        if (*reader->at == '(' && depth++ == 0)
            continue;
        if (*reader->at == ')' && --depth == 0)
            break;
        if (*reader->at == '\\' && reader->at[1] != '\0')
            reader->at++;
        g_string_append_c(text, *reader->at);
    }
    if (*reader->at == '\0')
        reader->exact = FALSE;
    else
        reader->at++;
    g_free(reader->comment);
    reader->comment = g_string_free(text, FALSE);
}

static void
read_brackets(Reader *reader)
{
    g_autoptr(GString) raw = g_string_new(NULL);
    reader->at++;
    while (*reader->at != '\0' && *reader->at != '>') {
        if (*reader->at == '"')
            read_quoted(reader, NULL, raw);
        else
            g_string_append_c(raw, *reader->at++);
    }
    if (*reader->at == '\0')
        reader->exact = FALSE;
    else
        reader->at++;
    if (reader->address != NULL)
        reader->exact = FALSE;

    /* An obsolete source route: "@one,@two:user@host". */
    const char *address = raw->str;
    const char *colon = strrchr(address, ':');
    if (address[0] == '@' && colon != NULL) {
        reader->exact = FALSE;
        address = colon + 1;
    }
    g_free(reader->address);
    reader->address = g_strstrip(g_strdup(address));
}

/* local@domain with one '@' outside quotes and nothing that could end it. */
static gboolean
is_address(const char *text)
{
    const char *at = text;
    if (*at == '"') {
        for (at++; *at != '\0' && *at != '"'; at++)
            if (*at == '\\' && at[1] != '\0')
                at++;
        if (*at++ != '"')
            return FALSE;
    }
    at += strcspn(at, "@\"");
    if (at == text || *at != '@' || at[1] == '\0')
        return FALSE;
    for (const char *c = text; *c != '\0'; c++)
        if ((guint8)*c < ' ' || *c == 127)
            return FALSE;
    if (text[0] != '"' && strcspn(text, " ()<>,;:\\[]") < (gsize)(at - text))
        return FALSE;
    return at[1] == '['
               ? strcspn(at + 2, " ()<>,;@\\[\"]") == strlen(at) - 3 &&
                     g_str_has_suffix(at, "]")
               : strpbrk(at + 1, " ()<>,;:@\\[]\"") == NULL;
}

static char *
decode_name(const char *raw)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(raw));
    return trimmed[0] == '\0' ? NULL : mime_decode_words(trimmed);
}

static void
end_entry(Reader *reader)
{
    g_autofree char *bare = g_strstrip(g_strdup(reader->bare->str));
    g_autofree char *name = NULL;
    const char *address = reader->address;
    if (address != NULL) {
        name = decode_name(reader->phrase->str);
        /* "boss@bank <thief@else>": some take the first for the address. */
        if (reader->at_sign)
            reader->exact = FALSE;
    } else if (bare[0] != '\0') {
        address = bare;
        if (reader->comment != NULL)
            name = decode_name(reader->comment);
    }
    if (address != NULL && is_address(address))
        g_ptr_array_add(reader->mailboxes, mailbox_new(name, address));
    else if (address != NULL)
        reader->exact = FALSE;

    g_string_truncate(reader->phrase, 0);
    g_string_truncate(reader->bare, 0);
    reader->at_sign = FALSE;
    g_clear_pointer(&reader->comment, g_free);
    g_clear_pointer(&reader->address, g_free);
}

static void
read_word(Reader *reader)
{
    /* Words after the brackets belong to nothing. */
    if (reader->address != NULL && *reader->at != ' ' && *reader->at != '\t')
        reader->exact = FALSE;
    if (*reader->at == '@')
        reader->at_sign = TRUE;
    g_string_append_c(reader->phrase, *reader->at);
    g_string_append_c(reader->bare, *reader->at);
    reader->at++;
}

static void
read_next(Reader *reader)
{
    switch (*reader->at) {
    case '"':
        read_quoted(reader, reader->phrase, reader->bare);
        break;
    case '(':
        read_comment(reader);
        break;
    case '<':
        read_brackets(reader);
        break;
    case ':': /* the name of a group */
        reader->exact = FALSE;
        g_string_truncate(reader->phrase, 0);
        g_string_truncate(reader->bare, 0);
        reader->at++;
        break;
    case ';':
        reader->exact = FALSE;
        end_entry(reader);
        reader->at++;
        break;
    case ',':
        end_entry(reader);
        reader->at++;
        break;
    default:
        read_word(reader);
        break;
    }
}

GPtrArray *
address_list_read(const char *text, gboolean *exact)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) phrase = g_string_new(NULL);
    g_autoptr(GString) bare = g_string_new(NULL);
    Reader reader = {
        .at = valid, .exact = TRUE, .phrase = phrase, .bare = bare};
    reader.mailboxes =
        g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    while (*reader.at != '\0')
        read_next(&reader);
    end_entry(&reader);
    *exact = reader.exact;
    return reader.mailboxes;
}
