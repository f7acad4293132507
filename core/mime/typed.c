/*
 * What people type as recipients. Entries are separated by commas or
 * semicolons outside quotes and angle brackets; an entry is an address, or
 * anything and an address in angle brackets at its end; quotes are taken off
 * the name and \" inside them is a quote. static/vault reads alike.
 */
#include <string.h>

#include "core/base/error.h"
#include "core/mime/address.h"
#include "core/mime/names.h"

#define MAX_LOCAL 64
#define MAX_DOMAIN 255

static gboolean
char_is_allowed(gunichar c, const char *extra)
{
    if (c < 0x80)
        return g_ascii_isalnum((char)c) ||
               (c != 0 && strchr(extra, (int)c) != NULL);
    return g_unichar_isgraph(c) && !char_is_hidden(c);
}

/* Atoms joined by single dots. */
static gboolean
dotted_is_plain(const char *text, gsize size, const char *extra)
{
    gboolean after_dot = TRUE;
    for (const char *at = text; at < text + size; at = utf8_next(at)) {
        if (*at == '.' && after_dot)
            return FALSE;
        after_dot = *at == '.';
        if (!after_dot && !char_is_allowed(g_utf8_get_char(at), extra))
            return FALSE;
    }
    return !after_dot;
}

gboolean
address_is_plain(const char *address)
{
    if (!g_utf8_validate(address, -1, NULL))
        return FALSE;
    const char *at = strchr(address, '@');
    if (at == NULL)
        return FALSE;
    gsize local = (gsize)(at - address);
    gsize domain = strlen(at + 1);
    return local <= MAX_LOCAL && domain <= MAX_DOMAIN &&
           dotted_is_plain(address, local, "!#$%&'*+-/=?^_`{|}~") &&
           dotted_is_plain(at + 1, domain, "-");
}

/* Size of the entry at text: up to a separator, or the end. */
static gsize
entry_size(const char *text)
{
    gboolean quoted = FALSE, brackets = FALSE;
    gsize i = 0;
    for (; text[i] != '\0'; i++) {
        char c = text[i];
        if (quoted && c == '\\' && text[i + 1] != '\0')
            i++;
        else if (c == '"' && !brackets)
            quoted = !quoted;
        else if (!quoted && (c == '<' || c == '>'))
            brackets = c == '<';
        else if (!quoted && !brackets && (c == ',' || c == ';'))
            break;
    }
    return i;
}

/* Where '<' stands outside quotes, or NULL. */
static const char *
find_bracket(const char *entry)
{
    gboolean quoted = FALSE;
    for (const char *at = entry; *at != '\0'; at++) {
        if (quoted && *at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (*at == '<' && !quoted)
            return at;
    }
    return NULL;
}

static char *
read_name(const char *text, gsize size)
{
    g_autoptr(GString) name = g_string_new(NULL);
    gboolean quoted = FALSE;
    for (gsize i = 0; i < size; i++) {
        if (text[i] == '"') {
            quoted = !quoted;
            continue;
        }
        if (quoted && text[i] == '\\' && i + 1 < size)
            i++;
        g_string_append_c(name, text[i]);
    }
    return person_name_clean(name->str);
}

static char *
trimmed(const char *text, gsize size)
{
    while (size > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        size--;
    }
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t'))
        size--;
    return g_strndup(text, size);
}

static Mailbox *
read_entry(const char *entry, GError **error)
{
    const char *bracket = find_bracket(entry);
    g_autofree char *name = NULL;
    g_autofree char *address = NULL;
    if (bracket == NULL) {
        address = g_strdup(entry);
    } else if (g_str_has_suffix(entry, ">")) {
        name = read_name(entry, (gsize)(bracket - entry));
        address = trimmed(bracket + 1, strlen(bracket) - 2);
    }
    if (address != NULL && address_is_plain(address))
        return mailbox_new(name, address);

    g_autofree char *quoted = error_quote(entry, -1, 80);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "\"%s\" is no address",
                quoted);
    return NULL;
}

GPtrArray *
mailboxes_parse(const char *text, GError **error)
{
    g_autoptr(GPtrArray) list =
        g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    if (strpbrk(text, "\r\n") != NULL || !g_utf8_validate(text, -1, NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "addresses contain a line end or no UTF-8");
        return NULL;
    }
    while (*text != '\0') {
        gsize size = entry_size(text);
        g_autofree char *entry = trimmed(text, size);
        if (entry[0] != '\0') {
            Mailbox *mailbox = read_entry(entry, error);
            if (mailbox == NULL)
                return NULL;
            g_ptr_array_add(list, mailbox);
        }
        text += size;
        if (*text != '\0')
            text++;
    }
    return g_steal_pointer(&list);
}
