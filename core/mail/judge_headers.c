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

typedef struct {
    const char *name;
    gboolean (*same)(const Headers *a, const Headers *b, const char *name);
    gboolean shown; /* people read it: it may not stand outside alone */
} Field;

static const Field fields[] = {
    {"From", same_people, TRUE},       {"To", same_people, TRUE},
    {"Cc", same_people, TRUE},         {"Reply-To", same_people, FALSE},
    {"Sender", same_people, FALSE},    {"Subject", same_text, TRUE},
    {"Date", same_date, TRUE},         {"Message-ID", same_text, FALSE},
    {"In-Reply-To", same_text, FALSE}, {"References", same_text, FALSE},
};

/* What programs put in place of a subject that is inside. */
static gboolean
is_placeholder(const Headers *outer, const Field *field)
{
    static const char *const subjects[] = {"[...]", "...",
                                           "Encrypted Message"};
    if (strcmp(field->name, "Subject") != 0)
        return FALSE;
    g_autofree char *text = headers_text(outer, "Subject");
    for (gsize i = 0; text != NULL && i < G_N_ELEMENTS(subjects); i++)
        if (g_ascii_strcasecmp(text, subjects[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
once_and_same(const Headers *a, const Headers *b, const Field *field)
{
    return headers_count(a, field->name) == 1 &&
           headers_count(b, field->name) == 1 &&
           field->same(a, b, field->name);
}

/* The address alone: a name may be left out where everyone can read. */
static gboolean
same_address(const Headers *a, const Headers *b)
{
    g_autoptr(GPtrArray) left = headers_mailboxes(a, "From");
    g_autoptr(GPtrArray) right = headers_mailboxes(b, "From");
    if (left->len != 1 || right->len != 1)
        return FALSE;
    const Mailbox *one = g_ptr_array_index(left, 0);
    const Mailbox *other = g_ptr_array_index(right, 0);
    return g_ascii_strcasecmp(one->address, other->address) == 0;
}

/* HP-Outer says what was outside when it was written. RFC 9788 §4.4: the
 * address in From is never another, whatever HP-Outer says. */
static gboolean
differs_from_said(const Headers *outer, const Protected *inside,
                  const Field *field)
{
    if (strcmp(field->name, "From") == 0 &&
        !same_address(outer, inside->fields))
        return TRUE;
    if (headers_count(inside->outer, field->name) > 0)
        return !once_and_same(outer, inside->outer, field);
    if (headers_count(outer, field->name) == 0)
        return FALSE;
    if (headers_count(inside->fields, field->name) == 0)
        return field->shown;
    return !once_and_same(outer, inside->fields, field);
}

static gboolean
differs(const Headers *outer, const Protected *inside, gboolean is_encrypted,
        const Field *field)
{
    if (inside->outer != NULL)
        return differs_from_said(outer, inside, field);
    guint within = headers_count(inside->fields, field->name);
    guint without = headers_count(outer, field->name);
    gboolean complete = inside->kind != PROTECTED_OLD;
    if (within == 0 && (without == 0 || !complete || !field->shown))
        return FALSE;
    if (is_encrypted && (without == 0 || is_placeholder(outer, field)))
        return FALSE;
    return !once_and_same(outer, inside->fields, field);
}

void
judge_headers_compare(const Headers *outer, const Protected *inside,
                      gboolean is_encrypted, GPtrArray *differing)
{
    if (inside->kind == PROTECTED_NONE)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        if (differs(outer, inside, is_encrypted, &fields[i]))
            g_ptr_array_add(differing, (gpointer)(gsize)fields[i].name);
}
