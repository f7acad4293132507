#include "core/mime/headers.h"

#include <string.h>

#include <gmime/gmime.h>

#include "core/mime/address.h"
#include "core/mime/mime.h"
#include "core/mime/names.h"
#include "core/mime/scan.h"

typedef struct {
    char *name;
    char *value; /* unfolded, trimmed */
} Field;

struct Headers {
    GPtrArray *fields;
    /* NUL or a lone CR: other readers end the field, or the header, there. */
    gboolean ambiguous;
};

static void
field_free(gpointer data)
{
    Field *field = data;
    g_free(field->name);
    g_free(field->value);
    g_free(field);
}

/* Appends a line without its end, NUL written as '?'. */
static void
append_line(Headers *headers, GString *field, const guint8 *line, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if (line[i] == '\0' || line[i] == '\r')
            headers->ambiguous = TRUE;
        g_string_append_c(field, line[i] == '\0' ? '?' : (char)line[i]);
    }
}

static void
end_field(Headers *headers, GString *text)
{
    char *colon = strchr(text->str, ':');
    if (colon != NULL) {
        Field *field = g_new0(Field, 1);
        field->name = g_strndup(text->str, (gsize)(colon - text->str));
        g_strstrip(field->name);
        field->value = g_strstrip(g_strdup(colon + 1));
        g_ptr_array_add(headers->fields, field);
    }
    g_string_truncate(text, 0);
}

Headers *
headers_parse(const guint8 *data, gsize size)
{
    Headers *headers = g_new0(Headers, 1);
    headers->fields = g_ptr_array_new_with_free_func(field_free);
    g_autoptr(GString) field = g_string_new(NULL);

    gsize at = scan_mbox_line(data, size);
    while (at < size) {
        gsize line = scan_line(data + at, size - at);
        gsize text = scan_line_text(data + at, line);
        if (text == 0)
            break;
        if (data[at] != ' ' && data[at] != '\t')
            end_field(headers, field);
        append_line(headers, field, data + at, text);
        at += line;
    }
    end_field(headers, field);
    return headers;
}

void
headers_free(Headers *headers)
{
    if (headers == NULL)
        return;
    g_ptr_array_unref(headers->fields);
    g_free(headers);
}

guint
headers_count(const Headers *headers, const char *name)
{
    guint count = 0;
    for (guint i = 0; i < headers->fields->len; i++) {
        const Field *field = g_ptr_array_index(headers->fields, i);
        if (g_ascii_strcasecmp(field->name, name) == 0)
            count++;
    }
    return count;
}

static const char *
raw_at(const Headers *headers, const char *name, guint index)
{
    for (guint i = 0; i < headers->fields->len; i++) {
        const Field *field = g_ptr_array_index(headers->fields, i);
        if (g_ascii_strcasecmp(field->name, name) == 0 && index-- == 0)
            return field->value;
    }
    return NULL;
}

const char *
headers_raw(const Headers *headers, const char *name)
{
    return raw_at(headers, name, 0);
}

guint
headers_length(const Headers *headers)
{
    return headers->fields->len;
}

const char *
headers_name_at(const Headers *headers, guint index)
{
    const Field *field = g_ptr_array_index(headers->fields, index);
    return field->name;
}

char *
headers_text_at(const Headers *headers, const char *name, guint index)
{
    const char *raw = raw_at(headers, name, index);
    if (raw == NULL)
        return NULL;
    g_autofree char *decoded = mime_decode_words(raw);
    return text_line_clean(decoded);
}

char *
headers_text(const Headers *headers, const char *name)
{
    return headers_text_at(headers, name, 0);
}

Headers *
headers_hp_outer(const Headers *headers)
{
    guint count = headers_count(headers, "HP-Outer");
    if (count == 0)
        return NULL;
    g_autoptr(GString) block = g_string_new(NULL);
    for (guint i = 0; i < count; i++)
        g_string_append_printf(block, "%s\n", raw_at(headers, "HP-Outer", i));
    return headers_parse((const guint8 *)block->str, block->len);
}

/* All fields of that name: a second To is shown, not hidden. */
static GPtrArray *
read_mailboxes(const Headers *headers, const char *name, gboolean *exact)
{
    GPtrArray *all =
        g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
    *exact = TRUE;
    for (guint i = 0; i < headers->fields->len; i++) {
        const Field *field = g_ptr_array_index(headers->fields, i);
        if (g_ascii_strcasecmp(field->name, name) != 0)
            continue;
        gboolean one = FALSE;
        GPtrArray *some = address_list_read(field->value, &one);
        *exact = *exact && one;
        g_ptr_array_extend_and_steal(all, some);
    }
    return all;
}

GPtrArray *
headers_mailboxes(const Headers *headers, const char *name)
{
    gboolean exact = FALSE;
    return read_mailboxes(headers, name, &exact);
}

gboolean
headers_date(const Headers *headers, gint64 *unix_seconds)
{
    const char *raw = headers_raw(headers, "Date");
    if (raw == NULL)
        return FALSE;
    mime_init();
    g_autoptr(GDateTime) date = g_mime_utils_header_decode_date(raw);
    if (date == NULL)
        return FALSE;
    *unix_seconds = g_date_time_to_unix(date);
    return TRUE;
}

gboolean
headers_are_sound(const Headers *headers)
{
    static const char *const once[] = {
        "From", "Sender",       "Date",        "Subject",
        "To",   "Content-Type", "MIME-Version"};
    for (gsize i = 0; i < G_N_ELEMENTS(once); i++)
        if (headers_count(headers, once[i]) > 1)
            return FALSE;
    if (headers->ambiguous || headers_count(headers, "From") != 1)
        return FALSE;

    gboolean exact = FALSE;
    g_autoptr(GPtrArray) from = read_mailboxes(headers, "From", &exact);
    return exact && from->len == 1;
}
