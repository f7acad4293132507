#include "core/pki/name.h"

#include <string.h>

#define MAX_RELATIVE 64
#define MAX_ATTRIBUTES 16

/* One comparable text for each relative name. */
struct Name {
    GPtrArray *relative;
};

/* The character set of a directory string type; NULL: not a text. */
static const char *
charset_of(guint8 tag)
{
    switch (tag) {
    case DER_UTF8_STRING:
    case DER_PRINTABLE_STRING:
    case DER_IA5_STRING:
        return "UTF-8";
    case DER_TELETEX_STRING: /* in practice Latin-1 */
        return "ISO-8859-1";
    case DER_BMP_STRING:
        return "UTF-16BE";
    case DER_UNIVERSAL_STRING:
        return "UTF-32BE";
    default:
        return NULL;
    }
}

/* A directory string as UTF-8, or NULL. A NUL would end the text early and
 * make two names equal that are not, so a value with one is no text. */
static char *
text_of(const DerItem *item)
{
    const char *charset = charset_of(item->tag);
    if (charset == NULL)
        return NULL;
    gsize size = 0;
    g_autofree char *text =
        g_convert((const char *)item->value.data, (gssize)item->value.size,
                  "UTF-8", charset, NULL, &size, NULL);
    if (text == NULL || strlen(text) != size ||
        !g_utf8_validate(text, -1, NULL))
        return NULL;
    return g_steal_pointer(&text);
}

/* Case folded, composed, spaces trimmed and squeezed to one. */
static void
append_prepared(GString *out, const char *text)
{
    g_autofree char *folded = g_utf8_casefold(text, -1);
    g_autofree char *composed =
        g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);
    gboolean pending = FALSE, begun = FALSE;
    for (const char *p = composed; *p != '\0';
         p = g_utf8_find_next_char(p, NULL)) {
        gunichar c = g_utf8_get_char(p);
        if (g_unichar_isspace(c)) {
            pending = begun;
            continue;
        }
        if (pending)
            g_string_append_c(out, ' ');
        g_string_append_unichar(out, c);
        begun = TRUE;
        pending = FALSE;
    }
}

static void
append_hex(GString *out, Der value)
{
    for (gsize i = 0; i < value.size; i++)
        g_string_append_printf(out, "%02x", value.data[i]);
}

/* "oid=s<text>" or "oid=x<hex of tag and value>". */
static char *
comparable_attribute(Der attribute)
{
    char oid[DER_OID_MAX];
    Der type;
    DerItem value;
    if (!der_take(&attribute, DER_OID, &type) || !der_oid(type, oid) ||
        !der_next(&attribute, &value) || attribute.size != 0)
        return NULL;
    GString *out = g_string_new(oid);
    g_autofree char *text = text_of(&value);
    if (text != NULL) {
        g_string_append(out, "=s");
        append_prepared(out, text);
    } else {
        g_string_append(out, "=x");
        append_hex(out, value.whole);
    }
    return g_string_free(out, FALSE);
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The attributes of one relative name, sorted, each with its length. */
static char *
comparable_relative(Der set)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    Der attribute;
    while (set.size > 0) {
        char *part = NULL;
        if (parts->len == MAX_ATTRIBUTES ||
            !der_take(&set, DER_SEQUENCE, &attribute) ||
            (part = comparable_attribute(attribute)) == NULL)
            return NULL;
        g_ptr_array_add(parts, part);
    }
    if (parts->len == 0)
        return NULL;
    g_ptr_array_sort(parts, compare_texts);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < parts->len; i++) {
        const char *part = g_ptr_array_index(parts, i);
        g_string_append_printf(out, "%" G_GSIZE_FORMAT ":%s", strlen(part),
                               part);
    }
    return g_string_free(out, FALSE);
}

static gboolean
append_relative(GPtrArray *relative, Der set)
{
    if (relative->len == MAX_RELATIVE)
        return FALSE;
    char *text = comparable_relative(set);
    if (text == NULL)
        return FALSE;
    g_ptr_array_add(relative, text);
    return TRUE;
}

/* Takes relative. */
static Name *
name_new(GPtrArray *relative)
{
    Name *name = g_new0(Name, 1);
    name->relative = relative;
    return name;
}

Name *
name_parse(Der whole)
{
    g_autoptr(GPtrArray) relative = g_ptr_array_new_with_free_func(g_free);
    Der sequence, set;
    if (!der_only(whole, DER_SEQUENCE, &sequence))
        return NULL;
    while (sequence.size > 0) {
        if (!der_take(&sequence, DER_SET, &set) ||
            !append_relative(relative, set))
            return NULL;
    }
    return name_new(g_steal_pointer(&relative));
}

Name *
name_parse_below(const Name *base, Der set)
{
    g_autoptr(GPtrArray) relative = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < base->relative->len; i++)
        g_ptr_array_add(relative,
                        g_strdup(g_ptr_array_index(base->relative, i)));
    return append_relative(relative, set)
               ? name_new(g_steal_pointer(&relative))
               : NULL;
}

void
name_free(Name *name)
{
    if (name == NULL)
        return;
    g_ptr_array_unref(name->relative);
    g_free(name);
}

gboolean
name_is_empty(const Name *name)
{
    return name->relative->len == 0;
}

gboolean
name_is_within(const Name *name, const Name *base)
{
    if (base->relative->len > name->relative->len)
        return FALSE;
    for (guint i = 0; i < base->relative->len; i++) {
        if (strcmp(g_ptr_array_index(name->relative, i),
                   g_ptr_array_index(base->relative, i)) != 0)
            return FALSE;
    }
    return TRUE;
}

gboolean
name_equal(const Name *a, const Name *b)
{
    return a->relative->len == b->relative->len && name_is_within(a, b);
}

static void
collect_values(Der set, const char *oid, GPtrArray *values)
{
    Der attribute, type;
    DerItem value;
    while (der_take(&set, DER_SEQUENCE, &attribute)) {
        if (!der_take(&attribute, DER_OID, &type) || !der_is_oid(type, oid) ||
            !der_next(&attribute, &value))
            continue;
        char *text = text_of(&value);
        if (text != NULL)
            g_ptr_array_add(values, text);
    }
}

GPtrArray *
name_values(Der whole, const char *oid)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    Der sequence, set;
    if (der_only(whole, DER_SEQUENCE, &sequence)) {
        while (der_take(&sequence, DER_SET, &set))
            collect_values(set, oid, values);
    }
    return values;
}
