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

static void
add_people(GMimeHeaderList *list, const char *name, const GPtrArray *people)
{
    if (people->len == 0)
        return;
    g_autofree char *value = encode_mailboxes(people);
    tree_add_field(list, name, value);
}

static void
add_ids(GMimeHeaderList *list, const char *name, const char *ids)
{
    g_autofree char *value = encode_ids(ids, FOLD);
    if (value != NULL)
        tree_add_field(list, name, value);
}

void
tree_add_draft(GMimeHeaderList *list, const Draft *draft)
{
    g_autofree char *from = encode_mailbox(draft->from);
    g_autofree char *subject = encode_subject(draft->subject);
    g_autofree char *date = encode_date(draft->date);
    g_autofree char *id = g_strdup_printf("<%s>", draft->message_id);
    tree_add_field(list, "From", from);
    add_people(list, "To", draft->to);
    add_people(list, "Cc", draft->cc);
    tree_add_field(list, "Subject", subject);
    tree_add_field(list, "Date", date);
    tree_add_field(list, "Message-ID", id);
    add_ids(list, "In-Reply-To", draft->in_reply_to);
    add_ids(list, "References", draft->references);
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

static GMimeObject *
single_new(const Draft *draft, gboolean protect)
{
    GMimeObject *part = text_part();
    GMimeHeaderList *list = empty_list(part);
    tree_add_field(list, "Content-Type",
                   protect ? "text/plain; charset=utf-8; hp=\"clear\""
                           : "text/plain; charset=utf-8");
    if (protect)
        tree_add_draft(list, draft);
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
mixed_new(const Draft *draft, gboolean protect, const char *boundary)
{
    GMimeMultipart *mixed = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_set_boundary(mixed, boundary);
    GMimeHeaderList *list = empty_list(GMIME_OBJECT(mixed));
    g_autofree char *type =
        g_strdup_printf("multipart/mixed; boundary=\"%s\"%s", boundary,
                        protect ? ";" FOLD "hp=\"clear\"" : "");
    tree_add_field(list, "Content-Type", type);
    if (protect)
        tree_add_draft(list, draft);

    add_child(mixed, single_new(draft, FALSE));
    for (guint i = 0; i < draft->files->len; i++)
        add_child(mixed, file_part(g_ptr_array_index(draft->files, i)));
    return GMIME_OBJECT(mixed);
}

GMimeObject *
tree_new(const Draft *draft, gboolean protect, const char *boundary)
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

gboolean
tree_header_is(const char *header, const Draft *draft,
               const char *const *before, const char *const *after)
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
        NULL,
    };
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    add_names(names, before);
    for (gsize i = 0; own[i] != NULL; i++)
        if (own[i][0] != '\0')
            g_ptr_array_add(names, (gpointer)(gsize)own[i]);
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
