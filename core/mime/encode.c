#include "core/mime/encode.h"

#include <string.h>

#define MAX_WORD 39    /* UTF-8 bytes in an encoded word */
#define MAX_PHRASE 60  /* bytes of a name or value in clear */
#define MAX_SUBJECT 67 /* "Subject: " and 67 make a line of 76 */
#define MAX_TYPE 100
#define MAX_ID 250

static gboolean
is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~')
            return FALSE;
    return TRUE;
}

static gboolean
has_edge_space(const char *text)
{
    return text[0] == ' ' || g_str_has_suffix(text, " ");
}

static char *
encode_words(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        gsize size = strlen(text);
        if (size > MAX_WORD) {
            size = MAX_WORD;
            while (((guint8)text[size] & 0xc0) == 0x80)
                size--;
        }
        g_autofree char *word = g_base64_encode((const guchar *)text, size);
        g_string_append_printf(
            out, "%s=?utf-8?B?%s?=", out->len > 0 ? FOLD : "", word);
        text += size;
    }
    return g_string_free(out, FALSE);
}

char *
encode_subject(const char *subject)
{
    if (is_printable(subject) && strstr(subject, "=?") == NULL &&
        !has_edge_space(subject) && strlen(subject) <= MAX_SUBJECT)
        return g_strdup(subject);
    return encode_words(subject);
}

static gboolean
is_phrase(const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr(" '!_-", *at) == NULL)
            return FALSE;
    return !has_edge_space(name) && strstr(name, "  ") == NULL;
}

static char *
encode_quoted(const char *name)
{
    GString *out = g_string_new("\"");
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *name);
    }
    g_string_append_c(out, '"');
    return g_string_free(out, FALSE);
}

char *
encode_mailbox(const Mailbox *mailbox)
{
    const char *name = mailbox->name;
    if (name == NULL)
        return g_strdup(mailbox->address);

    gboolean is_short = strlen(name) <= MAX_PHRASE;
    if (is_short && is_phrase(name))
        return g_strdup_printf("%s <%s>", name, mailbox->address);
    if (is_short && is_printable(name) && strstr(name, "=?") == NULL) {
        g_autofree char *quoted = encode_quoted(name);
        return g_strdup_printf("%s <%s>", quoted, mailbox->address);
    }
    g_autofree char *words = encode_words(name);
    return g_strdup_printf("%s" FOLD "<%s>", words, mailbox->address);
}

char *
encode_mailboxes(const GPtrArray *mailboxes)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < mailboxes->len; i++) {
        g_autofree char *one =
            encode_mailbox(g_ptr_array_index(mailboxes, i));
        g_string_append_printf(out, "%s%s", i > 0 ? "," FOLD : "", one);
    }
    return g_string_free(out, FALSE);
}

/* Not strftime: names of days and months may not follow the locale. */
char *
encode_date(gint64 unix_seconds)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu",
                                       "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(unix_seconds);
    g_assert(date != NULL);
    return g_strdup_printf(
        "%s, %02d %s %04d %02d:%02d:%02d +0000",
        days[g_date_time_get_day_of_week(date) - 1],
        g_date_time_get_day_of_month(date),
        months[g_date_time_get_month(date) - 1], g_date_time_get_year(date),
        g_date_time_get_hour(date), g_date_time_get_minute(date),
        g_date_time_get_second(date));
}

/* Size of the id "<…>" at text, or 0. */
static gsize
id_size(const char *text)
{
    gsize n = 1;
    while (text[n] > ' ' && text[n] <= '~' && text[n] != '<' &&
           text[n] != '>')
        n++;
    return text[n] == '>' && n > 1 && n - 1 <= MAX_ID ? n + 1 : 0;
}

char *
encode_ids(const char *text, const char *joiner)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    while (text != NULL && (text = strchr(text, '<')) != NULL) {
        gsize size = id_size(text);
        if (size > 0)
            g_ptr_array_add(ids, g_strndup(text, size));
        text += MAX(size, 1);
    }
    if (ids->len == 0)
        return NULL;
    g_ptr_array_add(ids, NULL);
    return g_strjoinv(joiner, (char **)ids->pdata);
}

static char *
percent_encode(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        if (g_ascii_isalnum(*text) || strchr("._-", *text) != NULL)
            g_string_append_c(out, *text);
        else
            g_string_append_printf(out, "%%%02X", (guint8)*text);
    }
    return g_string_free(out, FALSE);
}

/* The longest piece of at most 60 characters that cuts no "%XX". */
static gsize
piece_size(const char *encoded)
{
    gsize size = strlen(encoded);
    if (size <= MAX_PHRASE)
        return size;
    size = MAX_PHRASE;
    if (encoded[size - 1] == '%')
        return size - 1;
    return encoded[size - 2] == '%' ? size - 2 : size;
}

char *
encode_file_name(const char *name)
{
    if (is_printable(name) && strpbrk(name, "\"\\%") == NULL &&
        strlen(name) <= MAX_PHRASE)
        return g_strdup_printf("filename=\"%s\"", name);

    g_autofree char *encoded = percent_encode(name);
    if (strlen(encoded) <= MAX_PHRASE)
        return g_strdup_printf("filename*=utf-8''%s", encoded);

    GString *out = g_string_new(NULL);
    const char *at = encoded;
    for (guint i = 0; *at != '\0'; i++) {
        gsize size = piece_size(at);
        g_string_append_printf(out, "%sfilename*%u*=%s%.*s",
                               i > 0 ? ";" FOLD : "", i,
                               i == 0 ? "utf-8''" : "", (int)size, at);
        at += size;
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_type_token(const char *text, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isalnum(text[i]) && strchr("!#$&^_.+-", text[i]) == NULL)
            return FALSE;
    return size > 0;
}

char *
encode_type(const char *type)
{
    g_autofree char *lower = g_ascii_strdown(type == NULL ? "" : type, -1);
    const char *slash = strchr(lower, '/');
    if (slash == NULL || strlen(lower) > MAX_TYPE ||
        !is_type_token(lower, (gsize)(slash - lower)) ||
        !is_type_token(slash + 1, strlen(slash + 1)) ||
        g_str_has_prefix(lower, "multipart/") ||
        g_str_has_prefix(lower, "message/"))
        return g_strdup("application/octet-stream");
    return g_steal_pointer(&lower);
}
