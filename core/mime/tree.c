#include "core/mime/tree.h"

#include <string.h>

#include "core/mime/encode.h"
#include "core/mime/mime.h"

void
tree_add_field(GMimeHeaderList *list, const char *name, const char *value)
{
    g_autofree char *raw =
        g_strdup_printf("%s%s\r\n", value[0] == '\0' ? "" : " ", value);
    g_mime_header_list_append(list, name, value, "utf-8");
    GMimeHeader *header = g_mime_header_list_get_header_at(
        list, g_mime_header_list_get_count(list) - 1);
    g_mime_header_set_raw_value(header, raw);
}

#define OBSCURED "[...]"

/* Adds "Name: value", or "HP-Outer: Name: value". */
static void
add_field(GMimeHeaderList *list, gboolean outer, const char *name,
          const char *value)
{
    if (!outer) {
        tree_add_field(list, name, value);
        return;
    }
    g_autofree char *copy = g_strdup_printf("%s: %s", name, value);
    tree_add_field(list, "HP-Outer", copy);
}

static void
add_people(GMimeHeaderList *list, gboolean outer, const char *name,
           const GPtrArray *people)
{
    if (people->len == 0)
        return;
    g_autofree char *value = encode_mailboxes(people);
    add_field(list, outer, name, value);
}

static void
add_ids(GMimeHeaderList *list, gboolean outer, const char *name,
        const char *ids)
{
    g_autofree char *value = encode_ids(ids, FOLD);
    if (value != NULL)
        add_field(list, outer, name, value);
}

/* Of an unfinished message, what its author alone may see. */
static void
add_kept(GMimeHeaderList *list, const Draft *draft)
{
    for (guint i = 0; draft->kept != NULL && i < draft->kept->len; i++) {
        const DraftField *field = g_ptr_array_index(draft->kept, i);
        tree_add_field(list, field->name, field->value);
    }
}

static void
add_fields(GMimeHeaderList *list, const Draft *draft, gboolean outer,
           const char *subject)
{
    g_autofree char *from = encode_mailbox(draft->from);
    g_autofree char *date = encode_date(draft->date);
    g_autofree char *id = g_strdup_printf("<%s>", draft->message_id);
    add_field(list, outer, "From", from);
    add_people(list, outer, "To", draft->to);
    add_people(list, outer, "Cc", draft->cc);
    add_field(list, outer, "Subject", subject);
    add_field(list, outer, "Date", date);
    add_field(list, outer, "Message-ID", id);
    add_ids(list, outer, "In-Reply-To", draft->in_reply_to);
    add_ids(list, outer, "References", draft->references);
}

void
tree_add_fields(GMimeHeaderList *list, const Draft *draft, TreeFields fields)
{
    g_autofree char *subject = encode_subject(draft->subject);
    add_fields(list, draft, FALSE,
               fields == FIELDS_OBSCURED ? OBSCURED : subject);
    if (fields == FIELDS_CIPHER)
        add_fields(list, draft, TRUE, OBSCURED);
    if (fields == FIELDS_CIPHER || fields == FIELDS_PLAIN)
        add_kept(list, draft);
}

static void
add_protected(GMimeHeaderList *list, const Draft *draft, Protect protect)
{
    if (protect != PROTECT_NONE)
        tree_add_fields(list, draft,
                        protect == PROTECT_CIPHER ? FIELDS_CIPHER
                                                  : FIELDS_CLEAR);
}

/* Only fields of ours, in our order. */
static GMimeHeaderList *
empty_list(GMimeObject *object)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    g_mime_header_list_clear(list);
    return list;
}

static GMimeObject *
text_part(void)
{
    GMimePart *part = g_mime_part_new_with_type("text", "plain");
    return GMIME_OBJECT(part);
}

static GMimeObject *
file_part(const DraftFile *file)
{
    g_autoptr(GMimeContentType) type =
        g_mime_content_type_parse(NULL, file->type);
    GMimePart *part = g_mime_part_new_with_type(
        g_mime_content_type_get_media_type(type),
        g_mime_content_type_get_media_subtype(type));
    GMimeHeaderList *list = empty_list(GMIME_OBJECT(part));
    g_autofree char *name = encode_file_name(file->name);
    g_autofree char *disposition =
        g_strconcat("attachment;" FOLD, name, NULL);
    tree_add_field(list, "Content-Type", file->type);
    tree_add_field(list, "Content-Transfer-Encoding", "base64");
    tree_add_field(list, "Content-Disposition", disposition);
    return GMIME_OBJECT(part);
}

/* The hp parameter of RFC 9788, after separator. */
static char *
hp_parameter(Protect protect, const char *separator)
{
    switch (protect) {
    case PROTECT_NONE:
        return g_strdup("");
    case PROTECT_CLEAR:
        return g_strconcat(separator, "hp=\"clear\"", NULL);
    case PROTECT_CIPHER:
        return g_strconcat(separator, "hp=\"cipher\"", NULL);
    }
    g_assert_not_reached();
}

static GMimeObject *
single_new(const Draft *draft, Protect protect)
{
    GMimeObject *part = text_part();
    GMimeHeaderList *list = empty_list(part);
    g_autofree char *hp = hp_parameter(protect, "; ");
    g_autofree char *type =
        g_strconcat("text/plain; charset=utf-8", hp, NULL);
    tree_add_field(list, "Content-Type", type);
    add_protected(list, draft, protect);
    tree_add_field(list, "Content-Transfer-Encoding", "base64");
    return part;
}

static void
add_child(GMimeMultipart *parent, GMimeObject *child)
{
    g_mime_multipart_add(parent, child);
    g_object_unref(child);
}

static GMimeObject *
mixed_new(const Draft *draft, Protect protect, const char *boundary)
{
    GMimeMultipart *mixed = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_set_boundary(mixed, boundary);
    GMimeHeaderList *list = empty_list(GMIME_OBJECT(mixed));
    g_autofree char *hp = hp_parameter(protect, ";" FOLD);
    g_autofree char *type =
        g_strdup_printf("multipart/mixed; boundary=\"%s\"%s", boundary, hp);
    tree_add_field(list, "Content-Type", type);
    add_protected(list, draft, protect);

    add_child(mixed, single_new(draft, PROTECT_NONE));
    for (guint i = 0; i < draft->files->len; i++)
        add_child(mixed, file_part(g_ptr_array_index(draft->files, i)));
    return GMIME_OBJECT(mixed);
}

GMimeObject *
tree_new(const Draft *draft, Protect protect, const char *boundary)
{
    mime_init();
    return draft->files->len == 0 ? single_new(draft, protect)
                                  : mixed_new(draft, protect, boundary);
}

char *
tree_header(GMimeObject *object)
{
    g_autoptr(GMimeFormatOptions) options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options,
                                             GMIME_NEWLINE_FORMAT_DOS);
    return g_mime_object_get_headers(object, options);
}

static void
add_names(GPtrArray *names, const char *const *more)
{
    for (; more != NULL && *more != NULL; more++)
        g_ptr_array_add(names, (gpointer)(gsize)*more);
}

/* Names of the draft's fields, as tree_add_fields() puts them. */
static void
add_own_names(GPtrArray *names, const Draft *draft, TreeFields fields)
{
    const char *const own[] = {
        "From",
        draft->to->len > 0 ? "To" : "",
        draft->cc->len > 0 ? "Cc" : "",
        "Subject",
        "Date",
        "Message-ID",
        draft->in_reply_to != NULL ? "In-Reply-To" : "",
        draft->references != NULL ? "References" : "",
    };
    guint before = names->len;
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
        if (own[i][0] != '\0')
            g_ptr_array_add(names, (gpointer)(gsize)own[i]);
    guint count = names->len - before;
    for (guint i = 0; fields == FIELDS_CIPHER && i < count; i++)
        g_ptr_array_add(names, (gpointer)(gsize) "HP-Outer");
    gboolean kept = fields == FIELDS_CIPHER || fields == FIELDS_PLAIN;
    for (guint i = 0; kept && draft->kept != NULL && i < draft->kept->len;
         i++) {
        const DraftField *field = g_ptr_array_index(draft->kept, i);
        g_ptr_array_add(names, (gpointer)(gsize)field->name);
    }
}

gboolean
tree_header_is(const char *header, const Draft *draft, TreeFields fields,
               const char *const *before, const char *const *after)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    add_names(names, before);
    add_own_names(names, draft, fields);
    add_names(names, after);

    g_autoptr(Headers) got =
        headers_parse((const guint8 *)header, strlen(header));
    if (headers_length(got) != names->len)
        return FALSE;
    for (guint i = 0; i < names->len; i++)
        if (strcmp(headers_name_at(got, i), g_ptr_array_index(names, i)) != 0)
            return FALSE;
    return TRUE;
}
