#include "core/mail/judge_headers.h"

#include <string.h>

/* As headers_are_sound() but for From, which may stand on a command line. */
gboolean
judge_headers_are_sound(const Headers *headers, const char *fallback)
{
    static const char *const once[] = {
        "Sender",       "Date",         "Subject", "To",
        "Content-Type", "MIME-Version", NULL};
    if (headers_count(headers, "From") > 0 || fallback == NULL)
        return headers_are_sound(headers);
    for (const char *const *name = once; *name != NULL; name++)
        if (headers_count(headers, *name) > 1)
            return FALSE;
    return TRUE;
}

char *
judge_headers_from(const Headers *headers, const char *fallback)
{
    if (headers_count(headers, "From") == 0)
        return g_strdup(fallback);
    if (headers_count(headers, "From") > 1)
        return NULL;
    g_autoptr(GPtrArray) mailboxes = headers_mailboxes(headers, "From");
    if (mailboxes == NULL || mailboxes->len != 1)
        return NULL;
    const Mailbox *one = g_ptr_array_index(mailboxes, 0);
    return g_strdup(one->address);
}

/* Runs of white space are one space, none at the edges: folding may vary. */
static char *
squeeze(const char *text)
{
    if (text == NULL)
        return g_strdup("");
    g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append(out, *word);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean
texts_equal(const char *a, const char *b)
{
    g_autofree char *left = squeeze(a);
    g_autofree char *right = squeeze(b);
    return g_str_equal(left, right);
}

static gboolean
same_text(const Headers *a, const Headers *b, const char *name)
{
    g_autofree char *left = headers_text(a, name);
    g_autofree char *right = headers_text(b, name);
    return texts_equal(left, right);
}

static gboolean
same_date(const Headers *a, const Headers *b, const char *name)
{
    gint64 left, right;
    return headers_date(a, &left) && headers_date(b, &right) && left == right;
}

static gboolean
same_people(const Headers *a, const Headers *b, const char *name)
{
    g_autoptr(GPtrArray) left = headers_mailboxes(a, name);
    g_autoptr(GPtrArray) right = headers_mailboxes(b, name);
    if (left->len != right->len)
        return FALSE;
    for (guint i = 0; i < left->len; i++) {
        const Mailbox *one = g_ptr_array_index(left, i);
        const Mailbox *other = g_ptr_array_index(right, i);
        if (g_ascii_strcasecmp(one->address, other->address) != 0 ||
            !texts_equal(one->name, other->name))
            return FALSE;
    }
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*same)(const Headers *a, const Headers *b, const char *name);
    gboolean shown; /* people read it: it may not stand outside alone */
} fields[] = {
    {"From", same_people, TRUE},       {"To", same_people, TRUE},
    {"Cc", same_people, TRUE},         {"Reply-To", same_people, FALSE},
    {"Sender", same_people, FALSE},    {"Subject", same_text, TRUE},
    {"Date", same_date, TRUE},         {"Message-ID", same_text, FALSE},
    {"In-Reply-To", same_text, FALSE}, {"References", same_text, FALSE},
};

/* A parameter of the payload's Content-Type, quoted strings left out. */
static gboolean
has_parameter(const char *content_type, const char *name)
{
    gboolean quoted = FALSE;
    for (const char *at = content_type; at != NULL && *at != '\0'; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == '\\' && at[1] != '\0')
            at++;
        if (quoted || *at != ';')
            continue;
        const char *start = at + 1 + strspn(at + 1, " \t\r\n");
        gsize length = strcspn(start, "= \t\r\n;");
        if (length == strlen(name) &&
            g_ascii_strncasecmp(start, name, length) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
judge_headers_differ(const Headers *outer, const Headers *payload)
{
    const char *type = headers_raw(payload, "Content-Type");
    gboolean complete = has_parameter(type, "hp");
    if (!complete && !has_parameter(type, "protected-headers"))
        return FALSE;

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *name = fields[i].name;
        guint inside = headers_count(payload, name);
        guint outside = headers_count(outer, name);
        if (inside == 0 && (outside == 0 || !complete || !fields[i].shown))
            continue;
        if (inside != 1 || outside != 1 ||
            !fields[i].same(outer, payload, name))
            return TRUE;
    }
    return FALSE;
}
